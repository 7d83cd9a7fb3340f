// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The tracer's side of renacer-symbolize (symbolize/wire.h): starts and ends the process, passes packets, and opens the files it asks
// for. Errors are positive errno values, 0 is success. Every function may be called from any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct rc_unwinder {
    pid_t pid;
    int socket;
};

int rc_unwinder_start(const char *program, struct rc_unwinder *out);
// fd: passed along; -1: none. Never waits for room for longer than timeout_ns.
int rc_unwinder_send(const struct rc_unwinder *unwinder, const void *message, size_t length, int fd, uint64_t timeout_ns);
// Returns the length of the next message, 0 if the time ran out, -1 if the process is gone or the message does not fit.
ssize_t rc_unwinder_receive(const struct rc_unwinder *unwinder, void *message, size_t capacity, uint64_t timeout_ns);
// Kills the process if it still lives. Returns its status as waitpid tells it.
int rc_unwinder_end(const struct rc_unwinder *unwinder);

// A file that a process has mapped.
struct rc_mapped_file {
    pid_t pid;
    uint64_t start;
    uint64_t end;
    unsigned major; // of its device, as /proc/PID/maps tells
    unsigned minor;
    uint64_t inode;
    const char *path;  // in the process's own root
    bool own_root;     // that is ours, too
};
// Opens it for reading. Returns the descriptor, or -1 if it is gone or is not the same file any more.
int rc_open_mapped(const struct rc_mapped_file *file);
// Opens a regular file below a process's root, or ours if own_root and the process is gone. Returns the descriptor or -1.
int rc_open_in_root(pid_t pid, const char *path, bool own_root);

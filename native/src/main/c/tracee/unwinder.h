// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The tracer's side of renacer-symbolize (symbolize/wire.h): starts and ends the process, passes packets, and opens the
// files it asks for. Errors are positive errno values, 0 is success. Every function may be called from any thread.
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
// fd: sent along; -1: none. Never waits for room for longer than timeout_ns.
int rc_unwinder_send(const struct rc_unwinder *unwinder, const void *message, size_t length, int fd,
                     uint64_t timeout_ns);
// Returns the length of the next message, 0 if the time ran out, -1 if the process is gone or the message does not fit.
ssize_t rc_unwinder_receive(const struct rc_unwinder *unwinder, void *message, size_t capacity, uint64_t timeout_ns);
// Kills the process if it still lives. Returns its status as waitpid reports it.
int rc_unwinder_end(const struct rc_unwinder *unwinder);

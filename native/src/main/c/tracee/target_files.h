// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Files as a process sees them. Any thread may open them.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// A file that a process has mapped.
struct rc_mapped_file {
    pid_t pid;
    uint64_t start;
    uint64_t end;
    unsigned major; // of its device, as in /proc/PID/maps
    unsigned minor;
    uint64_t inode;
    const char *path;  // in the process's own root
    bool own_root;     // that is our root, too
};
// Opens the file for reading. Returns the descriptor, or -1 if it is gone or is not the same file any more.
int rc_open_mapped(const struct rc_mapped_file *file);
// Opens a regular file below a process's root, or ours if own_root and the process is gone. Returns the descriptor or
// -1.
int rc_open_in_root(pid_t pid, const char *path, bool own_root);

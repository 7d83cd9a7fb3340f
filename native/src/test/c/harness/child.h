// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Small programs to trace, children of processes of their own.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <sys/syscall.h>

#include <cmocka.h>

// Path of a program in tracees/.
const char *tracee(const char *name);
struct child {
    pid_t pid;
    pid_t parent; // a process that waits for it
    FILE *out; // its stdout
    int in;    // its stdin
};
enum { MAX_ARGUMENTS = 8 };
// Fills in what exec takes: the path, the arguments (NULL ends them), NULL.
void child_arguments(char *argv[MAX_ARGUMENTS], const char *path, const char *first, va_list rest);
// Starts the program NAME of tracees/ untraced with up to three arguments (NULL ends them).
struct child child_start(const char *name, const char *argument, ...);
// Reads a line of its output (newline cut off); fails at its end.
void child_line(struct child *child, char *line, size_t size);
void child_expect(struct child *child, const char *line);
long child_number(struct child *child);
void child_tell(struct child *child, const char *text);
// Waits for its end; returns its exit code, or 128 and the signal that killed it.
int child_wait(struct child *child);
void child_kill(struct child *child);

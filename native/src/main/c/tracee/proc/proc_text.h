// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Parses the text of files in /proc.
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "tracee/proc/procfs.h"

// The text of a status file with its lines cut short: Groups may hold 65,536 numbers, and half of what is needed comes
// after it. The longest line that is needed in full is NSpid's, with a number for each of 33 nested namespaces.
enum { RC_PROC_LINE = 400, RC_PROC_TEXT = 4096 };
struct rc_proc_lines {
    size_t length;
    size_t column;
    char text[RC_PROC_TEXT]; // ends with a NUL
};
// Adds the next piece of the file. What no longer fits is left out.
void rc_proc_add_lines(struct rc_proc_lines *lines, const char *piece, size_t length);

// As rc_proc_status and so on (procfs.h), from the files' text, NUL included.
int rc_proc_parse_status(const char *text, struct rc_proc_status *out);
pid_t rc_proc_parse_tracer(const char *status);
int rc_proc_parse_stat(const char *text, struct rc_proc_stat *out);
void rc_proc_parse_call(const char *text, struct rc_proc_call *out);

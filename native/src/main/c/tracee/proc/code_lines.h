// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The lines of /proc/PID/maps that describe code from a file.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_code_lines {
    uint8_t *text; // the lines kept, one after another, each with its newline
    size_t capacity;
    size_t length;
    bool cut; // there were more than the text has room for
};

// Keeps the lines of the buffer that are of interest; returns how many bytes at its end are the start of an incomplete
// line.
size_t rc_code_lines_keep(struct rc_code_lines *lines, const char *buffer, size_t length);

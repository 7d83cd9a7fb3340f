// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Perf maps: names of code that a program made while it ran (/tmp/perf-PID.map), a line "START SIZE NAME" for each
// piece, the numbers in hexadecimal. Programs append to them while they run, and use addresses again: the last line
// that contains an address counts.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbolize/wire.h"

struct rs_generated {
    uint64_t address;
    char name[RS_MAX_TEXT + 1]; // empty: unknown
};

// Looks up the name of each. Reads at most the file's last 64 MiB; a name longer than RS_MAX_TEXT is cut, a line longer
// than 64 KiB is skipped.
void rs_perf_map_read(int fd, struct rs_generated *code, size_t count);

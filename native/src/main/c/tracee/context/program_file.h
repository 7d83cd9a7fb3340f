// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The file of a program that has no dynamic symbols: what it calls its thread-local variables stands in no memory. As
// with an image (image.h) it may lie: each step reads a fixed number of bytes into a copy, and each list has an end of
// ours.
#pragma once

#include <stdbool.h>

#include "tracee/context/image.h"

// Finds a thread-local variable in the file's symbol table, whether or not others may see it. False: it has none of
// this name, or it has lost its symbols (strip).
//
// file: its address 0 is the beginning of the file.
bool rc_program_file_find(const struct rc_space *file, const char *name, struct rc_symbol *out);
// Where in the file the section of variables is that begins with these bytes, 32 at most; 0: there is none.
uint64_t rc_program_file_data(const struct rc_space *file, const char *start, size_t length);

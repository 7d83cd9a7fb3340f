// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Pointers that stand in what an argument points to.
#pragma once

#include <stdint.h>

struct rc_reader;

// A struct with a pointer in it, and what that points to.
void rc_read_indirect(const struct rc_reader *reader, uint64_t address);
// An array of pointers, and the structs they point to.
void rc_read_pointers(const struct rc_reader *reader, uint64_t address);

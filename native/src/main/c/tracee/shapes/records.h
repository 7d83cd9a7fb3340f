// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Records of different lengths, one behind the other, each of which says how long it is.
#pragma once

#include <stdint.h>

struct rc_reader;

// Counts them, and adds the first bytes.
void rc_read_records(const struct rc_reader *reader, uint64_t address);

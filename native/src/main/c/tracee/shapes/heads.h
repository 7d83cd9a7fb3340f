// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The heads of messages of HTTP, which say for whom a program works (RC_SHAPE_HEAD).
#pragma once

#include <stdint.h>

struct rc_reader;

// Adds the first bytes of what the call transfers as RC_PIECE_HEAD, if they begin as a message of HTTP does.
void rc_read_head(const struct rc_reader *reader, uint64_t address);

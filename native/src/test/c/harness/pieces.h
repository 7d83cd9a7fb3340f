// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What was read of the arguments of recorded calls, for tests that look at it piece by piece.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "recorder.h"
#include "ring/event.h"

enum { CUT = RC_PIECE_TRUNCATED, GONE = RC_PIECE_UNREADABLE, LATE = RC_PIECE_AT_EXIT };

// The call of this number whose first argument this is; the test fails if there is none.
size_t call_with(struct recorder *recorder, uint32_t arch, int nr, uint64_t number);
// Likewise of getppid, which takes no arguments: a program that is made for it gives the case there.
size_t getppid_with(struct recorder *recorder, uint64_t number);
// The n-th call of this number, from 0.
size_t nth_call(struct recorder *recorder, int nr, size_t n);
size_t piece_count(struct recorder *recorder, size_t index);
// Bytes of the n-th piece; it must be this part, have these flags and be so long.
const uint8_t *expect_piece(struct recorder *recorder, size_t index, size_t n, enum rc_part part, unsigned flags,
                            size_t length);
void expect_text(struct recorder *recorder, size_t index, size_t n, enum rc_part part, unsigned flags,
                 const char *text);

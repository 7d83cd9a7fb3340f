// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Pieces of a stopped task's memory, added one by one to the side data of its call.
#pragma once

#include <stdint.h>

#include "session.h"

// Copies up to `length` bytes, fewer where the memory ends. Returns how many, or a negative errno value.
int rc_memory_read(const struct rc_task *task, uint64_t address, void *out, size_t length);
// Copies two places in one request, which takes as long as one of them. Returns how many bytes, those of the first
// place first, or a negative number.
int rc_memory_read_two(const struct rc_task *task, const uint64_t addresses[2], void *const out[2],
                       const size_t lengths[2]);
// Where an argument points to.
uint64_t rc_address_in(const struct rc_event *call, unsigned arg);
// The place of the bytes of the next piece.
uint8_t *rc_next_piece(struct rc_task *task);
// Ends a piece whose bytes are already in their place.
void rc_add_piece(struct rc_task *task, const struct rc_piece *piece);
// Reads a string up to its NUL, but at most `limit` bytes, as the next piece; one byte more is written to.
void rc_read_string(struct rc_task *task, struct rc_piece piece, uint64_t address, uint32_t limit);
// At a call's exit stop, reads what it wrote, as named by the rule.
void rc_read_written(struct rc_task *task, const struct rc_exit_rule *rule);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What all shapes of data are read with: how much of it there is, and pieces one by one as long as there is room.
// Lengths, counts and addresses are the program's own: they may lie, point to themselves, and be changed by another
// thread meanwhile. So everything is read once, and what is read of it next depends on that copy.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture.h"
#include "ring/event.h"

struct rc_task;
struct rc_window;

struct rc_reader {
    struct rc_task *task;
    const struct rc_options *options;
    const struct rc_read *read;
    bool at_exit;
    uint32_t buffer_limit; // 0: contents are not read
    const struct rc_window *window; // what is in it is taken from there; NULL: none
};

static inline uint64_t rc_least(uint64_t one, uint64_t other) {
    return one < other ? one : other;
}

// A word in a struct of the program's own: pointers and sizes have 32 or 64 bits.
uint64_t rc_word_at(const struct rc_reader *reader, const uint8_t *at);
size_t rc_word_size(const struct rc_reader *reader);

// How many bytes a piece may still have.
size_t rc_room(const struct rc_reader *reader);
// Whether an array may have one more piece.
bool rc_may_go_on(const struct rc_reader *reader);
struct rc_piece rc_piece_of(const struct rc_reader *reader, enum rc_part part, unsigned index);
// Adds a piece with the first `most` of `length` bytes at the address, as far as there is room. Returns its place.
uint32_t rc_add_read(const struct rc_reader *reader, struct rc_piece piece, uint64_t address, uint64_t length,
                     uint64_t most);
// The same of what a program transfers, of which `there` bytes may be there and the first `shown` are wanted, or all if
// the plan says so: what cannot be read to the end, as far as it is shown, counts as unreadable.
uint32_t rc_add_contents(const struct rc_reader *reader, struct rc_piece piece, uint64_t address, uint64_t length,
                         uint64_t there, uint64_t shown);
// Adds a piece whose bytes are in their place already. Returns its place.
uint32_t rc_add_ready(const struct rc_reader *reader, struct rc_piece piece);
// Counts the piece at this place, which has been added by other means. Returns the place.
uint32_t rc_count_piece(struct rc_task *task, uint32_t at);
// Adds the array or struct that the argument points to. Returns the place of its piece.
uint32_t rc_add_whole(const struct rc_reader *reader, enum rc_part part, uint64_t address, uint64_t most);

// Of a piece that has been added, given by its place.
void rc_mark_cut(struct rc_task *task, uint32_t at);
size_t rc_length_at(const struct rc_task *task, uint32_t at);
const uint8_t *rc_bytes_at(const struct rc_task *task, uint32_t at);
// What was read at entry of what an argument points to, or NULL.
const uint8_t *rc_read_before(const struct rc_task *task, unsigned arg, size_t length);

// The result as a length; 0 of an error.
uint64_t rc_result_length(const struct rc_reader *reader);

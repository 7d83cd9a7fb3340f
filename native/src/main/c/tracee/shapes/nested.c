// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a call writes by a pointer in its input is where that input said it when the call was made.
#define _GNU_SOURCE
#include "tracee/shapes/nested.h"

#include <string.h>

#include "tracee/shapes/reader.h"
#include "tracee/tasks.h"

enum { POINTERS_BYTES = 1024 };

// A number of up to 8 bytes in a struct; a field behind its end is 0.
static uint64_t number_at(const uint8_t *bytes, size_t length, unsigned at, unsigned width) {
    uint64_t number = 0;
    if (at + width <= length) {
        memcpy(&number, bytes + at, width); // both processors are little-endian
    }
    return number;
}

// The struct as it was at entry, otherwise as it is now; NULL if it cannot be read.
static const uint8_t *head_of(const struct rc_reader *reader, uint64_t address) {
    const size_t size = reader->read->unit;
    const struct rc_task *task = reader->task;
    const uint8_t *before = reader->at_exit ? rc_read_before(task, reader->read->arg, size) : NULL;
    if (before != NULL) {
        return before;
    }
    const uint32_t place = rc_add_read(reader, rc_piece_of(reader, RC_PART_DATA, 0), address, size, size);
    return rc_length_at(task, place) == size ? rc_bytes_at(task, place) : NULL;
}

void rc_read_indirect(const struct rc_reader *reader, uint64_t address) {
    const struct rc_read *read = reader->read;
    const uint8_t *head = head_of(reader, address);
    if (head == NULL) {
        return;
    }
    const uint64_t pointer = number_at(head, read->unit, read->field, (unsigned)rc_word_size(reader));
    const uint64_t count =
        read->count_width == 0 ? 1 : number_at(head, read->unit, read->count_field, read->count_width);
    if (pointer == 0 || !rc_may_go_on(reader)) {
        return; // the struct itself says so
    }
    const uint64_t length = count > UINT64_MAX / read->count ? UINT64_MAX : count * read->count;
    (void)rc_add_read(reader, rc_piece_of(reader, RC_PART_ELEMENT, read->of), pointer, length, UINT64_MAX);
}

void rc_read_pointers(const struct rc_reader *reader, uint64_t address) {
    struct rc_task *task = reader->task;
    const uint32_t vector = rc_add_whole(reader, RC_PART_VECTOR, address, POINTERS_BYTES);
    const size_t width = rc_word_size(reader);
    const size_t count = rc_length_at(task, vector) / width;
    for (size_t i = 0; i < count; i++) {
        if (!rc_may_go_on(reader)) {
            rc_mark_cut(task, vector);
            return;
        }
        const uint64_t pointer = rc_word_at(reader, rc_bytes_at(task, vector) + i * width);
        if (pointer != 0) {
            const size_t size = reader->read->field;
            (void)rc_add_read(reader, rc_piece_of(reader, RC_PART_ELEMENT, (unsigned)i), pointer, size, size);
        }
    }
}

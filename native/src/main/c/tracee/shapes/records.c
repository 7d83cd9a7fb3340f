// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// There may be many more records than a call's side data have room for, and their number is wanted nevertheless. So
// the others are walked through in a small buffer of our own: a fraction of the time in which the kernel wrote them.
#define _GNU_SOURCE
#include "tracee/shapes/records.h"

#include <string.h>

#include "tracee/memory.h"
#include "tracee/shapes/reader.h"
#include "tracee/tasks.h"

enum { CHUNK = 4096, WALKED = 1 << 20 };

struct walk {
    uint64_t at;    // the next record, counted from the first
    uint64_t end;   // of what the call wrote
    uint32_t count; // of records that begin before `at`
    unsigned field; // where in a record its length is
};

static bool is_over(const struct walk *walk) {
    return walk->at >= walk->end || walk->at >= WALKED;
}

// Goes on through the records whose lengths are in this buffer, which begins at `from` of the records. Returns whether
// there was any.
static bool walk_through(struct walk *walk, uint64_t from, const uint8_t *bytes, size_t length) {
    const uint32_t before = walk->count;
    while (!is_over(walk) && walk->at - from + walk->field + sizeof(uint16_t) <= length) {
        uint16_t step = 0;
        memcpy(&step, bytes + (walk->at - from) + walk->field, sizeof step);
        if (step < walk->field + sizeof step) {
            return false; // not even its length has room in it
        }
        walk->count++;
        walk->at += step;
    }
    return walk->count > before;
}

static void walk_on(const struct rc_task *task, uint64_t address, struct walk *walk) {
    uint8_t chunk[CHUNK];
    bool goes_on = true;
    while (goes_on && !is_over(walk)) {
        const uint64_t from = walk->at;
        const int got =
            rc_memory_read(task, address + from, chunk, (size_t)rc_least(sizeof chunk, walk->end - from));
        goes_on = got > 0 && walk_through(walk, from, chunk, (size_t)got);
    }
}

static void add_count(const struct rc_reader *reader, const struct walk *walk) {
    struct rc_piece piece = rc_piece_of(reader, RC_PART_COUNT, 0);
    piece.length = sizeof walk->count;
    piece.flags |= walk->at < walk->end ? RC_PIECE_TRUNCATED : 0;
    memcpy(rc_next_piece(reader->task), &walk->count, sizeof walk->count);
    (void)rc_add_ready(reader, piece);
}

void rc_read_records(const struct rc_reader *reader, uint64_t address) {
    struct rc_task *task = reader->task;
    struct walk walk = {.end = rc_result_length(reader), .field = reader->read->field};
    if (rc_room(reader) < sizeof walk.count) {
        return;
    }
    const size_t want = (size_t)rc_least(walk.end, rc_room(reader) - sizeof walk.count);
    const int got = want == 0 ? 0 : rc_memory_read(task, address, rc_next_piece(task), want);
    struct rc_piece piece = rc_piece_of(reader, RC_PART_DATA, 0);
    if (got < 0) {
        piece.flags |= RC_PIECE_UNREADABLE;
        piece.error = (uint8_t)-got;
        (void)rc_add_ready(reader, piece);
        return;
    }
    (void)walk_through(&walk, 0, rc_next_piece(task), (size_t)got);
    walk_on(task, address, &walk);
    if ((reader->read->flags & RC_READ_CONTENTS) != 0 && rc_may_go_on(reader)) {
        piece.length = (uint16_t)got;
        piece.flags |= (uint64_t)got < walk.end ? RC_PIECE_TRUNCATED : 0;
        (void)rc_add_ready(reader, piece);
    }
    add_count(reader, &walk);
}

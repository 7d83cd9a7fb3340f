// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/shapes/reader.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include "arch/arch.h"
#include "tracee/memory.h"
#include "tracee/shapes/window.h"
#include "tracee/tasks.h"

enum {
    // The other pieces are those of arrays: so what the arguments themselves point to always has one.
    ARRAY_PIECES = RC_DATA_PIECES - RC_READS_OF_CALL,
    // The entry of a call that is also read at its exit may only use this much, so that the results have some room.
    ENTRY_BYTES = RC_DATA_BYTES / 2,
    MOST_OF_REQUEST = 1 << 20, // bytes that a netlink message says it has, if it is sent
};

uint64_t rc_word_at(const struct rc_reader *reader, const uint8_t *at) {
    uint64_t word = 0;
    memcpy(&word, at, (reader->read->flags & RC_READ_COMPAT) != 0 ? 4 : 8); // both processors are little-endian
    return word;
}

size_t rc_word_size(const struct rc_reader *reader) {
    return (reader->read->flags & RC_READ_COMPAT) != 0 ? 4 : 8;
}

size_t rc_room(const struct rc_reader *reader) {
    const struct rc_task *task = reader->task;
    const bool halved = !reader->at_exit && (task->plan & RC_PLAN_READS_AT_EXIT) != 0;
    const size_t bytes = halved ? ENTRY_BYTES : RC_DATA_BYTES;
    return task->used.data_bytes < bytes ? bytes - task->used.data_bytes : 0;
}

struct rc_piece rc_piece_of(const struct rc_reader *reader, enum rc_part part, unsigned index) {
    return (struct rc_piece){
        .arg = reader->read->arg,
        .part = (uint8_t)part,
        .index = (uint16_t)index,
        .flags = reader->at_exit ? RC_PIECE_AT_EXIT : 0,
    };
}

void rc_mark_cut(struct rc_task *task, uint32_t at) {
    struct rc_piece piece;
    memcpy(&piece, task->side + at, sizeof piece);
    piece.flags |= RC_PIECE_TRUNCATED;
    memcpy(task->side + at, &piece, sizeof piece);
}

uint32_t rc_count_piece(struct rc_task *task, uint32_t at) {
    task->used.data_bytes = (uint16_t)(task->used.data_bytes + task->used.length - at - sizeof(struct rc_piece));
    task->used.data_pieces++;
    return at;
}

uint32_t rc_add_ready(const struct rc_reader *reader, struct rc_piece piece) {
    const uint32_t at = reader->task->used.length;
    rc_add_piece(reader->task, &piece);
    return rc_count_piece(reader->task, at);
}

static int take(const struct rc_reader *reader, uint64_t address, uint8_t *out, size_t want) {
    if (reader->window != NULL && rc_window_copy(reader->window, address, out, want)) {
        return (int)want;
    }
    return rc_memory_read(reader->task, address, out, want);
}

// Adds what was read of `length` bytes, which is in the place of the next piece: `got` of them, or a negative errno
// value. Less than is needed counts as unreadable.
static uint32_t add(const struct rc_reader *reader, struct rc_piece piece, uint64_t length, int got, size_t need) {
    if (got < 0 || (size_t)got < need) {
        piece.flags |= RC_PIECE_UNREADABLE;
        piece.error = (uint8_t)(got < 0 ? -got : EFAULT);
    } else {
        piece.length = (uint16_t)got;
        piece.flags |= (uint64_t)got < length ? RC_PIECE_TRUNCATED : 0;
    }
    return rc_add_ready(reader, piece);
}

static int read_next(const struct rc_reader *reader, uint64_t address, size_t want) {
    return want == 0 ? 0 : take(reader, address, rc_next_piece(reader->task), want);
}

uint32_t rc_add_read(const struct rc_reader *reader, struct rc_piece piece, uint64_t address, uint64_t length,
                     uint64_t most) {
    const size_t want = (size_t)rc_least(rc_least(length, most), rc_room(reader));
    return add(reader, piece, length, read_next(reader, address, want), 0);
}

// Whether these bytes, of `length`, begin with the head of a netlink message that has only flags that there are. One
// that is sent asks for something, and may go on in the next buffer.
static bool is_netlink(const struct rc_reader *reader, const uint8_t *bytes, uint64_t length) {
    enum {
        FLAGS = NLM_F_REQUEST | NLM_F_MULTI | NLM_F_ACK | NLM_F_ECHO | NLM_F_DUMP_INTR | NLM_F_DUMP_FILTERED |
                NLM_F_ROOT | NLM_F_MATCH | NLM_F_ATOMIC | NLM_F_APPEND,
    };
    struct nlmsghdr head;
    memcpy(&head, bytes, sizeof head);
    const uint64_t most = reader->at_exit ? length : MOST_OF_REQUEST;
    return head.nlmsg_len >= sizeof head && head.nlmsg_len <= most && (head.nlmsg_flags & ~FLAGS) == 0 &&
           (reader->at_exit || (head.nlmsg_flags & NLM_F_REQUEST) != 0);
}

// Reads what may be netlink messages: of those as much of the `there` bytes as there is room for, of anything else
// those that are shown.
static int read_packet(const struct rc_reader *reader, uint64_t address, uint64_t there, size_t shown) {
    const size_t room = (size_t)rc_least(there, rc_room(reader));
    const size_t first = shown > sizeof(struct nlmsghdr) ? shown : sizeof(struct nlmsghdr);
    const int got = read_next(reader, address, (size_t)rc_least(first, room));
    uint8_t *out = rc_next_piece(reader->task);
    if (got < (int)sizeof(struct nlmsghdr) || !is_netlink(reader, out, there)) {
        return got < 0 ? got : (int)rc_least((uint64_t)got, shown);
    }
    const size_t left = room - (size_t)got;
    const int more = left == 0 ? 0 : take(reader, address + (uint64_t)got, out + got, left);
    return more < 0 ? got : got + more;
}

uint32_t rc_add_contents(const struct rc_reader *reader, struct rc_piece piece, uint64_t address, uint64_t length,
                         uint64_t there, uint64_t shown) {
    const uint64_t most = rc_least(length, there);
    const size_t want = (size_t)rc_least(rc_least(most, shown), rc_room(reader));
    const int got = reader->read->field == RC_CONTENTS_PACKET ? read_packet(reader, address, most, want)
                                                              : read_next(reader, address, want);
    return add(reader, piece, length, got, want);
}

size_t rc_length_at(const struct rc_task *task, uint32_t at) {
    struct rc_piece piece;
    memcpy(&piece, task->side + at, sizeof piece);
    return piece.length;
}

const uint8_t *rc_bytes_at(const struct rc_task *task, uint32_t at) {
    return task->side + at + sizeof(struct rc_piece);
}

const uint8_t *rc_read_before(const struct rc_task *task, unsigned arg, size_t length) {
    for (uint32_t at = 0; at < task->at_entry.length;) {
        struct rc_piece piece;
        memcpy(&piece, task->side + at, sizeof piece);
        if (piece.arg == arg && piece.part == RC_PART_DATA) {
            return piece.length >= length ? rc_bytes_at(task, at) : NULL;
        }
        at += (uint32_t)RC_PIECE_ROOM(piece.length);
    }
    return NULL;
}

// ---- how much there is

static uint64_t argument(const struct rc_reader *reader) {
    const uint64_t value = rc_address_in(&reader->task->call, reader->read->of);
    return (reader->read->flags & RC_READ_INT_LENGTH) != 0 ? value & UINT32_MAX : value;
}

uint64_t rc_result_length(const struct rc_reader *reader) {
    const int64_t value = reader->task->call.result;
    return value < 0 ? 0 : (uint64_t)value;
}

// The count that an argument points to. Returns 0 or an errno value. At exit it may say more than there was room for.
static int pointed(const struct rc_reader *reader, uint64_t *count, uint64_t *given) {
    uint32_t value = 0;
    const uint64_t address = rc_address_in(&reader->task->call, reader->read->of);
    const int got = rc_memory_read(reader->task, address, &value, sizeof value);
    if (got != (int)sizeof value) {
        return got < 0 ? -got : EFAULT;
    }
    *count = value;
    const uint8_t *before = reader->at_exit ? rc_read_before(reader->task, reader->read->of, sizeof value) : NULL;
    if (before != NULL) {
        memcpy(&value, before, sizeof value);
        *given = value;
    }
    return 0;
}

// The 32-bit number that stands in what the argument points to. Returns 0 or an errno value.
static int of_itself(const struct rc_reader *reader, uint64_t *count) {
    uint32_t value = 0;
    const uint64_t address = rc_address_in(&reader->task->call, reader->read->arg) + reader->read->of;
    const int got = rc_memory_read(reader->task, address, &value, sizeof value);
    *count = value;
    return got == (int)sizeof value ? 0 : got < 0 ? -got : EFAULT;
}

static uint64_t sum(uint64_t one, uint64_t other) {
    return one > UINT64_MAX - other ? UINT64_MAX : one + other;
}

static uint64_t bytes_of(const struct rc_read *read, uint64_t count) {
    if ((read->flags & RC_READ_BITS) != 0) {
        const uint64_t bits = 8ull * read->unit;
        count = count / bits + (count % bits != 0);
    }
    return count > UINT64_MAX / read->unit ? UINT64_MAX : count * read->unit;
}

// How many bytes there are, and how many of them the call can have written. Returns 0 or an errno value.
static int extent(const struct rc_reader *reader, uint64_t *length, uint64_t *given) {
    const struct rc_read *read = reader->read;
    uint64_t count = 0;
    uint64_t most = UINT64_MAX;
    int error = 0;
    switch ((enum rc_read_length)read->length) {
    case RC_LENGTH_ARGUMENT:
        count = argument(reader);
        break;
    case RC_LENGTH_RESULT:
        count = rc_result_length(reader);
        most = (read->flags & RC_READ_BOUNDED) != 0 ? argument(reader) : UINT64_MAX;
        break;
    case RC_LENGTH_POINTED:
        error = pointed(reader, &count, &most);
        break;
    case RC_LENGTH_FIELD:
        error = of_itself(reader, &count);
        break;
    default:
        break;
    }
    *length = bytes_of(read, sum(count, read->count));
    *given = bytes_of(read, sum(most, read->count));
    return error;
}

uint32_t rc_add_whole(const struct rc_reader *reader, enum rc_part part, uint64_t address, uint64_t most) {
    struct rc_piece piece = rc_piece_of(reader, part, 0);
    uint64_t length = 0;
    uint64_t given = UINT64_MAX;
    const int error = extent(reader, &length, &given);
    if (error == 0) {
        return (reader->read->flags & RC_READ_CONTENTS) != 0 && reader->read->shape == RC_SHAPE_BYTES
                   ? rc_add_contents(reader, piece, address, length, given, most)
                   : rc_add_read(reader, piece, address, length, rc_least(most, given));
    }
    piece.flags |= RC_PIECE_UNREADABLE;
    piece.error = (uint8_t)error;
    return rc_add_ready(reader, piece);
}

bool rc_may_go_on(const struct rc_reader *reader) {
    return reader->task->used.data_pieces < ARRAY_PIECES && rc_room(reader) > 0;
}


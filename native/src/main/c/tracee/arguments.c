// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a call's arguments point to, read as the plan says while the task is stopped. All of a call together is bounded.
#define _GNU_SOURCE
#include "tracee/arguments.h"

#include <errno.h>
#include <string.h>

#include "arch/arch.h"
#include "arch/plan.h"
#include "capture.h"
#include "ring/event.h"
#include "tracee/memory.h"
#include "tracee/shapes/heads.h"
#include "tracee/shapes/links.h"
#include "tracee/shapes/messages.h"
#include "tracee/shapes/nested.h"
#include "tracee/shapes/reader.h"
#include "tracee/shapes/records.h"
#include "tracee/tasks.h"

enum {
    POINTERS = 64, // of argv or of the environment
    STRINGS = 32,  // of these, so many are followed
    COUNTED = 128, // pointers that are only counted are read so many at once ...
    COUNTED_TIMES = 64, // ... and so often
};

static void read_bytes(const struct rc_reader *reader, uint64_t address) {
    const struct rc_read *read = reader->read;
    if ((read->flags & RC_READ_CONTENTS) == 0) {
        (void)rc_add_whole(reader, RC_PART_DATA, address, UINT64_MAX);
    } else if (reader->buffer_limit != 0) {
        // What stands before the contents is no part of them.
        const uint64_t before = read->length == RC_LENGTH_CONSTANT ? 0 : (uint64_t)read->count * read->unit;
        (void)rc_add_whole(reader, RC_PART_DATA, address, before + reader->buffer_limit);
    }
}

// What the kernel has put on the stack, or takes from there.
static void read_stack(const struct rc_reader *reader) {
    const uint64_t address = reader->task->call.sp + 8ull * reader->read->field;
    const size_t size = reader->read->unit;
    (void)rc_add_read(reader, rc_piece_of(reader, RC_PART_DATA, 0), address, size, size);
}

// Adds the pointers up to NULL. Returns the place of their piece.
static uint32_t read_string_pointers(const struct rc_reader *reader, uint64_t address) {
    struct rc_task *task = reader->task;
    const size_t width = rc_word_size(reader);
    struct rc_piece piece = rc_piece_of(reader, RC_PART_VECTOR, 0);
    uint8_t *out = rc_next_piece(task);
    const size_t want = (size_t)rc_least(POINTERS * width, rc_room(reader)) / width * width;
    const int got = want == 0 ? 0 : rc_memory_read(task, address, out, want);
    if (got < 0) {
        piece.flags |= RC_PIECE_UNREADABLE;
        piece.error = (uint8_t)-got;
    } else {
        const size_t pointers = (size_t)got / width;
        size_t count = 0;
        while (count < pointers && rc_word_at(reader, out + count * width) != 0) {
            count++;
        }
        piece.length = (uint16_t)(count * width);
        piece.flags |= count == pointers ? RC_PIECE_TRUNCATED : 0;
    }
    return rc_add_ready(reader, piece);
}

static void read_strings(const struct rc_reader *reader, uint64_t address) {
    struct rc_task *task = reader->task;
    const uint32_t vector = read_string_pointers(reader, address);
    const size_t width = rc_word_size(reader);
    const size_t count = rc_length_at(task, vector) / width;
    for (size_t i = 0; i < count; i++) {
        if (i == STRINGS || !rc_may_go_on(reader)) {
            rc_mark_cut(task, vector);
            return;
        }
        const uint64_t string = rc_word_at(reader, rc_bytes_at(task, vector) + i * width);
        const uint32_t at = task->used.length;
        rc_read_string(task, rc_piece_of(reader, RC_PART_ELEMENT, (unsigned)i), string,
                       (uint32_t)rc_least(reader->options->string_limit, rc_room(reader)));
        (void)rc_count_piece(task, at);
    }
}

// Counts the pointers up to NULL from the address on. Returns whether that was found, or cannot be read.
static bool count_pointers(const struct rc_reader *reader, uint64_t address, struct rc_pointer_count *out) {
    const size_t width = rc_word_size(reader);
    for (unsigned times = 0; times < COUNTED_TIMES; times++) {
        uint64_t words[COUNTED];
        const int got = rc_memory_read(reader->task, address, words, COUNTED * width);
        const size_t pointers = got < 0 ? 0 : (size_t)got / width;
        for (size_t i = 0; i < pointers; i++) {
            if (rc_word_at(reader, (const uint8_t *)words + i * width) == 0) {
                return true;
            }
            out->count++;
        }
        if (pointers == 0) {
            out->error = got < 0 ? (uint32_t)-got : EFAULT;
            return true;
        }
        address += pointers * width;
    }
    return false;
}

static void read_pointer_count(const struct rc_reader *reader, uint64_t address) {
    struct rc_piece piece = rc_piece_of(reader, RC_PART_DATA, 0);
    struct rc_pointer_count count = {0};
    const bool has_room = rc_room(reader) >= sizeof count;
    if (!has_room || !count_pointers(reader, address, &count)) {
        piece.flags |= RC_PIECE_TRUNCATED;
    }
    if (has_room) {
        memcpy(rc_next_piece(reader->task), &count, sizeof count);
        piece.length = sizeof count;
    }
    (void)rc_add_ready(reader, piece);
}

static bool is_met(const struct rc_read *read, const struct rc_event *call) {
    const uint32_t value = (uint32_t)call->args[read->if_arg];
    return ((read->flags & RC_READ_IF) == 0 || value == read->if_value) &&
           ((read->flags & RC_READ_IF_BITS) == 0 || (value & read->if_value) != 0);
}

static void read_argument(const struct rc_reader *reader) {
    const uint64_t address = rc_address_in(&reader->task->call, reader->read->arg);
    if (reader->read->shape == RC_SHAPE_STRING) {
        if (reader->task->used.strings < RC_STRINGS_OF_CALL) {
            reader->task->used.strings++;
            rc_read_string(reader->task, rc_piece_of(reader, RC_PART_DATA, 0), address, reader->options->string_limit);
        }
        return;
    }
    if (reader->read->shape == RC_SHAPE_STACK) {
        read_stack(reader);
        return;
    }
    if (reader->read->shape == RC_SHAPE_LINKS) {
        rc_read_links(reader, address);
        return;
    }
    if (address == 0 && reader->read->shape != RC_SHAPE_RECORDS) {
        return; // the argument itself says so
    }
    switch ((enum rc_read_shape)reader->read->shape) {
    case RC_SHAPE_STRINGS:
        read_strings(reader, address);
        break;
    case RC_SHAPE_IOVEC:
        rc_read_iovec(reader, address);
        break;
    case RC_SHAPE_MESSAGE:
        rc_read_message(reader, address);
        break;
    case RC_SHAPE_MESSAGES:
        rc_read_messages(reader, address);
        break;
    case RC_SHAPE_RECORDS:
        rc_read_records(reader, address);
        break;
    case RC_SHAPE_INDIRECT:
        rc_read_indirect(reader, address);
        break;
    case RC_SHAPE_POINTER_COUNT:
        read_pointer_count(reader, address);
        break;
    case RC_SHAPE_POINTERS:
        rc_read_pointers(reader, address);
        break;
    case RC_SHAPE_HEAD:
        rc_read_head(reader, address);
        break;
    default:
        read_bytes(reader, address);
        break;
    }
}

static void read_all(struct rc_task *task, const struct rc_options *options, bool at_exit, unsigned when) {
    const struct rc_event *call = &task->call;
    struct rc_reader reader = {
        .task = task,
        .options = options,
        .at_exit = at_exit,
        .buffer_limit = options->buffer_limit,
    };
    for (const struct rc_read *read = rc_reads_of(&options->plan, call->arch, (uint64_t)call->nr);; read++) {
        reader.read = read;
        if ((read->when & when) != 0 && task->used.reads < RC_READS_OF_CALL && is_met(read, call)) {
            task->used.reads++;
            read_argument(&reader);
        }
        if ((read->flags & RC_READ_LAST) != 0) {
            return;
        }
    }
}

void rc_read_at_entry(struct rc_task *task, const struct rc_options *options) {
    read_all(task, options, false, RC_READ_AT_ENTRY);
}

void rc_read_at_exit(struct rc_task *task, const struct rc_options *options) {
    const struct rc_event *call = &task->call;
    if ((call->flags & (RC_ERROR | RC_RESTARTED)) == 0) {
        read_all(task, options, true, RC_READ_AT_EXIT | (call->result > 0 ? RC_READ_IF_POSITIVE : 0));
    } else if (call->result == -EINTR || (call->flags & RC_RESTARTED) != 0) {
        read_all(task, options, true, RC_READ_INTERRUPTED);
    } else {
        read_all(task, options, true, RC_READ_FAILED);
    }
}

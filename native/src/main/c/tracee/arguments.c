// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a call's arguments point to, read as the plan says while the task is stopped. Lengths, counts and addresses are
// the program's own: they may lie, point to themselves, and be changed by another thread meanwhile. So everything is
// read once, and what is read of it next depends on that copy; and all of a call together is bounded.
#define _GNU_SOURCE
#include "tracee/arguments.h"

#include <errno.h>
#include <string.h>

#include "arch/arch.h"
#include "arch/plan.h"
#include "capture.h"
#include "ring/event.h"
#include "tracee/memory.h"
#include "tracee/tasks.h"

enum {
    // The other pieces are those of arrays: so what the arguments themselves point to always has one.
    ARRAY_PIECES = RC_DATA_PIECES - RC_READS_OF_CALL,
    // The entry of a call that is also read at its exit may only use this much, so that the results have some room.
    ENTRY_BYTES = RC_DATA_BYTES / 2,
    ARRAY_BYTES = 1024,   // of an array of pointers or of struct iovec
    POINTERS = 64,        // of argv or of the environment
    STRINGS = 32,         // of these, so many are followed
    COUNTED = 128,        // pointers that are only counted are read so many at once ...
    COUNTED_TIMES = 64,   // ... and so often
    MESSAGES_BYTES = 1024, // of an array of struct mmsghdr
    NAME_BYTES = 128,     // the kernel's struct sockaddr_storage
};

struct reader {
    struct rc_task *task;
    const struct rc_options *options;
    const struct rc_read *read;
    bool at_exit;
    uint32_t buffer_limit; // 0: contents are not read
};

// A struct of the program's own: pointers and sizes have 32 or 64 bits.
static uint64_t word_at(const struct reader *reader, const uint8_t *at) {
    uint64_t word = 0;
    memcpy(&word, at, (reader->read->flags & RC_READ_COMPAT) != 0 ? 4 : 8); // both processors are little-endian
    return word;
}

static size_t word_size(const struct reader *reader) {
    return (reader->read->flags & RC_READ_COMPAT) != 0 ? 4 : 8;
}

static uint64_t least(uint64_t one, uint64_t other) {
    return one < other ? one : other;
}

static size_t room(const struct reader *reader) {
    const struct rc_task *task = reader->task;
    const bool halved = !reader->at_exit && (task->plan & RC_PLAN_READS_AT_EXIT) != 0;
    const size_t bytes = halved ? ENTRY_BYTES : RC_DATA_BYTES;
    return task->used.data_bytes < bytes ? bytes - task->used.data_bytes : 0;
}

static struct rc_piece piece_of(const struct reader *reader, enum rc_part part, unsigned index) {
    return (struct rc_piece){
        .arg = reader->read->arg,
        .part = (uint8_t)part,
        .index = (uint16_t)index,
        .flags = reader->at_exit ? RC_PIECE_AT_EXIT : 0,
    };
}

// Marks a piece that has been added, given by its place.
static void mark_cut(struct rc_task *task, uint32_t at) {
    struct rc_piece piece;
    memcpy(&piece, task->side + at, sizeof piece);
    piece.flags |= RC_PIECE_TRUNCATED;
    memcpy(task->side + at, &piece, sizeof piece);
}

static uint32_t count_piece(struct rc_task *task, uint32_t at) {
    task->used.data_bytes = (uint16_t)(task->used.data_bytes + task->used.length - at - sizeof(struct rc_piece));
    task->used.data_pieces++;
    return at;
}

// Adds a piece with the first `most` of `length` bytes at the address, as far as there is room. Returns its place.
static uint32_t add(const struct reader *reader, struct rc_piece piece, uint64_t address, uint64_t length,
                    uint64_t most) {
    struct rc_task *task = reader->task;
    const uint32_t at = task->used.length;
    const size_t want = (size_t)least(least(length, most), room(reader));
    const int got = want == 0 ? 0 : rc_memory_read(task, address, rc_next_piece(task), want);
    if (got < 0) {
        piece.flags |= RC_PIECE_UNREADABLE;
        piece.error = (uint8_t)-got;
    } else {
        piece.length = (uint16_t)got;
        piece.flags |= (uint64_t)got < length ? RC_PIECE_TRUNCATED : 0;
    }
    rc_add_piece(task, &piece);
    return count_piece(task, at);
}

static size_t length_at(const struct rc_task *task, uint32_t at) {
    struct rc_piece piece;
    memcpy(&piece, task->side + at, sizeof piece);
    return piece.length;
}

static const uint8_t *bytes_at(const struct rc_task *task, uint32_t at) {
    return task->side + at + sizeof(struct rc_piece);
}

// What was read at entry of what an argument points to, or NULL.
static const uint8_t *read_at_entry(const struct rc_task *task, unsigned arg, size_t length) {
    for (uint32_t at = 0; at < task->at_entry.length;) {
        struct rc_piece piece;
        memcpy(&piece, task->side + at, sizeof piece);
        if (piece.arg == arg && piece.part == RC_PART_DATA) {
            return piece.length >= length ? bytes_at(task, at) : NULL;
        }
        at += (uint32_t)RC_PIECE_ROOM(piece.length);
    }
    return NULL;
}

// ---- how much there is

static uint64_t argument(const struct reader *reader) {
    const uint64_t value = rc_address_in(&reader->task->call, reader->read->of);
    return (reader->read->flags & RC_READ_INT_LENGTH) != 0 ? value & UINT32_MAX : value;
}

static uint64_t result(const struct reader *reader) {
    const int64_t value = reader->task->call.result;
    return value < 0 ? 0 : (uint64_t)value;
}

// The count that an argument points to. Returns 0 or an errno value. At exit it may say more than there was room for.
static int pointed(const struct reader *reader, uint64_t *count, uint64_t *given) {
    uint32_t value = 0;
    const uint64_t address = rc_address_in(&reader->task->call, reader->read->of);
    const int got = rc_memory_read(reader->task, address, &value, sizeof value);
    if (got != (int)sizeof value) {
        return got < 0 ? -got : EFAULT;
    }
    *count = value;
    const uint8_t *before = reader->at_exit ? read_at_entry(reader->task, reader->read->of, sizeof value) : NULL;
    if (before != NULL) {
        memcpy(&value, before, sizeof value);
        *given = value;
    }
    return 0;
}

static uint64_t bytes_of(const struct rc_read *read, uint64_t count) {
    if ((read->flags & RC_READ_BITS) != 0) {
        const uint64_t bits = 8ull * read->unit;
        count = count / bits + (count % bits != 0);
    }
    return count > UINT64_MAX / read->unit ? UINT64_MAX : count * read->unit;
}

// How many bytes there are, and how many of them the call can have written. Returns 0 or an errno value.
static int extent(const struct reader *reader, uint64_t *length, uint64_t *given) {
    const struct rc_read *read = reader->read;
    uint64_t count = read->count;
    uint64_t most = UINT64_MAX;
    int error = 0;
    switch ((enum rc_read_length)read->length) {
    case RC_LENGTH_ARGUMENT:
        count = argument(reader);
        break;
    case RC_LENGTH_RESULT:
        count = result(reader);
        most = (read->flags & RC_READ_BOUNDED) != 0 ? argument(reader) : UINT64_MAX;
        break;
    case RC_LENGTH_POINTED:
        error = pointed(reader, &count, &most);
        break;
    default:
        break;
    }
    *length = bytes_of(read, count);
    *given = bytes_of(read, most);
    return error;
}

// ---- the shapes

// The array or struct itself. Returns the place of its piece.
static uint32_t read_whole(const struct reader *reader, enum rc_part part, uint64_t address, uint64_t most) {
    struct rc_piece piece = piece_of(reader, part, 0);
    uint64_t length = 0;
    uint64_t given = UINT64_MAX;
    const int error = extent(reader, &length, &given);
    if (error == 0) {
        return add(reader, piece, address, length, least(most, given));
    }
    piece.flags |= RC_PIECE_UNREADABLE;
    piece.error = (uint8_t)error;
    const uint32_t at = reader->task->used.length;
    rc_add_piece(reader->task, &piece);
    return count_piece(reader->task, at);
}

static void read_bytes(const struct reader *reader, uint64_t address) {
    if ((reader->read->flags & RC_READ_CONTENTS) == 0) {
        (void)read_whole(reader, RC_PART_DATA, address, UINT64_MAX);
    } else if (reader->buffer_limit != 0) {
        (void)read_whole(reader, RC_PART_DATA, address, reader->buffer_limit);
    }
}

// Whether an array may have one more piece.
static bool may_go_on(const struct reader *reader) {
    return reader->task->used.data_pieces < ARRAY_PIECES && room(reader) > 0;
}

// Adds the pointers up to NULL. Returns the place of their piece.
static uint32_t read_pointers(const struct reader *reader, uint64_t address) {
    struct rc_task *task = reader->task;
    const size_t width = word_size(reader);
    const uint32_t at = task->used.length;
    struct rc_piece piece = piece_of(reader, RC_PART_VECTOR, 0);
    uint8_t *out = rc_next_piece(task);
    const size_t want = (size_t)least(POINTERS * width, room(reader)) / width * width;
    const int got = want == 0 ? 0 : rc_memory_read(task, address, out, want);
    if (got < 0) {
        piece.flags |= RC_PIECE_UNREADABLE;
        piece.error = (uint8_t)-got;
    } else {
        const size_t pointers = (size_t)got / width;
        size_t count = 0;
        while (count < pointers && word_at(reader, out + count * width) != 0) {
            count++;
        }
        piece.length = (uint16_t)(count * width);
        piece.flags |= count == pointers ? RC_PIECE_TRUNCATED : 0;
    }
    rc_add_piece(task, &piece);
    return count_piece(task, at);
}

// Counts the pointers up to NULL from the address on. Returns whether that was found, or cannot be read.
static bool count_pointers(const struct reader *reader, uint64_t address, struct rc_pointer_count *out) {
    const size_t width = word_size(reader);
    for (unsigned times = 0; times < COUNTED_TIMES; times++) {
        uint64_t words[COUNTED];
        const int got = rc_memory_read(reader->task, address, words, COUNTED * width);
        const size_t pointers = got < 0 ? 0 : (size_t)got / width;
        for (size_t i = 0; i < pointers; i++) {
            if (word_at(reader, (const uint8_t *)words + i * width) == 0) {
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

static void read_pointer_count(const struct reader *reader, uint64_t address) {
    struct rc_task *task = reader->task;
    const uint32_t at = task->used.length;
    struct rc_piece piece = piece_of(reader, RC_PART_DATA, 0);
    struct rc_pointer_count count = {0};
    if (room(reader) < sizeof count || !count_pointers(reader, address, &count)) {
        piece.flags |= RC_PIECE_TRUNCATED;
    }
    if (room(reader) >= sizeof count) {
        memcpy(rc_next_piece(task), &count, sizeof count);
        piece.length = sizeof count;
    }
    rc_add_piece(task, &piece);
    (void)count_piece(task, at);
}

static void read_strings(const struct reader *reader, uint64_t address) {
    struct rc_task *task = reader->task;
    const uint32_t vector = read_pointers(reader, address);
    const size_t width = word_size(reader);
    const size_t count = length_at(task, vector) / width;
    for (size_t i = 0; i < count; i++) {
        if (i == STRINGS || !may_go_on(reader)) {
            mark_cut(task, vector);
            return;
        }
        const uint64_t string = word_at(reader, bytes_at(task, vector) + i * width);
        const uint32_t at = task->used.length;
        rc_read_string(task, piece_of(reader, RC_PART_ELEMENT, (unsigned)i), string,
                       (uint32_t)least(reader->options->string_limit, room(reader)));
        (void)count_piece(task, at);
    }
}

// The buffers of an array of struct iovec that has been read; `transferred` bytes are in them. `index` is added to
// that of each.
static void read_buffers(const struct reader *reader, uint32_t vector, uint64_t transferred, unsigned index) {
    struct rc_task *task = reader->task;
    const size_t width = word_size(reader);
    const size_t count = length_at(task, vector) / (2 * width);
    for (size_t i = 0; i < count && transferred > 0 && reader->buffer_limit != 0; i++) {
        if (!may_go_on(reader)) {
            mark_cut(task, vector);
            return;
        }
        const uint8_t *buffer = bytes_at(task, vector) + i * 2 * width;
        const uint64_t length = least(word_at(reader, buffer + width), transferred);
        (void)add(reader, piece_of(reader, RC_PART_ELEMENT, index | (unsigned)i), word_at(reader, buffer), length,
                  reader->buffer_limit);
        transferred -= length;
    }
}

static void read_iovec(const struct reader *reader, uint64_t address) {
    const uint32_t vector = read_whole(reader, RC_PART_VECTOR, address, ARRAY_BYTES);
    if ((reader->read->flags & RC_READ_CONTENTS) != 0) {
        read_buffers(reader, vector, reader->at_exit ? result(reader) : UINT64_MAX, 0);
    }
}

// A struct msghdr: as the kernel's struct user_msghdr (include/linux/socket.h) and struct compat_msghdr
// (include/net/compat.h) have it.
struct message {
    uint64_t name;
    uint32_t name_length;
    uint64_t vector;
    uint64_t vector_count;
    uint64_t control;
    uint64_t control_length;
};

static size_t message_size(const struct reader *reader) {
    return (reader->read->flags & RC_READ_COMPAT) != 0 ? 28 : 56;
}

static struct message message_at(const struct reader *reader, const uint8_t *header) {
    const size_t width = word_size(reader);
    struct message message = {
        .name = word_at(reader, header),
        .vector = word_at(reader, header + 2 * width),
        .vector_count = word_at(reader, header + 3 * width),
        .control = word_at(reader, header + 4 * width),
        .control_length = word_at(reader, header + 5 * width),
    };
    memcpy(&message.name_length, header + width, sizeof message.name_length);
    return message;
}

// A part of a message. `place` is that of the piece of the messages, which says so if it must be left out.
static bool read_part(const struct reader *reader, uint32_t place, struct rc_piece piece, uint64_t address,
                      uint64_t length, uint64_t most, uint32_t *part) {
    if (address == 0 || length == 0) {
        return false;
    }
    if (!may_go_on(reader)) {
        mark_cut(reader->task, place);
        return false;
    }
    *part = add(reader, piece, address, length, most);
    return true;
}

// What a message points to. `number` is its index, `before` it as it was at entry or NULL, `transferred` how many bytes
// are in its buffers.
static void read_parts(const struct reader *reader, uint32_t place, const uint8_t *header, unsigned number,
                       const uint8_t *before, uint64_t transferred) {
    const struct message message = message_at(reader, header);
    const uint64_t given = before == NULL ? NAME_BYTES : message_at(reader, before).name_length;
    uint32_t part = 0;
    (void)read_part(reader, place, piece_of(reader, RC_PART_NAME, number), message.name, message.name_length,
                    least(given, NAME_BYTES), &part);
    (void)read_part(reader, place, piece_of(reader, RC_PART_CONTROL, number), message.control, message.control_length,
                    UINT64_MAX, &part);
    const uint64_t entry = 2 * word_size(reader);
    const uint64_t bytes = message.vector_count > UINT64_MAX / entry ? UINT64_MAX : message.vector_count * entry;
    if (read_part(reader, place, piece_of(reader, RC_PART_VECTOR, number), message.vector, bytes, ARRAY_BYTES, &part) &&
        (reader->read->flags & RC_READ_CONTENTS) != 0) {
        read_buffers(reader, part, transferred, number << 8);
    }
}

// What messages point to is their input or their output: if the messages themselves are both, it is their output.
static bool parts_are_wanted(const struct reader *reader) {
    return reader->at_exit || (reader->read->when & RC_READ_AT_EXIT) == 0;
}

static void read_message(const struct reader *reader, uint64_t address) {
    const struct rc_task *task = reader->task;
    const size_t size = message_size(reader);
    const uint32_t place = add(reader, piece_of(reader, RC_PART_DATA, 0), address, size, size);
    if (length_at(task, place) == size && parts_are_wanted(reader)) {
        read_parts(reader, place, bytes_at(task, place), 0,
                   reader->at_exit ? read_at_entry(task, reader->read->arg, size) : NULL,
                   reader->at_exit ? result(reader) : UINT64_MAX);
    }
}

// Each struct mmsghdr ends with how many bytes were transferred.
static void read_messages(const struct reader *reader, uint64_t address) {
    const struct rc_task *task = reader->task;
    const size_t header = message_size(reader);
    const size_t size = header + word_size(reader); // with its padding
    const uint32_t place = read_whole(reader, RC_PART_DATA, address, MESSAGES_BYTES / size * size);
    const size_t count = length_at(task, place) / size;
    for (size_t i = 0; i < count && parts_are_wanted(reader); i++) {
        const uint8_t *message = bytes_at(task, place) + i * size;
        uint32_t transferred = 0;
        memcpy(&transferred, message + header, sizeof transferred);
        read_parts(reader, place, message, (unsigned)i, NULL, reader->at_exit ? transferred : UINT64_MAX);
    }
}

static bool is_met(const struct rc_read *read, const struct rc_event *call) {
    return (read->flags & RC_READ_IF) == 0 || (uint32_t)call->args[read->if_arg] == read->if_value;
}

static void read_argument(const struct reader *reader) {
    const uint64_t address = rc_address_in(&reader->task->call, reader->read->arg);
    if (reader->read->shape == RC_SHAPE_STRING) {
        if (reader->task->used.strings < RC_STRINGS_OF_CALL) {
            reader->task->used.strings++;
            rc_read_string(reader->task, piece_of(reader, RC_PART_DATA, 0), address, reader->options->string_limit);
        }
        return;
    }
    if (address == 0) {
        return; // the argument itself says so
    }
    switch ((enum rc_read_shape)reader->read->shape) {
    case RC_SHAPE_STRINGS:
        read_strings(reader, address);
        break;
    case RC_SHAPE_IOVEC:
        read_iovec(reader, address);
        break;
    case RC_SHAPE_MESSAGE:
        read_message(reader, address);
        break;
    case RC_SHAPE_MESSAGES:
        read_messages(reader, address);
        break;
    case RC_SHAPE_POINTERS:
        read_pointer_count(reader, address);
        break;
    default:
        read_bytes(reader, address);
        break;
    }
}

static void read_all(struct rc_task *task, const struct rc_options *options, bool at_exit, unsigned when) {
    const struct rc_event *call = &task->call;
    struct reader reader = {
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
        read_all(task, options, true, RC_READ_AT_EXIT);
    } else if (call->result == -EINTR || (call->flags & RC_RESTARTED) != 0) {
        read_all(task, options, true, RC_READ_INTERRUPTED);
    }
}

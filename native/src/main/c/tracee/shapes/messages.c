// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Arrays of struct iovec with their buffers, and messages.
#define _GNU_SOURCE
#include "tracee/shapes/messages.h"

#include <string.h>

#include "tracee/shapes/reader.h"
#include "tracee/shapes/window.h"
#include "tracee/tasks.h"

enum {
    ARRAY_BYTES = 1024,    // of an array of struct iovec
    MESSAGES_BYTES = 1024, // of an array of struct mmsghdr
    NAME_BYTES = 128,      // the kernel's struct sockaddr_storage
};

// The buffers of an array of struct iovec that has been read; `transferred` bytes are in them. `index` is added to
// that of each.
static void read_buffers(const struct rc_reader *reader, uint32_t vector, uint64_t transferred, unsigned index) {
    struct rc_task *task = reader->task;
    const size_t width = rc_word_size(reader);
    const size_t count = rc_length_at(task, vector) / (2 * width);
    for (size_t i = 0; i < count && transferred > 0 && reader->buffer_limit != 0; i++) {
        if (!rc_may_go_on(reader)) {
            rc_mark_cut(task, vector);
            return;
        }
        const uint8_t *buffer = rc_bytes_at(task, vector) + i * 2 * width;
        const uint64_t length = rc_least(rc_word_at(reader, buffer + width), transferred);
        (void)rc_add_contents(reader, rc_piece_of(reader, RC_PART_ELEMENT, index | (unsigned)i),
                              rc_word_at(reader, buffer), length, length, reader->buffer_limit);
        transferred -= length;
    }
}

static void read_iovec(const struct rc_reader *reader, uint64_t address) {
    const uint32_t vector = rc_add_whole(reader, RC_PART_VECTOR, address, ARRAY_BYTES);
    if ((reader->read->flags & RC_READ_CONTENTS) != 0) {
        read_buffers(reader, vector, reader->at_exit ? rc_result_length(reader) : UINT64_MAX, 0);
    }
}

typedef void read_at(const struct rc_reader *reader, uint64_t address);

// Reads what stands at the address; with a window around it if what it points to is wanted too.
static void read_near(const struct rc_reader *reader, uint64_t address, bool follows, read_at *shape) {
    if (!follows) {
        shape(reader, address);
        return;
    }
    struct rc_window window;
    rc_window_open(&window, reader->task, address);
    struct rc_reader near = *reader;
    near.window = &window;
    shape(&near, address);
}

void rc_read_iovec(const struct rc_reader *reader, uint64_t address) {
    const bool follows = (reader->read->flags & RC_READ_CONTENTS) != 0 && reader->buffer_limit != 0;
    read_near(reader, address, follows, read_iovec);
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

static size_t message_size(const struct rc_reader *reader) {
    return (reader->read->flags & RC_READ_COMPAT) != 0 ? 28 : 56;
}

static struct message message_at(const struct rc_reader *reader, const uint8_t *header) {
    const size_t width = rc_word_size(reader);
    struct message message = {
        .name = rc_word_at(reader, header),
        .vector = rc_word_at(reader, header + 2 * width),
        .vector_count = rc_word_at(reader, header + 3 * width),
        .control = rc_word_at(reader, header + 4 * width),
        .control_length = rc_word_at(reader, header + 5 * width),
    };
    memcpy(&message.name_length, header + width, sizeof message.name_length);
    return message;
}

// A part of a message. `place` is that of the piece of the messages, which says so if it must be left out.
static bool read_part(const struct rc_reader *reader, uint32_t place, struct rc_piece piece, uint64_t address,
                      uint64_t length, uint64_t most, uint32_t *part) {
    if (address == 0 || length == 0) {
        return false;
    }
    if (!rc_may_go_on(reader)) {
        rc_mark_cut(reader->task, place);
        return false;
    }
    *part = rc_add_read(reader, piece, address, length, most);
    return true;
}

// What a message points to. `number` is its index, `before` it as it was at entry or NULL, `transferred` how many bytes
// are in its buffers.
static void read_parts(const struct rc_reader *reader, uint32_t place, const uint8_t *header, unsigned number,
                       const uint8_t *before, uint64_t transferred) {
    const struct message message = message_at(reader, header);
    const uint64_t given = before == NULL ? NAME_BYTES : message_at(reader, before).name_length;
    uint32_t part = 0;
    (void)read_part(reader, place, rc_piece_of(reader, RC_PART_NAME, number), message.name, message.name_length,
                    rc_least(given, NAME_BYTES), &part);
    (void)read_part(reader, place, rc_piece_of(reader, RC_PART_CONTROL, number), message.control,
                    message.control_length, UINT64_MAX, &part);
    const uint64_t entry = 2 * rc_word_size(reader);
    const uint64_t bytes = message.vector_count > UINT64_MAX / entry ? UINT64_MAX : message.vector_count * entry;
    const struct rc_piece vector = rc_piece_of(reader, RC_PART_VECTOR, number);
    if (read_part(reader, place, vector, message.vector, bytes, ARRAY_BYTES, &part) &&
        (reader->read->flags & RC_READ_CONTENTS) != 0) {
        read_buffers(reader, part, transferred, number << 8);
    }
}

// What messages point to is their input or their output: if the messages themselves are both, it is their output.
static bool parts_are_wanted(const struct rc_reader *reader) {
    return reader->at_exit || (reader->read->when & RC_READ_AT_EXIT) == 0;
}

static void read_message(const struct rc_reader *reader, uint64_t address) {
    const struct rc_task *task = reader->task;
    const size_t size = message_size(reader);
    const uint32_t place = rc_add_read(reader, rc_piece_of(reader, RC_PART_DATA, 0), address, size, size);
    if (rc_length_at(task, place) == size && parts_are_wanted(reader)) {
        read_parts(reader, place, rc_bytes_at(task, place), 0,
                   reader->at_exit ? rc_read_before(task, reader->read->arg, size) : NULL,
                   reader->at_exit ? rc_result_length(reader) : UINT64_MAX);
    }
}

void rc_read_message(const struct rc_reader *reader, uint64_t address) {
    read_near(reader, address, parts_are_wanted(reader), read_message);
}

// Each struct mmsghdr ends with how many bytes were transferred.
static void read_messages(const struct rc_reader *reader, uint64_t address) {
    const struct rc_task *task = reader->task;
    const size_t header = message_size(reader);
    const size_t size = header + rc_word_size(reader); // with its padding
    const uint32_t place = rc_add_whole(reader, RC_PART_DATA, address, MESSAGES_BYTES / size * size);
    const size_t count = rc_length_at(task, place) / size;
    for (size_t i = 0; i < count && parts_are_wanted(reader); i++) {
        const uint8_t *message = rc_bytes_at(task, place) + i * size;
        uint32_t transferred = 0;
        memcpy(&transferred, message + header, sizeof transferred);
        read_parts(reader, place, message, (unsigned)i, NULL, reader->at_exit ? transferred : UINT64_MAX);
    }
}

void rc_read_messages(const struct rc_reader *reader, uint64_t address) {
    read_near(reader, address, parts_are_wanted(reader), read_messages);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The kernel answers from what it has in memory: such a link asks no file system and does not wait for one.
#define _GNU_SOURCE
#include "tracee/shapes/links.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture.h"
#include "ring/event.h"
#include "tracee/memory.h"
#include "tracee/shapes/reader.h"
#include "tracee/tasks.h"

enum { DIGITS = 10, PATH = sizeof "/proc//fd/" + 2 * DIGITS };

static char *put(char *out, const char *text) {
    const size_t length = strlen(text);
    memcpy(out, text, length);
    return out + length;
}

static char *put_number(char *out, uint32_t number) {
    char digits[DIGITS];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0) {
        *out++ = digits[--count];
    }
    return out;
}

// The task's own link: its threads may have descriptors of their own (unshare).
static void put_path(char path[PATH], pid_t tid, int32_t number) {
    char *end = put_number(put(path, "/proc/"), (uint32_t)tid);
    end = number == AT_FDCWD ? put(end, "/cwd") : put_number(put(end, "/fd/"), (uint32_t)number);
    *end = '\0';
}

// Adds the number and its link. Of a number for which there is no room nothing is said.
static void add_link(const struct rc_reader *reader, int32_t number) {
    const struct rc_link_head head = {.number = number};
    struct rc_task *task = reader->task;
    if ((number < 0 && number != AT_FDCWD) || !rc_may_go_on(reader) || rc_room(reader) <= sizeof head) {
        return;
    }
    char path[PATH];
    put_path(path, task->tid, number);
    struct rc_piece piece = rc_piece_of(reader, RC_PART_LINK, 0);
    uint8_t *out = rc_next_piece(task);
    memcpy(out, &head, sizeof head);
    const size_t want = rc_room(reader) - sizeof head;
    const ssize_t got = readlink(path, (char *)out + sizeof head, want);
    if (got < 0) {
        piece.flags |= RC_PIECE_UNREADABLE;
        piece.error = (uint8_t)errno;
    } else {
        piece.length = (uint16_t)(sizeof head + (size_t)got);
        piece.flags |= (size_t)got == want ? RC_PIECE_TRUNCATED : 0;
    }
    (void)rc_add_ready(reader, piece);
}

static void add_array(const struct rc_reader *reader, uint64_t address) {
    int32_t numbers[RC_LINKS_OF_ARRAY];
    const size_t bytes = reader->read->count * sizeof numbers[0];
    const int got = rc_memory_read(reader->task, address, numbers, bytes);
    for (size_t i = 0; got > 0 && i < (size_t)got / sizeof numbers[0]; i++) {
        add_link(reader, numbers[i]);
    }
}

static void add_received(const struct rc_reader *reader, const uint8_t *numbers, size_t length) {
    int32_t number = 0;
    for (size_t at = 0; at + sizeof number <= length; at += sizeof number) {
        memcpy(&number, numbers + at, sizeof number);
        add_link(reader, number);
    }
}

// A struct cmsghdr has a size and two numbers in front of its data; the next one begins at a multiple of a word. Pieces
// are added behind the messages, which are not moved by that.
static void add_control(const struct rc_reader *reader, const uint8_t *messages, size_t length) {
    const size_t width = rc_word_size(reader);
    const size_t head = width + 2 * sizeof(int32_t);
    for (size_t at = 0; at + head <= length;) {
        const uint64_t size = rc_word_at(reader, messages + at);
        int32_t kind[2];
        memcpy(kind, messages + at + width, sizeof kind);
        if (size < head) {
            return;
        }
        const size_t end = at + (size_t)rc_least(size, length - at);
        if (kind[0] == SOL_SOCKET && kind[1] == SCM_RIGHTS) {
            add_received(reader, messages + at + head, end - at - head);
        }
        at = (end + width - 1) / width * width;
    }
}

// The control messages are among the pieces that were read before this one.
static void add_messages(const struct rc_reader *reader) {
    const struct rc_task *task = reader->task;
    const uint32_t end = task->used.length;
    for (uint32_t at = task->at_entry.length; at < end;) {
        struct rc_piece piece;
        memcpy(&piece, task->side + at, sizeof piece);
        if (piece.arg == reader->read->arg && piece.part == RC_PART_CONTROL) {
            add_control(reader, rc_bytes_at(task, at), piece.length);
        }
        at += (uint32_t)RC_PIECE_ROOM(piece.length);
    }
}

void rc_read_links(const struct rc_reader *reader, uint64_t address) {
    switch ((enum rc_links)reader->read->field) {
    case RC_LINKS_OF_RESULT:
        add_link(reader, (int32_t)reader->task->call.result);
        break;
    case RC_LINKS_OF_FOLDER:
        add_link(reader, AT_FDCWD);
        break;
    case RC_LINKS_OF_NUMBERS:
        add_array(reader, address);
        break;
    case RC_LINKS_OF_MESSAGES:
        add_messages(reader);
        break;
    default:
        break; // plan.c lets none through
    }
}

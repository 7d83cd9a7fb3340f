// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Of most transfers a few bytes are looked at and nothing is kept: those of files, of databases, of bodies. What begins
// as a head may be anything all the same; who reads it must not believe it.
#define _GNU_SOURCE
#include "tracee/shapes/heads.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ring/event.h"
#include "tracee/memory.h"
#include "tracee/shapes/framed.h"
#include "tracee/shapes/frames.h"
#include "tracee/shapes/reader.h"
#include "tracee/tasks.h"

enum {
    BUFFERS = 128,  // of a vector, so many are looked at: gRPC sends one response in up to 15
    FIRST = 512,    // most heads are shorter, and what is none shows at once
    SHORTEST = 4,   // bytes that tell what it is
    MOST = 65536,   // of a head that goes on and on
    OF_HANDSHAKE = 6, // bytes, up to who says hello
};

// RFC 9112, section 3 and 4: a request begins with a method, a response with its version. RFC 9113, section 3.4: a
// connection of HTTP/2 begins with a preface that looks like a request.
static const char PREFACE[] = "PRI * HTTP/2";
static const char *const BEGINNINGS[] = {
    "GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "PATCH ", "OPTIONS ", "CONNECT ", "TRACE ", "HTTP/1.", PREFACE,
};

static bool begins_as(const uint8_t *bytes, size_t length, const char *beginning) {
    const size_t whole = strlen(beginning);
    return memcmp(bytes, beginning, length < whole ? length : whole) == 0;
}

// A record of TLS (RFC 8446, section 5.1) with a handshake in it: nothing behind it can be read. OpenSSL reads its head
// alone, which does not tell who says hello.
static bool is_handshake(const uint8_t *bytes, size_t length) {
    enum { HANDSHAKE = 22, MAJOR = 3, LAST_MINOR = 4, HELLO_AT = 5, HELLOS = 2 };
    return length >= HELLO_AT && bytes[0] == HANDSHAKE && bytes[1] == MAJOR && bytes[2] <= LAST_MINOR &&
           (length == HELLO_AT || (bytes[HELLO_AT] >= 1 && bytes[HELLO_AT] <= HELLOS));
}

static bool is_head(const uint8_t *bytes, size_t length) {
    if (length < SHORTEST) {
        return false;
    }
    for (size_t i = 0; i < sizeof BEGINNINGS / sizeof BEGINNINGS[0]; i++) {
        if (begins_as(bytes, length, BEGINNINGS[i])) {
            return true;
        }
    }
    return is_handshake(bytes, length);
}

// What a call transfers, in its buffers. What was read last is at hand: most of it is looked at in small parts.
struct buffers {
    struct rc_transfer transfer;
    const struct rc_task *task;
    const struct iovec *at;
    size_t count;
    uint64_t near_from;
    size_t near_length;
    uint8_t near[FIRST];
};

// Copies them one behind the other. Returns how many bytes could be read.
static size_t gather(const struct buffers *buffers, uint64_t from, uint8_t *out, size_t length) {
    uint64_t skip = from;
    size_t got = 0;
    for (size_t i = 0; i < buffers->count && got < length; i++) {
        const struct iovec *buffer = &buffers->at[i];
        if (skip >= buffer->iov_len) {
            skip -= buffer->iov_len;
            continue;
        }
        const uint64_t address = (uint64_t)(uintptr_t)buffer->iov_base + skip;
        const size_t want = (size_t)rc_least(buffer->iov_len - skip, length - got);
        const int copied = rc_memory_read(buffers->task, address, out + got, want);
        got += copied > 0 ? (size_t)copied : 0;
        if (copied < (int)want) {
            break;
        }
        skip = 0;
    }
    return got;
}

static bool is_near(const struct buffers *buffers, uint64_t from, size_t length) {
    return from >= buffers->near_from && from - buffers->near_from <= buffers->near_length &&
           length <= buffers->near_length - (size_t)(from - buffers->near_from);
}

static size_t copy(struct rc_transfer *transfer, uint64_t from, uint8_t *out, size_t length) {
    struct buffers *buffers = (struct buffers *)transfer; // its first member
    if (length > sizeof buffers->near) {
        return gather(buffers, from, out, length);
    }
    if (!is_near(buffers, from, length)) {
        const size_t most = (size_t)rc_least(sizeof buffers->near, transfer->length - from);
        buffers->near_from = from;
        buffers->near_length = gather(buffers, from, buffers->near, most);
    }
    const uint8_t *found = buffers->near + (from - buffers->near_from);
    const size_t got = (size_t)rc_least(length, buffers->near_length - (from - buffers->near_from));
    memcpy(out, found, got);
    return got;
}

// What the descriptor is besides: enum rc_head_descriptor.
static uint16_t descriptor(const struct rc_task *task, int fd, bool is_socket) {
    char path[64];
    char text[128] = {0};
    (void)snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", task->tid, fd);
    const int info = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t got = info < 0 ? -1 : read(info, text, sizeof text - 1);
    if (info >= 0) {
        (void)close(info);
    }
    text[got < 0 ? 0 : got] = '\0';
    const char *flags = strstr(text, "flags:\t"); // octal (proc_pid_fdinfo(5))
    const bool blocks = flags != NULL && (strtoul(flags + strlen("flags:\t"), NULL, 8) & O_NONBLOCK) == 0;
    return (uint16_t)((is_socket ? RC_HEAD_IS_SOCKET : 0) | (blocks ? RC_HEAD_BLOCKS : 0));
}

static struct rc_open_head *open_head(struct rc_process *process, int fd, bool received) {
    for (unsigned i = 0; i < process->open_head_count; i++) {
        if (process->open_heads[i].fd == fd && process->open_heads[i].received == received) {
            return &process->open_heads[i];
        }
    }
    return NULL;
}

// Whether the head comes to its end in these bytes: an empty line (RFC 9112, section 2.1). `ending` are the last ones
// before, and then of these.
static bool ends(uint8_t ending[4], const uint8_t *bytes, size_t length) {
    bool found = false;
    for (size_t i = 0; i < length && !found; i++) {
        memmove(ending, ending + 1, 3);
        ending[3] = bytes[i];
        found = memcmp(ending, "\r\n\r\n", 4) == 0 || memcmp(ending + 2, "\n\n", 2) == 0;
    }
    return found;
}

// Remembers that the head of a message goes on with the next transfer, or that it does not any more.
static void follow(struct rc_process *process, struct rc_open_head *known, struct rc_open_head now, size_t got,
                   bool over) {
    const bool goes_on = !over && got < now.left;
    now.left -= (uint32_t)(got < now.left ? got : now.left);
    if (known != NULL && !goes_on) {
        *known = process->open_heads[--process->open_head_count];
    } else if (known != NULL) {
        *known = now;
    } else if (goes_on && process->open_head_count < RC_OPEN_HEADS) {
        process->open_heads[process->open_head_count++] = now;
    }
}

static void add_bytes(struct rc_task *task, size_t got, uint64_t there, uint16_t index) {
    const struct rc_piece piece = {
        .arg = RC_PIECE_HEAD,
        .index = index,
        .length = (uint16_t)got,
        .flags = (uint8_t)(RC_PIECE_AT_EXIT | (got < there ? RC_PIECE_TRUNCATED : 0)),
    };
    rc_add_piece(task, &piece);
}

static void add(const struct rc_reader *reader, const struct iovec *at, size_t count) {
    struct rc_task *task = reader->task;
    const int fd = (int)task->call.args[0];
    const uint64_t there = rc_result_length(reader);
    const bool received = (reader->read->field & RC_HEAD_RECEIVED) != 0;
    struct buffers buffers = {.task = task, .at = at, .count = count};
    buffers.transfer = (struct rc_transfer){.copy = copy, .length = there};
    struct rc_framed *connection = rc_framed_find(task, fd);
    if (connection != NULL) {
        rc_framed_add(task, connection, received, &buffers.transfer, RC_HEAD_IS_SOCKET);
        return;
    }
    struct rc_open_head *known = open_head(task->process, fd, received);
    const struct rc_open_head none = {.fd = fd, .received = received, .left = MOST};
    struct rc_open_head now = known != NULL ? *known : none;
    uint8_t *bytes = rc_next_piece(task);
    size_t got = copy(&buffers.transfer, 0, bytes, (size_t)rc_least(FIRST, there));
    const bool first = known == NULL;
    if (got == 0 || (first && !is_head(bytes, got))) {
        return;
    }
    if (got == FIRST) {
        got += gather(&buffers, got, bytes + got, (size_t)rc_least(RC_HEAD_BYTES, there) - got);
    }
    const bool is_text = !first || bytes[0] >= ' ';
    got = is_text ? got : (size_t)rc_least(got, OF_HANDSHAKE);
    if (!is_text) {
        follow(task->process, known, now, got, true);
        add_bytes(task, got, there, RC_HEAD_IS_SOCKET);
        return;
    }
    const uint64_t socket = rc_socket_number(task, fd);
    const uint16_t is = descriptor(task, fd, socket != 0);
    const bool is_preface = first && got >= strlen(PREFACE) && begins_as(bytes, got, PREFACE);
    connection = is_preface ? rc_framed_begin(task, fd, socket, received) : NULL;
    follow(task->process, known, now, got, is_preface || ends(now.ending, bytes, got) || got < there);
    if (connection != NULL) {
        rc_framed_add(task, connection, received, &buffers.transfer, is);
    } else {
        add_bytes(task, got, there, is);
    }
}

static void add_vector(const struct rc_reader *reader, uint64_t address, uint64_t count) {
    struct iovec buffers[BUFFERS];
    const size_t wanted = (size_t)rc_least(count, BUFFERS);
    const int got = wanted == 0 ? 0 : rc_memory_read(reader->task, address, buffers, wanted * sizeof buffers[0]);
    if (got > 0) {
        add(reader, buffers, (size_t)got / sizeof buffers[0]);
    }
}

// Frames of HTTP/2 are counted all the same: their heads, and then the payload of a file.
static void add_unseen(const struct rc_reader *reader) {
    struct buffers none = {.task = reader->task};
    none.transfer = (struct rc_transfer){.copy = copy, .length = rc_result_length(reader)};
    struct rc_framed *connection = rc_framed_find(reader->task, (int)reader->task->call.args[0]);
    if (connection != NULL) {
        rc_framed_add(reader->task, connection, (reader->read->field & RC_HEAD_RECEIVED) != 0, &none.transfer,
                      RC_HEAD_IS_SOCKET);
    }
}

void rc_read_head(const struct rc_reader *reader, uint64_t address) {
    const struct rc_event *call = &reader->task->call;
    const uint64_t count = call->args[reader->read->of];
    const unsigned flags = reader->read->field >> RC_HEAD_FLAGS;
    struct msghdr message;
    if (flags != 0 && (call->args[flags] & MSG_PEEK) != 0) {
        return; // it will be received later
    }
    switch ((enum rc_head_in)(reader->read->field & (RC_HEAD_RECEIVED - 1))) {
    case RC_HEAD_IN_VECTOR:
        add_vector(reader, address, count);
        break;
    case RC_HEAD_IN_MESSAGE:
        if (rc_memory_read(reader->task, address, &message, sizeof message) == (int)sizeof message) {
            add_vector(reader, (uint64_t)(uintptr_t)message.msg_iov, message.msg_iovlen);
        }
        break;
    case RC_HEAD_UNSEEN:
        add_unseen(reader);
        break;
    default:
        add(reader, &(struct iovec){.iov_base = (void *)(uintptr_t)address, .iov_len = (size_t)count}, 1);
        break;
    }
}

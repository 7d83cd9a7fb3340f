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

// A record of TLS (RFC 8446, section 5.1) with a handshake in it: nothing behind it can be read.
static bool is_handshake(const uint8_t *bytes, size_t length) {
    enum { HANDSHAKE = 22, MAJOR = 3, HELLO_AT = 5, HELLOS = 2 };
    return length > HELLO_AT && bytes[0] == HANDSHAKE && bytes[1] == MAJOR && bytes[HELLO_AT] >= 1 &&
           bytes[HELLO_AT] <= HELLOS;
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

// Copies the buffers one behind the other, up to `most` bytes from `got` on. Returns how many there are then.
static size_t gather(const struct rc_reader *reader, const struct iovec *buffers, size_t count, size_t got,
                     size_t most) {
    uint8_t *out = rc_next_piece(reader->task);
    size_t skip = got;
    for (size_t i = 0; i < count && got < most; i++) {
        if (skip >= buffers[i].iov_len) {
            skip -= buffers[i].iov_len;
            continue;
        }
        const uint64_t address = (uint64_t)(uintptr_t)buffers[i].iov_base + skip;
        const size_t want = (size_t)rc_least(buffers[i].iov_len - skip, most - got);
        const int copied = rc_memory_read(reader->task, address, out + got, want);
        got += copied > 0 ? (size_t)copied : 0;
        if (copied < (int)want) {
            break;
        }
        skip = 0;
    }
    return got;
}

// The number of the socket that the descriptor of the call is now, while its thread stands still; 0: it is none.
static uint64_t socket_number(const struct rc_task *task, int fd) {
    char path[64];
    char text[64] = {0};
    (void)snprintf(path, sizeof path, "/proc/%d/fd/%d", task->tid, fd);
    const bool is_socket =
        readlink(path, text, sizeof text - 1) > 0 && strncmp(text, "socket:[", strlen("socket:[")) == 0;
    return is_socket ? strtoull(text + strlen("socket:["), NULL, 10) : 0;
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

static struct rc_framed *framed(struct rc_process *process, int fd) {
    for (unsigned i = 0; i < process->framed_count; i++) {
        if (process->framed[i].fd == fd) {
            return &process->framed[i];
        }
    }
    return NULL;
}

// Whether what the call transfers are frames of HTTP/2: its descriptor is still the socket whose preface has passed.
static bool is_framed(const struct rc_task *task, int fd) {
    struct rc_process *process = task->process;
    struct rc_framed *connection = framed(process, fd);
    if (connection == NULL) {
        return false;
    }
    if (socket_number(task, fd) == connection->socket) {
        return true;
    }
    *connection = process->framed[--process->framed_count];
    return false;
}

// A preface has passed. Without room the connection's frames are not handed over, which shows at the next one.
static void remember_framed(struct rc_process *process, int fd, uint64_t socket) {
    if (socket != 0 && process->framed_count < RC_FRAMED) {
        process->framed[process->framed_count++] = (struct rc_framed){.fd = fd, .socket = socket};
    }
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

static void add(const struct rc_reader *reader, const struct iovec *buffers, size_t count) {
    struct rc_task *task = reader->task;
    const int fd = (int)task->call.args[0];
    const uint64_t there = rc_result_length(reader);
    if (is_framed(task, fd)) {
        const size_t got = gather(reader, buffers, count, 0, (size_t)rc_least(RC_HEAD_BYTES, there));
        if (got > 0) {
            add_bytes(task, got, there, RC_HEAD_IS_SOCKET);
        }
        return;
    }
    const bool received = (reader->read->field & RC_HEAD_RECEIVED) != 0;
    struct rc_open_head *known = open_head(task->process, fd, received);
    const struct rc_open_head none = {.fd = fd, .received = received, .left = MOST};
    struct rc_open_head now = known != NULL ? *known : none;
    size_t got = gather(reader, buffers, count, 0, (size_t)rc_least(FIRST, there));
    const uint8_t *bytes = rc_next_piece(task);
    const bool first = known == NULL;
    if (got == 0 || (first && !is_head(bytes, got))) {
        return;
    }
    if (got == FIRST) {
        got = gather(reader, buffers, count, got, (size_t)rc_least(RC_HEAD_BYTES, there));
    }
    const bool is_text = !first || bytes[0] >= ' ';
    got = is_text ? got : (size_t)rc_least(got, OF_HANDSHAKE);
    if (!is_text) {
        follow(task->process, known, now, got, true);
        add_bytes(task, got, there, RC_HEAD_IS_SOCKET);
        return;
    }
    const uint64_t socket = socket_number(task, fd);
    const bool is_preface = first && got >= strlen(PREFACE) && begins_as(bytes, got, PREFACE);
    if (is_preface) {
        remember_framed(task->process, fd, socket);
    }
    follow(task->process, known, now, got, is_preface || ends(now.ending, bytes, got) || got < there);
    add_bytes(task, got, there, descriptor(task, fd, socket != 0));
}

static void add_vector(const struct rc_reader *reader, uint64_t address, uint64_t count) {
    struct iovec buffers[BUFFERS];
    const size_t wanted = (size_t)rc_least(count, BUFFERS);
    const int got = wanted == 0 ? 0 : rc_memory_read(reader->task, address, buffers, wanted * sizeof buffers[0]);
    if (got > 0) {
        add(reader, buffers, (size_t)got / sizeof buffers[0]);
    }
}

void rc_read_head(const struct rc_reader *reader, uint64_t address) {
    const struct rc_event *call = &reader->task->call;
    const uint64_t count = call->args[reader->read->of];
    struct msghdr message;
    switch ((enum rc_head_in)(reader->read->field & ~RC_HEAD_RECEIVED)) {
    case RC_HEAD_IN_VECTOR:
        add_vector(reader, address, count);
        break;
    case RC_HEAD_IN_MESSAGE:
        if (rc_memory_read(reader->task, address, &message, sizeof message) == (int)sizeof message) {
            add_vector(reader, (uint64_t)(uintptr_t)message.msg_iov, message.msg_iovlen);
        }
        break;
    default:
        add(reader, &(struct iovec){.iov_base = (void *)(uintptr_t)address, .iov_len = (size_t)count}, 1);
        break;
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/shapes/framed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ring/event.h"
#include "tracee/memory.h"
#include "tracee/shapes/frames.h"
#include "tracee/tasks.h"

uint64_t rc_socket_number(const struct rc_task *task, int fd) {
    char path[64];
    char text[64] = {0};
    (void)snprintf(path, sizeof path, "/proc/%d/fd/%d", task->tid, fd);
    const bool is_socket =
        readlink(path, text, sizeof text - 1) > 0 && strncmp(text, "socket:[", strlen("socket:[")) == 0;
    return is_socket ? strtoull(text + strlen("socket:["), NULL, 10) : 0;
}

static void forget(struct rc_process *process, struct rc_framed *connection) {
    *connection = process->framed[--process->framed_count];
}

struct rc_framed *rc_framed_find(const struct rc_task *task, int fd) {
    struct rc_process *process = task->process;
    for (unsigned i = 0; i < process->framed_count; i++) {
        struct rc_framed *connection = &process->framed[i];
        if (connection->fd == fd) {
            if (rc_socket_number(task, fd) == connection->socket) {
                return connection;
            }
            forget(process, connection);
            return NULL;
        }
    }
    return NULL;
}

struct rc_framed *rc_framed_begin(const struct rc_task *task, int fd, uint64_t socket, bool received) {
    struct rc_process *process = task->process;
    if (socket == 0 || process->framed_count == RC_FRAMED) {
        return NULL;
    }
    struct rc_framed *connection = &process->framed[process->framed_count++];
    *connection = (struct rc_framed){.fd = fd, .socket = socket};
    (received ? &connection->received : &connection->sent)->kept = RC_PREFACE_BYTES;
    return connection;
}

void rc_framed_add(struct rc_task *task, struct rc_framed *connection, bool received, struct rc_transfer *transfer,
                   uint16_t descriptor) {
    struct rc_frames *frames = received ? &connection->received : &connection->sent;
    const struct rc_frames_head head = {.passed = frames->passed};
    uint8_t *out = rc_next_piece(task);
    size_t kept = 0;
    memcpy(out, &head, sizeof head);
    if (!rc_frames_pass(frames, transfer, out + sizeof head, RC_HEAD_BYTES - sizeof head, &kept)) {
        forget(task->process, connection);
    } else if (kept > 0) {
        const struct rc_piece piece = {
            .arg = RC_PIECE_HEAD,
            .index = descriptor | RC_HEAD_FRAMES,
            .length = (uint16_t)(sizeof head + kept),
            .flags = RC_PIECE_AT_EXIT,
        };
        rc_add_piece(task, &piece);
    }
}

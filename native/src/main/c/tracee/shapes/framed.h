// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The connections of HTTP/2 of a process, from their preface on (RFC 9113, section 3.4).
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct rc_framed;
struct rc_task;
struct rc_transfer;

// The number of the socket that the descriptor is now, while its thread stands still; 0: it is none.
uint64_t rc_socket_number(const struct rc_task *task, int fd);
// The connection that the descriptor is; NULL: it is none whose preface has passed.
struct rc_framed *rc_framed_find(const struct rc_task *task, int fd);
// A preface passes, in this direction. NULL: there is no room, or the descriptor is no socket.
struct rc_framed *rc_framed_begin(const struct rc_task *task, int fd, uint64_t socket, bool received);
// Adds what passes, as RC_PIECE_HEAD. What cannot be kept ends the connection: then nothing is added, now and later,
// which shows at the head of the next frame. `descriptor` is one of enum rc_head_descriptor.
void rc_framed_add(struct rc_task *task, struct rc_framed *connection, bool received, struct rc_transfer *transfer,
                   uint16_t descriptor);

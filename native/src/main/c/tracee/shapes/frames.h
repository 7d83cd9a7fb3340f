// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The frames of HTTP/2 that pass in one direction of a connection, one behind the other (RFC 9113, section 4). What is
// kept of them has no payload of DATA, which may be long and is nobody's business.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_frames;

// The client's side begins with this (section 3.4).
enum { RC_PREFACE_BYTES = 24 };

// Bytes of a transfer.
struct rc_transfer {
    // Copies some of them. Returns how many could be read, from the first one on.
    size_t (*copy)(struct rc_transfer *transfer, uint64_t from, uint8_t *out, size_t length);
    uint64_t length; // how many there are
};

// Passes over a transfer and keeps of it what is no payload of DATA, in `room` bytes. Returns whether all of that could
// be kept, and how much that is; otherwise the connection cannot be followed any more.
bool rc_frames_pass(struct rc_frames *frames, struct rc_transfer *transfer, uint8_t *out, size_t room, size_t *kept);

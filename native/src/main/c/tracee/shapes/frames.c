// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#include "tracee/shapes/frames.h"

#include "tracee/shapes/reader.h"
#include "tracee/tasks.h"

// Section 4.1: a length of 24 bits and a type, then flags and the stream.
enum { HEAD = 9, TYPE = 3, DATA = 0 };

// A frame's head has passed.
static void begin(struct rc_frames *frames) {
    const uint8_t *head = frames->head;
    const uint32_t length = (uint32_t)head[0] << 16 | (uint32_t)head[1] << 8 | head[2];
    frames->head_length = 0;
    *(head[TYPE] == DATA ? &frames->omitted : &frames->kept) = length;
}

// These bytes have passed and are kept.
static void keep(struct rc_frames *frames, const uint8_t *bytes, size_t length) {
    if (frames->kept > 0) {
        frames->kept -= (uint32_t)length;
        return;
    }
    for (size_t i = 0; i < length; i++, frames->head_length++) {
        if (frames->head_length < sizeof frames->head) {
            frames->head[frames->head_length] = bytes[i];
        }
    }
    if (frames->head_length == HEAD) {
        begin(frames);
    }
}

bool rc_frames_pass(struct rc_frames *frames, struct rc_transfer *transfer, uint8_t *out, size_t room, size_t *kept) {
    uint64_t at = 0;
    *kept = 0;
    while (at < transfer->length) {
        const uint64_t left = transfer->length - at;
        if (frames->omitted > 0) {
            const uint32_t omitted = (uint32_t)rc_least(frames->omitted, left);
            frames->omitted -= omitted;
            at += omitted;
            continue;
        }
        const uint64_t wanted = frames->kept > 0 ? frames->kept : (uint64_t)(HEAD - frames->head_length);
        const size_t length = (size_t)rc_least(wanted, left);
        if (length > room - *kept || transfer->copy(transfer, at, out + *kept, length) < length) {
            return false;
        }
        keep(frames, out + *kept, length);
        *kept += length;
        at += length;
    }
    frames->passed += transfer->length;
    return true;
}

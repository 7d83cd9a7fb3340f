// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The ring format in numbers, so that a test can compare Java's copy of it (RingLayout.java) with the compiler's
// layout.
#include <stddef.h>

#include "capture.h"
#include "ring/event.h"

size_t rc_layout(uint32_t *out, size_t capacity) {
    // In the order of RingLayout.inOrder().
    static const uint32_t layout[] = {
        RC_RING_VERSION,
        sizeof(struct rc_ring_header),
        offsetof(struct rc_ring_header, magic),
        offsetof(struct rc_ring_header, version),
        offsetof(struct rc_ring_header, event_size),
        offsetof(struct rc_ring_header, event_capacity),
        offsetof(struct rc_ring_header, side_capacity),
        offsetof(struct rc_ring_header, events_offset),
        offsetof(struct rc_ring_header, side_offset),
        offsetof(struct rc_ring_header, head),
        offsetof(struct rc_ring_header, dropped),
        offsetof(struct rc_ring_header, tail),
        offsetof(struct rc_ring_header, side_tail),
        sizeof(struct rc_event),
        offsetof(struct rc_event, start_ns),
        offsetof(struct rc_event, end_ns),
        offsetof(struct rc_event, args),
        offsetof(struct rc_event, result),
        offsetof(struct rc_event, ip),
        offsetof(struct rc_event, sp),
        offsetof(struct rc_event, tid),
        offsetof(struct rc_event, tgid),
        offsetof(struct rc_event, nr),
        offsetof(struct rc_event, arch),
        offsetof(struct rc_event, kind),
        offsetof(struct rc_event, flags),
        offsetof(struct rc_event, aux),
        offsetof(struct rc_event, side_length),
        offsetof(struct rc_event, dropped_before),
        offsetof(struct rc_event, side_offset),
        sizeof(struct rc_piece),
        offsetof(struct rc_piece, arg),
        offsetof(struct rc_piece, part),
        offsetof(struct rc_piece, index),
        offsetof(struct rc_piece, length),
        offsetof(struct rc_piece, flags),
        offsetof(struct rc_piece, error),
        RC_PIECE_TRUNCATED,
        RC_PIECE_UNREADABLE,
        RC_PIECE_AT_EXIT,
        RC_PIECE_STACK,
        RC_PIECE_CONTEXT,
        RC_PIECE_HEAD,
    };
    const size_t count = sizeof layout / sizeof layout[0];
    for (size_t i = 0; i < count && i < capacity; i++) {
        out[i] = layout[i];
    }
    return count;
}

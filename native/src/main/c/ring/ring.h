// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The producer's side of one ring. All functions except open and close belong to the one thread that produces at a
// time.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ring/event.h"

// Minimum sizes: the side area must hold the longest side data of one event wherever the previous one ended.
enum { RC_RING_MIN_EVENTS = 64, RC_RING_MIN_SIDE = 1 << 16 };

struct rc_ring {
    struct rc_ring_header *header; // start of the shared mapping
    struct rc_event *events;
    uint8_t *side;
    size_t length; // of the mapping
    uint64_t capacity;
    uint64_t side_capacity;
    uint64_t reserve; // slots that only lifecycle events may use, so that a burst of calls cannot displace an exit
    uint64_t head;    // private copies of the producer's positions
    uint64_t side_head;
    uint64_t seen_tail; // what the consumer had freed at the last look
    uint64_t seen_side_tail;
    uint64_t dropped;
    uint64_t dropped_run; // dropped since the last published event
};

// Maps a ring. Both sizes are powers of two. Returns 0 or an errno value.
int rc_ring_open(struct rc_ring *ring, uint64_t events, uint64_t side_bytes);
void rc_ring_close(struct rc_ring *ring);

// Whether an event of this kind can be published now.
bool rc_ring_has_slot(struct rc_ring *ring, uint16_t kind);
// Whether this many bytes of side data can be published now.
bool rc_ring_has_side(struct rc_ring *ring, uint32_t length);
// Publishes an event; there must be a slot. Side data that does not fit is left out, and the event then says so.
// Returns whether the side data was written.
bool rc_ring_publish(struct rc_ring *ring, const struct rc_event *event, const uint8_t *side, uint32_t side_length);
// Counts an event that could not be published.
void rc_ring_drop(struct rc_ring *ring);

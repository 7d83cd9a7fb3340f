// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A single-producer, single-consumer ring in a shared mapping; event.h has its format.
#define _GNU_SOURCE
#include "ring/ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "ring/event.h"

static bool is_power_of_two(uint64_t value) {
    return value != 0 && (value & (value - 1)) == 0;
}

static uint64_t round_up(uint64_t value, uint64_t unit) {
    return (value + unit - 1) / unit * unit;
}

int rc_ring_open(struct rc_ring *ring, uint64_t events, uint64_t side_bytes) {
    if (!is_power_of_two(events) || !is_power_of_two(side_bytes) || events < RC_RING_MIN_EVENTS ||
        side_bytes < RC_RING_MIN_SIDE || events > UINT32_MAX || side_bytes > UINT32_MAX) {
        return EINVAL;
    }
    const uint64_t page = 4096;
    const uint64_t events_offset = round_up(sizeof(struct rc_ring_header), page);
    const uint64_t side_offset = round_up(events_offset + events * sizeof(struct rc_event), page);
    const size_t length = (size_t)(side_offset + side_bytes);
    void *map = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) {
        return errno;
    }
    *ring = (struct rc_ring){
        .header = map,
        .events = (struct rc_event *)((uint8_t *)map + events_offset),
        .side = (uint8_t *)map + side_offset,
        .length = length,
        .capacity = events,
        .side_capacity = side_bytes,
        .reserve = events / 8 < 256 ? events / 8 : 256,
    };
    struct rc_ring_header *header = ring->header;
    header->magic = RC_RING_MAGIC;
    header->version = RC_RING_VERSION;
    header->event_size = sizeof(struct rc_event);
    header->event_capacity = events;
    header->side_capacity = side_bytes;
    header->events_offset = events_offset;
    header->side_offset = side_offset;
    return 0;
}

void rc_ring_close(struct rc_ring *ring) {
    if (ring->header != NULL) {
        (void)munmap(ring->header, ring->length); // cannot fail: exactly what was mapped
        ring->header = NULL;
    }
}

static bool is_lifecycle(uint16_t kind) {
    switch (kind) {
    case RC_PROCESS_STARTED:
    case RC_THREAD_STARTED:
    case RC_EXEC:
    case RC_THREAD_EXITED:
    case RC_PROCESS_EXITED:
    case RC_DETACHED:
    case RC_REST_BEGAN:
    case RC_REST_ENDED:
    case RC_THREAD_TIME:
        return true;
    default:
        return false;
    }
}

bool rc_ring_has_slot(struct rc_ring *ring, uint16_t kind) {
    const uint64_t limit = is_lifecycle(kind) ? ring->capacity : ring->capacity - ring->reserve;
    if (ring->head - ring->seen_tail < limit) {
        return true;
    }
    ring->seen_tail = atomic_load_explicit(&ring->header->tail, memory_order_acquire);
    return ring->head - ring->seen_tail < limit;
}

// Where side data of this length would start: at the end of the previous data, or at the start of the area if it would
// wrap.
static uint64_t side_start(const struct rc_ring *ring, uint32_t length) {
    const uint64_t place = ring->side_head & (ring->side_capacity - 1);
    return place + length <= ring->side_capacity ? ring->side_head : ring->side_head - place + ring->side_capacity;
}

bool rc_ring_has_side(struct rc_ring *ring, uint32_t length) {
    const uint64_t end = side_start(ring, length) + length;
    if (end - ring->seen_side_tail <= ring->side_capacity) {
        return true;
    }
    ring->seen_side_tail = atomic_load_explicit(&ring->header->side_tail, memory_order_acquire);
    return end - ring->seen_side_tail <= ring->side_capacity;
}

bool rc_ring_publish(struct rc_ring *ring, const struct rc_event *event, const uint8_t *side, uint32_t side_length) {
    struct rc_event *slot = &ring->events[ring->head & (ring->capacity - 1)];
    *slot = *event;
    slot->side_length = 0;
    slot->side_offset = 0;
    slot->dropped_before = ring->dropped_run > UINT32_MAX ? UINT32_MAX : (uint32_t)ring->dropped_run;
    ring->dropped_run = 0;
    bool complete = true;
    if (side_length != 0) {
        complete = rc_ring_has_side(ring, side_length);
        if (complete) {
            const uint64_t start = side_start(ring, side_length);
            memcpy(ring->side + (start & (ring->side_capacity - 1)), side, side_length);
            slot->side_offset = start;
            slot->side_length = side_length;
            ring->side_head = start + side_length;
        } else {
            slot->flags |= RC_SIDE_DATA_LOST;
        }
    }
    atomic_store_explicit(&ring->header->head, ++ring->head, memory_order_release);
    return complete;
}

void rc_ring_drop(struct rc_ring *ring) {
    ring->dropped_run++;
    atomic_store_explicit(&ring->header->dropped, ++ring->dropped, memory_order_release);
}

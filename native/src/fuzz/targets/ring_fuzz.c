// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The writing side of a ring whose reader stores whatever it likes: no event and no side data is written outside of its
// place.

#include "input.h"
#include "ring/event.h"
#include "ring/ring.h"

enum { EVENTS = RC_RING_MIN_EVENTS, SIDE = RC_RING_MIN_SIDE };
enum operation { PUBLISH, PUBLISH_SIDE, READ_ALL, STORE_TAIL, STORE_SIDE_TAIL, OPERATIONS };

static void publish(struct rc_ring *ring, uint16_t length) {
    static uint8_t side[UINT16_MAX];
    const struct rc_event event = {.kind = RC_CALL, .aux = length};
    if (!rc_ring_has_slot(ring, event.kind)) {
        rc_ring_drop(ring);
        return;
    }
    const uint64_t slot = ring->head;
    memset(side, (int)(slot & 0xff), length);
    const bool complete = rc_ring_publish(ring, &event, side, length);
    const struct rc_event *written = &ring->events[slot & (ring->capacity - 1)];
    REQUIRE(written->aux == length && written->side_length == (complete ? length : 0));
    REQUIRE(complete == ((written->flags & RC_SIDE_DATA_LOST) == 0));
    if (written->side_length != 0) {
        const uint64_t place = written->side_offset & (ring->side_capacity - 1);
        REQUIRE(place + length <= ring->side_capacity);
        REQUIRE(memcmp(ring->side + place, side, length) == 0);
    }
}

static void step(struct rc_ring *ring, struct input *input) {
    uint8_t operation = 0;
    uint16_t length = 0;
    uint64_t word = 0;
    (void)input_take(input, &operation, sizeof operation);
    switch ((enum operation)(operation % OPERATIONS)) {
    case PUBLISH:
        publish(ring, 0);
        break;
    case PUBLISH_SIDE:
        (void)input_take(input, &length, sizeof length);
        publish(ring, length);
        break;
    case READ_ALL:
        ring->header->tail = ring->head;
        ring->header->side_tail = ring->side_head;
        break;
    case STORE_TAIL:
        (void)input_take(input, &word, sizeof word);
        ring->header->tail = word;
        break;
    case STORE_SIDE_TAIL:
        (void)input_take(input, &word, sizeof word);
        ring->header->side_tail = word;
        break;
    case OPERATIONS:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct rc_ring ring;
    REQUIRE(rc_ring_open(&ring, EVENTS, SIDE) == 0);
    struct input input = {.at = data, .left = size};
    while (input.left != 0) {
        step(&ring, &input);
    }
    REQUIRE(ring.header->magic == RC_RING_MAGIC && ring.header->event_capacity == EVENTS);
    rc_ring_close(&ring);
    return 0;
}

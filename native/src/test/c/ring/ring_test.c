// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rule 10: the ring's format and its behaviour when full, and the task table, without a kernel in sight.
#include <errno.h>
#include <string.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "ring/ring.h"
#include "tracee/tasks.h"

enum { EVENTS = 64, SIDE = RC_RING_MIN_SIDE };

static struct rc_ring open_ring(void) {
    struct rc_ring ring;
    assert_int_equal(rc_ring_open(&ring, EVENTS, SIDE), 0);
    return ring;
}

static const struct rc_event *slot(const struct rc_ring *ring, uint64_t index) {
    const uint8_t *start = (const uint8_t *)ring->header;
    return (const struct rc_event *)(start + ring->header->events_offset) + index % ring->header->event_capacity;
}

static void the_header_describes_the_mapping(void **state) {
    (void)state;
    struct rc_ring ring = open_ring();
    assert_int_equal(ring.header->magic, RC_RING_MAGIC);
    assert_int_equal(ring.header->version, RC_RING_VERSION);
    assert_int_equal(ring.header->event_size, 128);
    assert_int_equal(ring.header->event_capacity, EVENTS);
    assert_int_equal(ring.header->side_capacity, SIDE);
    assert_true(ring.header->events_offset >= sizeof(struct rc_ring_header));
    assert_true(ring.header->side_offset >= ring.header->events_offset + EVENTS * 128);
    assert_true(ring.length >= ring.header->side_offset + SIDE);
    rc_ring_close(&ring);
}

static void sizes_must_be_powers_of_two_and_large_enough(void **state) {
    (void)state;
    struct rc_ring ring;
    assert_int_equal(rc_ring_open(&ring, 65, SIDE), EINVAL);
    assert_int_equal(rc_ring_open(&ring, 32, SIDE), EINVAL);
    assert_int_equal(rc_ring_open(&ring, 0, SIDE), EINVAL);
    assert_int_equal(rc_ring_open(&ring, EVENTS, SIDE + 1), EINVAL);
    assert_int_equal(rc_ring_open(&ring, EVENTS, SIDE / 2), EINVAL);
}

static void calls_leave_slots_for_ends(void **state) {
    (void)state;
    struct rc_ring ring = open_ring();
    const struct rc_event call = {.kind = RC_CALL};
    const struct rc_event end = {.kind = RC_PROCESS_EXITED};
    unsigned calls = 0;
    while (rc_ring_has_slot(&ring, RC_CALL)) {
        assert_true(rc_ring_publish(&ring, &call, NULL, 0));
        calls++;
    }
    assert_int_equal(calls, EVENTS - EVENTS / 8);
    rc_ring_drop(&ring);
    rc_ring_drop(&ring);
    assert_true(rc_ring_has_slot(&ring, RC_PROCESS_EXITED));
    assert_true(rc_ring_publish(&ring, &end, NULL, 0));
    assert_int_equal(slot(&ring, calls)->dropped_before, 2);
    assert_int_equal(ring.header->dropped, 2);
    while (rc_ring_has_slot(&ring, RC_PROCESS_EXITED)) {
        assert_true(rc_ring_publish(&ring, &end, NULL, 0));
    }
    assert_int_equal(ring.header->head, EVENTS);
    ring.header->tail = EVENTS; // the consumer frees all
    assert_true(rc_ring_has_slot(&ring, RC_CALL));
    rc_ring_close(&ring);
}

static void side_data_never_wraps_and_comes_back_whole(void **state) {
    (void)state;
    struct rc_ring ring = open_ring();
    uint8_t data[20000];
    for (unsigned round = 0; round < 100; round++) {
        memset(data, (int)round, sizeof data);
        const uint32_t length = 4 * (1 + round * 131 % 4999);
        const struct rc_event event = {.kind = RC_CALL, .nr = (int32_t)round};
        assert_true(rc_ring_publish(&ring, &event, data, length));
        const struct rc_event *got = slot(&ring, round);
        assert_int_equal(got->side_length, length);
        assert_true(got->side_offset % SIDE + length <= SIDE);
        assert_memory_equal((uint8_t *)ring.header + ring.header->side_offset + got->side_offset % SIDE, data, length);
        ring.header->side_tail = got->side_offset + got->side_length;
        ring.header->tail = round + 1;
    }
    rc_ring_close(&ring);
}

static void an_event_whose_strings_do_not_fit_says_so(void **state) {
    (void)state;
    struct rc_ring ring = open_ring();
    static uint8_t data[SIDE / 2];
    const struct rc_event event = {.kind = RC_CALL, .nr = 7};
    assert_true(rc_ring_publish(&ring, &event, data, sizeof data));
    assert_true(rc_ring_publish(&ring, &event, data, sizeof data));
    assert_false(rc_ring_has_side(&ring, 4));
    assert_false(rc_ring_publish(&ring, &event, data, 4));
    assert_int_equal(slot(&ring, 2)->flags, RC_SIDE_DATA_LOST);
    assert_int_equal(slot(&ring, 2)->side_length, 0);
    assert_int_equal(slot(&ring, 2)->nr, 7);
    ring.header->side_tail = sizeof data;
    assert_true(rc_ring_publish(&ring, &event, data, 4));
    rc_ring_close(&ring);
}

static void the_layout_is_reported_whole(void **state) {
    (void)state;
    uint32_t numbers[64];
    const size_t count = rc_layout(numbers, 64);
    assert_int_equal(count, 43);
    assert_int_equal(numbers[0], RC_RING_VERSION);
    assert_int_equal(numbers[1], sizeof(struct rc_ring_header));
    assert_int_equal(numbers[13], sizeof(struct rc_event));
    uint32_t one = 0;
    assert_int_equal(rc_layout(&one, 1), count); // as many as there are, however many fit
}

static void count_task(void *context, struct rc_task *task) {
    (void)task;
    ++*(size_t *)context;
}

static void tasks_are_found_however_many_there_are(void **state) {
    (void)state;
    enum { TASKS = 5000 };
    struct rc_tasks tasks;
    assert_int_equal(rc_tasks_open(&tasks, 256, 0), 0);
    for (pid_t tid = 1; tid <= TASKS; tid++) {
        assert_non_null(rc_tasks_add(&tasks, tid * 3, RC_TASK_TRACED, 0));
    }
    assert_int_equal(tasks.count, TASKS);
    for (pid_t tid = 1; tid <= TASKS; tid++) {
        struct rc_task *task = rc_tasks_find(&tasks, tid * 3);
        assert_non_null(task);
        assert_int_equal(task->tid, tid * 3);
        assert_null(rc_tasks_find(&tasks, tid * 3 + 1));
    }
    for (pid_t tid = 1; tid <= TASKS; tid += 2) {
        rc_tasks_remove(&tasks, rc_tasks_find(&tasks, tid * 3));
    }
    size_t left = 0;
    rc_tasks_each(&tasks, count_task, &left);
    assert_int_equal(left, TASKS / 2);
    assert_null(rc_tasks_find(&tasks, 3));
    struct rc_task *task = rc_tasks_find(&tasks, 6);
    rc_tasks_rekey(&tasks, task, 3);
    assert_ptr_equal(rc_tasks_find(&tasks, 3), task);
    assert_null(rc_tasks_find(&tasks, 6));
    rc_tasks_exit_early(&tasks, task);
    assert_int_equal(tasks.count, TASKS / 2 - 1);
    assert_ptr_equal(rc_tasks_find(&tasks, 3), task);
    rc_tasks_close(&tasks);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_describes_the_mapping),
        cmocka_unit_test(sizes_must_be_powers_of_two_and_large_enough),
        cmocka_unit_test(calls_leave_slots_for_ends),
        cmocka_unit_test(side_data_never_wraps_and_comes_back_whole),
        cmocka_unit_test(an_event_whose_strings_do_not_fit_says_so),
        cmocka_unit_test(the_layout_is_reported_whole),
        cmocka_unit_test(tasks_are_found_however_many_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

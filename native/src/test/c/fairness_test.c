// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Threads that stop at the same time are served in turn: none waits for its tracer for ever.
#define _GNU_SOURCE
#include <sys/syscall.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"

// A tracer that takes stops in the order waitpid finds them gave one of six threads 26 to 111 times as many calls as
// another. Served in turn it is 1.2 to 4, and up to 10 where the scheduler of a machine with ten times as many busy
// threads as CPUs favours some of them.
enum { THREADS = 6, ENOUGH = MANY(90000), FAIR_FACTOR = 16 };

static bool is_call(const struct rc_event *event) {
    return event->kind == RC_CALL && event->nr == SYS_getppid;
}

// Place of a thread among those seen so far, whose tids are in `tids`; it is added if it is new.
static size_t place_of(uint32_t tid, uint32_t tids[THREADS], size_t *known) {
    size_t at = 0;
    while (at < *known && tids[at] != tid) {
        at++;
    }
    assert_true(at < THREADS);
    tids[at] = tid;
    *known = at == *known ? *known + 1 : *known;
    return at;
}

// Waits until each thread has made a call: on a busy machine they do not all start at once. Returns where to count
// from.
static size_t await_all(struct recorder *recorder) {
    uint32_t tids[THREADS] = {0};
    size_t known = 0;
    size_t calls = 0;
    size_t at = 0;
    for (; known < THREADS; at++) {
        if (at == recorder_count(recorder)) {
            await_events(recorder, RC_CALL, -1, SYS_getppid, calls + 1);
        }
        const struct rc_event event = recorder_event(recorder, at);
        if (is_call(&event)) {
            calls++;
            (void)place_of(event.tid, tids, &known);
        }
    }
    await_events(recorder, RC_CALL, -1, SYS_getppid, calls + ENOUGH);
    return at;
}

// Calls of the busiest and of the slowest of the threads that were created under trace, from an event on.
static void extremes(struct recorder *recorder, size_t from, size_t *most, size_t *least) {
    size_t counts[THREADS] = {0};
    uint32_t tids[THREADS] = {0};
    size_t known = 0;
    for (size_t i = from; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (is_call(&event)) {
            counts[place_of(event.tid, tids, &known)]++;
        }
    }
    *most = 0;
    *least = SIZE_MAX;
    for (size_t i = 0; i < THREADS; i++) {
        *most = counts[i] > *most ? counts[i] : *most;
        *least = counts[i] < *least ? counts[i] : *least;
    }
}

static void busy_threads_are_served_in_turn(void **state) {
    (void)state;
    struct child child = child_start("calls", "6", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    const size_t from = await_all(recorder);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    size_t most = 0;
    size_t least = 0;
    extremes(recorder, from, &most, &least);
    print_message("  of %d busy threads the busiest made %zu calls, the slowest %zu\n", THREADS, most, least);
    assert_true(least * FAIR_FACTOR >= most);
    recorder_close(recorder);
    child_kill(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(busy_threads_are_served_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

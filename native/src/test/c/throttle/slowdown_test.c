// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// How much a target is slowed down: measured, told, bounded. No test depends on how fast this machine is: calls without
// a pause are slowed down many times over on any, and who sleeps is not.
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "threads/clock.h"
#include "throttle/histogram.h"
#include "throttle/slowdown.h"
#include "throttle/stop_cost.h"

static struct child start_calling(void) {
    struct child child = child_start("calls", "2", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    return child;
}

static struct rc_stats stats_of(struct recorder *recorder) {
    struct rc_stats stats;
    rc_session_stats(recorder_session(recorder), &stats);
    return stats;
}

static void every_time_falls_into_the_slot_it_is_told_from(void **state) {
    (void)state;
    for (uint64_t value = 1; value < 1ull << 40; value += value / 7 + 1) {
        struct rc_histogram histogram = {0};
        uint64_t counts[RC_HISTOGRAM_SLOTS] = {0};
        rc_histogram_add(&histogram, value);
        rc_histogram_sum(&histogram, counts);
        const uint64_t told = rc_histogram_quantile(counts, 990);
        assert_true(told <= value + value / 8 && told + value / 8 >= value);
        assert_int_equal(rc_histogram_quantile(counts, 1), told);
    }
}

static void quantiles_tell_how_many_values_lie_below(void **state) {
    (void)state;
    uint64_t counts[RC_HISTOGRAM_SLOTS] = {0};
    assert_int_equal(rc_histogram_quantile(counts, 990), 0);
    counts[rc_histogram_slot(1000)] = 985;
    counts[rc_histogram_slot(1000000)] = 15;
    const uint64_t median = rc_histogram_quantile(counts, 500);
    const uint64_t high = rc_histogram_quantile(counts, 990);
    assert_true(median > 800 && median < 1200);
    assert_true(high > 800000 && high < 1200000);
    counts[RC_HISTOGRAM_SLOTS - 1] = 100000; // whatever is greater than all slots
    assert_int_equal(rc_histogram_slot(UINT64_MAX), RC_HISTOGRAM_SLOTS - 1);
    assert_true(rc_histogram_quantile(counts, 990) > high);
}

static void a_stop_costs_something_on_any_machine(void **state) {
    (void)state;
    const struct rc_stop_cost *cost = rc_stop_cost();
    assert_true(cost->user_wall > 0 && cost->user_cpu > 0 && cost->user_wall > cost->user_cpu);
    assert_true(cost->call_wall > 0 && cost->bare_call > 0 && cost->apart_wall > 0);
    assert_ptr_equal(rc_stop_cost(), cost);
}

static void calls_without_a_pause_are_told_to_be_slowed_down(void **state) {
    (void)state;
    struct child child = start_calling();
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    while (stats_of(recorder).worst_slowdown_percent <= 100) {
        const struct timespec pause = {.tv_nsec = 10000000};
        (void)nanosleep(&pause, NULL);
    }
    const struct rc_stats stats = stats_of(recorder);
    assert_true(stats.stop_p50_ns > 0);
    assert_true(stats.stop_p99_ns >= stats.stop_p50_ns);
    assert_false(rc_session_finished(recorder_session(recorder))); // no bound, no end
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    recorder_close(recorder);
    child_kill(&child);
}

static void a_target_slowed_down_too_much_is_let_go(void **state) {
    (void)state;
    struct child child = start_calling();
    struct rc_options options = default_options();
    options.max_slowdown_percent = 50;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const uint64_t attached = rc_now();
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    recorder_finish(recorder);
    assert_true(rc_now() - attached > RC_SLOWDOWN_GRACE_NS); // the first second is not judged
    assert_int_equal(tracer_of(child.pid), 0);
    assert_int_equal(count_events(recorder, RC_DETACHED, child.pid, -1), 1);
    const struct rc_event end = recorder_event(recorder, find_event(recorder, RC_DETACHED, child.pid, -1));
    assert_int_equal(end.aux, RC_DETACH_SLOWDOWN);
    assert_true(stats_of(recorder).worst_slowdown_percent > options.max_slowdown_percent);
    recorder_close(recorder);
    assert_true(process_state(child.pid) != 't');
    child_kill(&child);
}

static void a_full_ring_does_not_hide_a_slowdown(void **state) {
    (void)state;
    struct child child = start_calling();
    struct rc_options options = default_options();
    options.policy = RC_POLICY_DROP;
    options.ring_events = RC_TEST_SMALL_RING;
    options.max_slowdown_percent = 50;
    struct recorder *recorder = recorder_open(&options); // nobody reads
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    assert_true(rc_session_await_finished(recorder_session(recorder), GENEROUS_S * 1000000000ull));
    assert_int_equal(tracer_of(child.pid), 0);
    recorder_drain(recorder, 0, 1 << 20);
    recorder_finish(recorder);
    recorder_close(recorder);
    child_kill(&child);
}

// Traced until it is told to be slowed down to twice the time in a window.
static void await_told(const char *tracee, const char *argument) {
    struct child child = child_start(tracee, argument, NULL);
    child_expect(&child, "ready");
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    while (stats_of(recorder).worst_slowdown_percent <= 100) {
        const struct timespec pause = {.tv_nsec = 10000000};
        (void)nanosleep(&pause, NULL);
    }
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    const struct rc_stats stats = stats_of(recorder);
    assert_true(stats.slowdown_percent > 0);
    assert_true(stats.slowdown_percent <= stats.work_slowdown_percent);
    recorder_close(recorder);
    child_kill(&child);
}

static void processes_that_live_for_a_moment_are_told_to_be_slowed_down(void **state) {
    (void)state;
    await_told("generations", "200");
}

static void threads_that_wait_for_each_other_are_told_to_be_slowed_down(void **state) {
    (void)state;
    await_told("locked", "20");
}

static void who_waits_in_a_call_is_not_slowed_down(void **state) {
    (void)state;
    struct child child = start_calling(); // and is told to begin only after it waited under trace
    struct rc_options options = default_options();
    options.max_slowdown_percent = 50;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    const struct timespec windows = {.tv_sec = 2, .tv_nsec = 500000000};
    (void)nanosleep(&windows, NULL);
    assert_false(rc_session_finished(recorder_session(recorder)));
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    assert_true(stats_of(recorder).worst_slowdown_percent < 50);
    const struct rc_event end = recorder_event(recorder, find_event(recorder, RC_DETACHED, child.pid, -1));
    assert_int_equal(end.aux, RC_DETACH_REQUESTED);
    recorder_close(recorder);
    child_kill(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_time_falls_into_the_slot_it_is_told_from),
        cmocka_unit_test(quantiles_tell_how_many_values_lie_below),
        cmocka_unit_test(a_stop_costs_something_on_any_machine),
        cmocka_unit_test(calls_without_a_pause_are_told_to_be_slowed_down),
        cmocka_unit_test(a_target_slowed_down_too_much_is_let_go),
        cmocka_unit_test(a_full_ring_does_not_hide_a_slowdown),
        cmocka_unit_test(processes_that_live_for_a_moment_are_told_to_be_slowed_down),
        cmocka_unit_test(threads_that_wait_for_each_other_are_told_to_be_slowed_down),
        cmocka_unit_test(who_waits_in_a_call_is_not_slowed_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

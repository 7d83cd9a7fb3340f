// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rules 1, 2, 9, 10: every call of every thread and child is seen, launched and attached.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "threads/clock.h"

#if defined(RC_BUILD_release)
#define CALLS "50000"
enum { CALLS_EACH = 50000, THREADS = 4, FORKS = 200 };
#else
#define CALLS "5000"
enum { CALLS_EACH = 5000, THREADS = 4, FORKS = 200 };
#endif

static void check_all_seen(struct recorder *recorder, pid_t pid) {
    const size_t expected = (size_t)THREADS * CALLS_EACH + FORKS;
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getppid), expected);
    assert_int_equal(count_events(recorder, RC_PROCESS_STARTED, -1, -1), 1 + FORKS);
    assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, -1, -1), 1 + FORKS);
    assert_int_equal(count_events(recorder, RC_THREAD_STARTED, -1, -1), THREADS);
    assert_int_equal(count_events(recorder, RC_THREAD_EXITED, -1, -1), THREADS);
    const struct rc_event end = recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1));
    assert_true(WIFEXITED(end.aux));
    assert_int_equal(WEXITSTATUS(end.aux), 0);
    // Threads end with exit, processes with exit_group: calls that never return.
    assert_int_equal(count_events(recorder, RC_CALL_UNFINISHED, -1, SYS_exit_group), 1 + FORKS);
    assert_int_equal(count_events(recorder, RC_CALL_UNFINISHED, -1, SYS_exit), THREADS);
    struct rc_stats stats;
    rc_session_stats(recorder_session(recorder), &stats);
    assert_int_equal(stats.dropped, 0);
    assert_int_equal(stats.tasks, 0);
    assert_int_equal(stats.published, recorder_count(recorder));
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        assert_true(event.start_ns <= event.end_ns);
        assert_true(event.tid != 0 && event.tgid != 0);
    }
}

static void every_call_of_a_launched_program_is_seen(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "calls", "4", CALLS, "200", NULL);
    recorder_finish(recorder);
    check_all_seen(recorder, pid);
    recorder_close(recorder);
}

static void every_call_of_an_attached_program_is_seen(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    struct child child = child_start("calls", "4", CALLS, "200", "wait", NULL);
    child_expect(&child, "ready");
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    recorder_finish(recorder);
    check_all_seen(recorder, child.pid);
    assert_int_equal(child_wait(&child), 0);
    recorder_close(recorder);
}

static void a_slow_consumer_loses_nothing_with_the_block_policy(void **state) {
    (void)state;
    struct rc_options options = default_options();
    options.ring_events = RC_TEST_SMALL_RING;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 2000, 2000);
    const pid_t pid = launch_tracee(recorder, "calls", "4", CALLS, "200", NULL);
    recorder_finish(recorder);
    check_all_seen(recorder, pid);
    recorder_close(recorder);
}

static void await_a_loss(struct recorder *recorder) {
    const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
    struct rc_stats stats;
    do {
        assert_true(rc_now() < until);
        rc_session_stats(recorder_session(recorder), &stats);
    } while (stats.dropped == 0);
}

static void what_the_drop_policy_loses_is_counted(void **state) {
    (void)state;
    struct rc_options options = default_options();
    options.ring_events = RC_TEST_SMALL_RING;
    options.policy = RC_POLICY_DROP;
    struct recorder *recorder = recorder_open(&options);
    const pid_t pid = launch_tracee(recorder, "calls", "4", CALLS, "0", NULL);
    await_a_loss(recorder); // nobody reads until then
    recorder_drain(recorder, 20000, 1 << 20);
    recorder_finish(recorder);
    struct rc_stats stats;
    rc_session_stats(recorder_session(recorder), &stats);
    uint64_t dropped_before = 0;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        dropped_before += recorder_event(recorder, i).dropped_before;
    }
    // The last event is an exit, for which slots are kept, so each loss is reported by an event after it.
    assert_int_equal(dropped_before, stats.dropped);
    assert_int_equal(stats.published, recorder_count(recorder));
    // No child, so no SIGCHLD: nothing but calls was lost.
    const size_t seen = count_events(recorder, RC_CALL, -1, -1) + count_events(recorder, RC_CALL_UNFINISHED, -1, -1);
    assert_int_equal(seen + stats.dropped, stats.calls);
    assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, pid, -1), 1);
    recorder_close(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_of_a_launched_program_is_seen),
        cmocka_unit_test(every_call_of_an_attached_program_is_seen),
        cmocka_unit_test(a_slow_consumer_loses_nothing_with_the_block_policy),
        cmocka_unit_test(what_the_drop_policy_loses_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rule 1 at scale: a thousand threads are all traced and told what they called, ten thousand short ones too; and
// processes of another PID namespace are told by both their pids.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "tracee/proc/procfs.h"
#include "threads/clock.h"
#include "throttle/histogram.h"

enum { THREADS = 1000, CALLS = 10 };
#if defined(RC_BUILD_release)
enum { SHORT_THREADS = 10000 };
#else
enum { SHORT_THREADS = 2000 }; // a sanitizer slows the tracer down, and adds no thread to what can be lost
#endif

static bool count_traced(void *context, pid_t tid) {
    struct rc_proc_status status;
    *(unsigned *)context += rc_proc_status(tid, &status) == 0 && status.tracer != 0 ? 1 : 0;
    return true;
}

static double ms(uint64_t ns) {
    return (double)ns / 1e6;
}

static void tell_stops(struct recorder *recorder, const char *what) {
    uint64_t counts[RC_HISTOGRAM_SLOTS] = {0};
    rc_histogram_sum(&recorder_session(recorder)->tracer.slowdown.stops, counts);
    print_message("  %s: of the stops half took at most %.3f ms, 99 %% %.3f ms, 99.9 %% %.3f ms\n", what,
                  ms(rc_histogram_quantile(counts, 500)), ms(rc_histogram_quantile(counts, 990)),
                  ms(rc_histogram_quantile(counts, 999)));
}

static void a_thousand_threads_are_traced_and_lose_no_call(void **state) {
    (void)state;
    char threads[16];
    char calls[16];
    (void)snprintf(threads, sizeof threads, "%d", THREADS);
    (void)snprintf(calls, sizeof calls, "%d", CALLS);
    struct child child = child_start("crowd", threads, calls, NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open_draining();
    const uint64_t began = rc_now();
    attach_to(recorder, child.pid);
    const uint64_t attached = rc_now();
    unsigned traced = 0;
    assert_int_equal(rc_proc_tasks(child.pid, count_traced, &traced), 0);
    assert_int_equal(traced, THREADS + 1);
    // Each has been detached again after the stop of its attach: nobody waits for us.
    const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
    struct rc_stats stats;
    do {
        rc_session_stats(recorder_session(recorder), &stats);
        assert_true(rc_now() < until);
    } while (stats.stops < THREADS + 1);
    print_message("  %u threads traced %.1f ms after the attach began, all running again after %.1f ms\n", traced,
                  ms(attached - began), ms(rc_now() - began));
    tell_stops(recorder, "attach");
    child_tell(&child, "\n");
    child_expect(&child, "0 wrong");
    recorder_finish(recorder);
    assert_int_equal(child_wait(&child), 0);
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getppid), THREADS * CALLS);
    tell_stops(recorder, "to the end");
    recorder_close(recorder);
}

static void no_call_of_a_short_thread_is_lost(void **state) {
    (void)state;
    char threads[16];
    (void)snprintf(threads, sizeof threads, "%d", SHORT_THREADS);
    struct child child = child_start("crowd", "storm", threads, NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    child_expect(&child, "0 wrong");
    recorder_finish(recorder);
    assert_int_equal(child_wait(&child), 0);
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getppid), SHORT_THREADS);
    assert_int_equal(count_events(recorder, RC_THREAD_STARTED, -1, -1), SHORT_THREADS);
    recorder_close(recorder);
}

static void processes_of_another_pid_namespace_have_both_their_pids(void **state) {
    (void)state;
    struct child child = child_start("namespaced", NULL);
    const pid_t first = (pid_t)child_number(&child);
    if (first == 0) {
        print_message("  needs the right to make a PID namespace\n");
        (void)child_wait(&child);
        skip();
    }
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, first);
    await_events(recorder, RC_PROCESS_STARTED, first, -1, 1);
    const struct rc_event start = recorder_event(recorder, find_event(recorder, RC_PROCESS_STARTED, first, -1));
    assert_int_equal(start.args[0], 1);
    child_tell(&child, "\n");
    const long inner = child_number(&child);
    child_tell(&child, "\n");
    assert_int_equal(child_number(&child), inner + 1);
    await_events(recorder, RC_PROCESS_EXITED, -1, -1, 2);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    long expected = inner;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (event.kind == RC_PROCESS_STARTED && event.tgid != (uint32_t)first) {
            assert_int_equal(event.args[0], expected++);
            assert_int_not_equal(event.tgid, event.args[0]);
            assert_int_equal(event.aux, first); // its parent, as seen out here
        }
    }
    assert_int_equal(expected, inner + 2);
    recorder_close(recorder);
    child_kill(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_threads_are_traced_and_lose_no_call),
        cmocka_unit_test(no_call_of_a_short_thread_is_lost),
        cmocka_unit_test(processes_of_another_pid_namespace_have_both_their_pids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

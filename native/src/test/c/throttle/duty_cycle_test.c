// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// With a duty cycle a thread beyond the bound of slowdown rests from being traced instead of being detached, and cannot
// tell.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "threads/clock.h"
#include "throttle/slowdown.h"

enum { BOUND = 40, BURSTS = 40 };
#ifdef SYS_epoll_wait
enum { SYS_epoll_wait_of_libc = SYS_epoll_wait };
#else
enum { SYS_epoll_wait_of_libc = SYS_epoll_pwait };
#endif

static struct rc_options resting(void) {
    struct rc_options options = default_options();
    options.max_slowdown_percent = BOUND;
    options.duty_cycle = true;
    return options;
}

static struct rc_stats stats_of(struct recorder *recorder) {
    struct rc_stats stats;
    rc_session_stats(recorder_session(recorder), &stats);
    return stats;
}

static void await_rests(struct recorder *recorder, uint64_t count) {
    // A rest is as long as what came before it was slow: seconds, under a sanitizer on a crowded machine.
    const uint64_t until = rc_now() + count * GENEROUS_S * 1000000000ull;
    while (stats_of(recorder).rests < count) {
        assert_true(rc_now() < until);
        const struct timespec pause = {.tv_nsec = 1000000};
        (void)nanosleep(&pause, NULL);
    }
}

// Index of the next event after this one that is of a thread, or the number of events.
static size_t next_of(struct recorder *recorder, size_t after, pid_t tid) {
    size_t next = after + 1;
    while (next < recorder_count(recorder) && recorder_event(recorder, next).tid != (uint32_t)tid) {
        next++;
    }
    return next;
}

static size_t previous_of(struct recorder *recorder, size_t before, pid_t tid) {
    size_t previous = before;
    while (previous > 0 && recorder_event(recorder, previous - 1).tid != (uint32_t)tid) {
        previous--;
    }
    assert_true(previous > 0);
    return previous - 1;
}

static bool is_call(const struct rc_event *event) {
    return event->kind == RC_CALL || event->kind == RC_CALL_UNFINISHED;
}

// What follows a rest of a thread: its end, before anything else but signals, with both times; or nothing more of it
// but that it is gone. Returns whether the rest has an end.
static bool expect_end_of_rest(struct recorder *recorder, size_t rest) {
    const struct rc_event began = recorder_event(recorder, rest);
    for (size_t i = next_of(recorder, rest, (pid_t)began.tid); i < recorder_count(recorder);
         i = next_of(recorder, i, (pid_t)began.tid)) {
        const struct rc_event event = recorder_event(recorder, i);
        assert_false(is_call(&event));
        assert_int_not_equal(event.kind, RC_REST_BEGAN);
        if (event.kind == RC_REST_ENDED) {
            assert_int_equal(event.tgid, began.tgid);
            assert_int_equal(event.args[0], began.start_ns);
            assert_true(event.start_ns > began.start_ns);
            assert_int_equal(event.end_ns, event.start_ns);
            return true;
        }
    }
    return false;
}

// A rest follows the call after which it begins, and of that call's return it has the time.
static void expect_begin_of_rest(struct recorder *recorder, size_t rest) {
    const struct rc_event began = recorder_event(recorder, rest);
    const struct rc_event call = recorder_event(recorder, previous_of(recorder, rest, (pid_t)began.tid));
    assert_int_equal(call.kind, RC_CALL);
    assert_int_equal(call.tgid, began.tgid);
    assert_int_equal(call.end_ns, began.start_ns);
    assert_int_equal(began.end_ns, began.start_ns);
}

// Each rest has its events, in their order. Returns how many have no end.
static size_t expect_rests_told(struct recorder *recorder) {
    const size_t rests = stats_of(recorder).rests;
    size_t endless = 0;
    assert_int_equal(count_events(recorder, RC_REST_BEGAN, -1, -1), rests);
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        if (recorder_event(recorder, i).kind == RC_REST_BEGAN) {
            expect_begin_of_rest(recorder, i);
            endless += expect_end_of_rest(recorder, i) ? 0 : 1;
        }
    }
    assert_int_equal(count_events(recorder, RC_REST_ENDED, -1, -1), rests - endless);
    return endless;
}

static void a_busy_target_stays_traced_and_keeps_to_the_bound(void **state) {
    (void)state;
    struct child child = child_start("calls", "2", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    const struct rc_options options = resting();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    await_rests(recorder, 4); // each of the two rests and is taken up again
    await_events(recorder, RC_CALL, -1, SYS_getppid, MANY(1000) + 1); // and is traced between
    assert_int_not_equal(tracer_of(child.pid), 0);
    assert_int_equal(count_events(recorder, RC_DETACHED, -1, -1), 0);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    const struct rc_stats stats = stats_of(recorder);
    assert_true(stats.unwatched_ns > 0);
    assert_true(stats.watched_ns >= stats.rests * RC_SLOWDOWN_EARLY_NS); // each after a window at least
    assert_true(stats.worst_slowdown_percent <= BOUND);
    assert_true(count_events(recorder, RC_CALL, -1, -1) >= stats.rests); // each begins where a call ends
    assert_int_equal(count_events(recorder, RC_DETACHED, child.pid, -1), 1);
    assert_int_equal(tracer_of(child.pid), 0);
    assert_int_equal(expect_rests_told(recorder), 0); // also of those that were detached during their rest
    recorder_close(recorder);
    assert_true(process_state(child.pid) != 't');
    child_kill(&child);
}

// How long a target that does nothing but call was watched before its first rest.
static uint64_t watched_before_a_rest(void) {
    struct child child = child_start("calls", "1", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    struct rc_options options = resting();
    options.max_slowdown_percent = 1; // after a whole window it would rest for minutes
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    await_rests(recorder, 1);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    const struct rc_stats stats = stats_of(recorder);
    assert_true(stats.watched_ns > 0);
    recorder_close(recorder);
    child_kill(&child);
    return stats.watched_ns;
}

static void a_thread_slowed_down_much_is_watched_briefly(void **state) {
    (void)state;
    // A window is longer if neither of the two got a CPU meanwhile, which does not happen again and again.
    uint64_t shortest = RC_SLOWDOWN_DUTY_WINDOW_NS;
    for (int round = 0; round < 20 && shortest >= RC_SLOWDOWN_DUTY_WINDOW_NS; round++) {
        const uint64_t watched = watched_before_a_rest();
        shortest = watched < shortest ? watched : shortest;
    }
    assert_true(shortest < RC_SLOWDOWN_DUTY_WINDOW_NS);
}

static void a_thread_that_rests_and_is_taken_up_again_sees_neither(void **state) {
    (void)state;
    struct child child = child_start("bursts", "40", NULL);
    child_expect(&child, "ready");
    const struct rc_options options = resting();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    assert_int_equal(child_number(&child), 0);      // no wait was cut short
    assert_int_equal(child_number(&child), BURSTS); // every signal came, rests or not
    recorder_finish(recorder);
    assert_int_equal(child_wait(&child), 0);
    const struct rc_stats stats = stats_of(recorder);
    print_message("  %lu rests, %lu ms unwatched, %zu of %d calls seen\n", (unsigned long)stats.rests,
                  (unsigned long)(stats.unwatched_ns / 1000000), count_events(recorder, RC_CALL, -1, SYS_getppid),
                  BURSTS * 20000);
    assert_true(stats.rests > 0);
    assert_int_equal(stats.tasks, 0);
    assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, child.pid, -1), 1);
    (void)expect_rests_told(recorder); // it may end while it rests
    recorder_close(recorder);
}

static void a_rest_that_its_threads_death_ends_is_told_without_an_end(void **state) {
    (void)state;
    struct child child = child_start("calls", "1", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    struct rc_options options = resting();
    options.max_slowdown_percent = 1; // rests for minutes
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    await_rests(recorder, 1);
    child_kill(&child);
    recorder_finish(recorder);
    assert_int_equal(stats_of(recorder).rests, 1);
    assert_int_equal(expect_rests_told(recorder), 1);
    const struct rc_event rest = recorder_event(recorder, find_event(recorder, RC_REST_BEGAN, -1, -1));
    assert_int_equal(rest.tgid, child.pid);
    assert_int_equal(count_events(recorder, RC_THREAD_EXITED, (pid_t)rest.tid, -1), 1);
    recorder_close(recorder);
}

// Whether a thread rested at any time of a stretch.
static bool rested_in(struct recorder *recorder, const struct rc_event *stretch) {
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event began = recorder_event(recorder, i);
        if (began.kind != RC_REST_BEGAN || began.tid != stretch->tid || began.start_ns >= stretch->end_ns) {
            continue;
        }
        uint64_t ended_ns = UINT64_MAX;
        for (size_t j = next_of(recorder, i, (pid_t)began.tid); j < recorder_count(recorder);
             j = next_of(recorder, j, (pid_t)began.tid)) {
            const struct rc_event event = recorder_event(recorder, j);
            if (event.kind == RC_REST_ENDED) {
                ended_ns = event.start_ns;
                break;
            }
        }
        if (ended_ns > stretch->start_ns) {
            return true;
        }
    }
    return false;
}

// How many stretches with unseen calls the scheduler could be asked about, and in which the thread ran.
static size_t unseen_yet_read(struct recorder *recorder) {
    size_t found = 0;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event stretch = recorder_event(recorder, i);
        found += stretch.kind == RC_THREAD_TIME && (stretch.flags & RC_UNASKED) != 0 &&
                         (stretch.flags & RC_UNREAD) == 0 && stretch.args[RC_TIME_RAN] > 0
                     ? 1
                     : 0;
    }
    return found;
}

// Of all stretches those in which a thread rested are said to have had calls that were not seen. Returns how many.
static size_t expect_rests_unseen(struct recorder *recorder) {
    size_t unseen = 0;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event stretch = recorder_event(recorder, i);
        if (stretch.kind == RC_THREAD_TIME) {
            assert_int_equal((stretch.flags & RC_UNASKED) != 0, rested_in(recorder, &stretch));
            unseen += (stretch.flags & RC_UNASKED) != 0 ? 1 : 0;
        }
    }
    return unseen;
}

static void the_time_of_a_rest_that_a_death_ends_is_unseen(void **state) {
    (void)state;
    struct child child = child_start("calls", "1", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    struct rc_options options = resting();
    options.thread_times = true;
    options.max_slowdown_percent = 1; // rests for minutes
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    await_rests(recorder, 1);
    // It is read while it rests, so that little is not known at its end.
    const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
    while (unseen_yet_read(recorder) == 0) {
        assert_true(rc_now() < until);
        const struct timespec pause = {.tv_nsec = 1000000};
        (void)nanosleep(&pause, NULL);
    }
    child_kill(&child);
    recorder_finish(recorder);
    assert_true(expect_rests_unseen(recorder) >= 1);
    recorder_close(recorder);
}

static void the_time_of_a_rest_that_is_over_is_unseen(void **state) {
    (void)state;
    struct child child = child_start("calls", "1", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    struct rc_options options = resting();
    options.thread_times = true;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    await_rests(recorder, 2);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    assert_true(expect_rests_unseen(recorder) >= 2);
    recorder_close(recorder);
    child_kill(&child);
}

static void without_a_duty_cycle_no_rest_is_told(void **state) {
    (void)state;
    struct child child = child_start("calls", "1", "20000", "0", "wait", NULL);
    child_expect(&child, "ready");
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    assert_int_equal(child_wait(&child), 0);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getppid), 20000);
    assert_int_equal(count_events(recorder, RC_REST_BEGAN, -1, -1), 0);
    assert_int_equal(count_events(recorder, RC_REST_ENDED, -1, -1), 0);
    recorder_close(recorder);
}

// A traced thread is woken for a signal that its program ignores, and its call would return EINTR (ignored_test.c).
static void expect_of_resting(const char *how, const char *result, unsigned group_stops) {
    for (int round = 0; round < 3; round++) {
        struct rc_options options = resting();
        options.max_slowdown_percent = 1; // rests for longer than the test takes
        struct recorder *recorder = recorder_open(&options);
        recorder_drain(recorder, 500, 1 << 20);
        struct child child = child_start("ignoring", how, "busy", NULL);
        child_expect(&child, "ready");
        attach_to(recorder, child.pid);
        child_tell(&child, "\n");
        await_rests(recorder, 1); // of the thread that makes calls: the other waits for input
        child_tell(&child, "\n");
        if (group_stops > 0) {
            await_events(recorder, RC_GROUP_STOP, -1, -1, group_stops); // of both its threads
            assert_int_equal(kill(child.pid, SIGCONT), 0);
        }
        child_expect(&child, result);
        assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_epoll_wait_of_libc), 0); // it rested all the time
        rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
        recorder_finish(recorder);
        recorder_close(recorder);
        child_kill(&child);
    }
}

static void an_ignored_signal_ends_no_call_of_a_resting_thread(void **state) {
    (void)state;
#ifdef __x86_64__
    expect_of_resting("ignore", "1", 0);
    expect_of_resting("children", "1", 0);
    expect_of_resting("continue", "1", 0);
    expect_of_resting("again", "1", 2); // after a group-stop
#else
    print_message("  whether a call was interrupted is known from its stops alone here: a resting thread has none\n");
    skip();
#endif
}

static void a_handled_signal_ends_a_call_of_a_resting_thread(void **state) {
    (void)state;
    expect_of_resting("handle", "-1 EINTR", 0);
}

static void a_group_stop_ends_a_call_of_a_resting_thread(void **state) {
    (void)state;
    expect_of_resting("stop", "-1 EINTR", 2);
}

// Of a thread that is detached from its rest the call found in progress is told, and then the process's end.
static void nothing_of_a_process_is_told_after_its_end(void **state) {
    (void)state;
    for (int round = 0; round < MANY(20); round++) {
        struct child child = child_start("calls", "1", "1000000000", "0", "wait", NULL);
        child_expect(&child, "ready");
        struct rc_options options = resting();
        options.max_slowdown_percent = 1;
        struct recorder *recorder = recorder_open(&options);
        recorder_drain(recorder, 500, 1 << 20);
        attach_to(recorder, child.pid);
        child_tell(&child, "\n");
        await_rests(recorder, 1);
        rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
        recorder_finish(recorder);
        const size_t end = find_event(recorder, RC_DETACHED, child.pid, -1);
        assert_int_equal(end, recorder_count(recorder) - 1);
        assert_int_equal(expect_rests_told(recorder), 0);
        recorder_close(recorder);
        child_kill(&child);
    }
}

static void a_deadline_ends_a_rest(void **state) {
    (void)state;
    struct child child = child_start("calls", "1", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    struct rc_options options = resting();
    options.max_slowdown_percent = 1; // rests for minutes
    options.deadline_ns = GENEROUS_S * 25000000ull;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    await_rests(recorder, 1);
    recorder_finish(recorder);
    assert_int_equal(tracer_of(child.pid), 0);
    const struct rc_event end = recorder_event(recorder, find_event(recorder, RC_DETACHED, child.pid, -1));
    assert_int_equal(end.aux, RC_DETACH_DEADLINE);
    recorder_close(recorder);
    assert_true(process_state(child.pid) != 't');
    child_kill(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_busy_target_stays_traced_and_keeps_to_the_bound),
        cmocka_unit_test(a_thread_slowed_down_much_is_watched_briefly),
        cmocka_unit_test(a_thread_that_rests_and_is_taken_up_again_sees_neither),
        cmocka_unit_test(a_rest_that_its_threads_death_ends_is_told_without_an_end),
        cmocka_unit_test(the_time_of_a_rest_that_a_death_ends_is_unseen),
        cmocka_unit_test(the_time_of_a_rest_that_is_over_is_unseen),
        cmocka_unit_test(without_a_duty_cycle_no_rest_is_told),
        cmocka_unit_test(an_ignored_signal_ends_no_call_of_a_resting_thread),
        cmocka_unit_test(a_handled_signal_ends_a_call_of_a_resting_thread),
        cmocka_unit_test(a_group_stop_ends_a_call_of_a_resting_thread),
        cmocka_unit_test(nothing_of_a_process_is_told_after_its_end),
        cmocka_unit_test(a_deadline_ends_a_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a thread's time goes is told without a gap, and adds up.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"

static const uint64_t SLEPT_NS = 300000000u;

static struct rc_options timed(void) {
    struct rc_options options = default_options();
    options.follow_children = true;
    options.thread_times = true;
    return options;
}

static bool is_time_of(const struct rc_event *event, pid_t tid) {
    return event->kind == RC_THREAD_TIME && (tid == 0 || event->tid == (uint32_t)tid);
}

// Each stretch of a thread begins where the one before ended, and its parts are not more than the whole: each is
// measured by itself, to a fraction of what a stop takes.
static void assert_whole(struct recorder *recorder) {
    enum { LEEWAY_NS = 1000000 };
    const size_t count = recorder_count(recorder);
    size_t told = 0;
    for (size_t i = 0; i < count; i++) {
        const struct rc_event time = recorder_event(recorder, i);
        if (!is_time_of(&time, 0)) {
            continue;
        }
        told++;
        const uint64_t wall = time.end_ns - time.start_ns;
        assert_true(time.start_ns <= time.end_ns);
        const uint64_t ran = (time.flags & RC_UNREAD) == 0 ? time.args[RC_TIME_RAN] : 0;
        assert_true(ran + time.args[RC_TIME_DELAYED] + time.args[RC_TIME_STOPPED] <=
                    wall + LEEWAY_NS);
        assert_true(time.args[RC_TIME_IN_CALLS] + time.args[RC_TIME_STOPPED] <= wall + LEEWAY_NS);
        assert_true(time.args[RC_TIME_IN_LAST_CALL] <= time.args[RC_TIME_IN_CALLS]);
        assert_int_equal(time.args[RC_TIME_IN_LAST_CALL] == 0, time.nr == -1);
        for (size_t j = i + 1; j < count; j++) {
            const struct rc_event next = recorder_event(recorder, j);
            if (is_time_of(&next, (pid_t)time.tid)) {
                assert_true(next.start_ns == time.end_ns);
                break;
            }
        }
    }
    assert_true(told > 0);
}

static void a_thread_that_sleeps_is_blocked_in_its_call(void **state) {
    (void)state;
    const struct rc_options options = timed();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 0, 64);
    const pid_t pid = launch_tracee(recorder, "blocked", "short", NULL);
    recorder_finish(recorder);

    const size_t slept = find_event(recorder, RC_THREAD_TIME, pid, SYS_nanosleep);
    const struct rc_event time = recorder_event(recorder, slept);
    const uint64_t idle =
        time.args[RC_TIME_IN_LAST_CALL] - time.args[RC_TIME_RAN] - time.args[RC_TIME_DELAYED];
    assert_true(time.args[RC_TIME_IN_LAST_CALL] >= SLEPT_NS);
    assert_true(idle > SLEPT_NS * 9 / 10);
    const size_t call = find_event(recorder, RC_CALL, pid, SYS_nanosleep);
    assert_true(slept < call); // so that its span can have it
    assert_true(recorder_event(recorder, call).end_ns == time.end_ns);
    assert_whole(recorder);
    recorder_close(recorder);
}

static void every_thread_of_a_crowd_adds_up(void **state) {
    (void)state;
    const struct rc_options options = timed();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 0, 4096);
    (void)launch_tracee(recorder, "crowd", "storm", "30", "50", NULL);
    recorder_finish(recorder);

    assert_whole(recorder);
    recorder_close(recorder);
}

static void a_thread_that_is_killed_was_not_read_at_its_end(void **state) {
    (void)state;
    const struct rc_options options = timed();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 0, 64);
    const pid_t pid = launch_tracee(recorder, "blocked", "nanosleep", NULL);
    await_in_call(pid, SYS_nanosleep);
    assert_int_equal(kill(pid, SIGKILL), 0);
    recorder_finish(recorder);

    struct rc_event last = {.kind = 0};
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        last = is_time_of(&event, pid) ? event : last;
    }
    assert_int_equal(last.flags & RC_UNREAD, RC_UNREAD);
    assert_true(last.args[RC_TIME_RAN] < SLEPT_NS); // it was asleep
    assert_whole(recorder);
    recorder_close(recorder);
}

static void what_a_thread_did_until_it_is_detached_is_told(void **state) {
    (void)state;
    const struct rc_options options = timed();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 0, 64);
    struct child child = child_start("blocked", "pause", NULL);
    await_in_call(child.pid, NR_PAUSE);
    attach_to(recorder, child.pid);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);

    const size_t detached = find_event(recorder, RC_DETACHED, child.pid, -1);
    bool told = false;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (is_time_of(&event, child.pid)) {
            assert_true(i < detached);
            assert_int_equal(event.flags & RC_UNREAD, 0);
            told = true;
        }
    }
    assert_true(told);
    recorder_close(recorder);
    child_kill(&child);
}

static void without_descriptors_to_spare_it_is_read_all_the_same(void **state) {
    (void)state;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit tight = {.rlim_cur = 24, .rlim_max = limit.rlim_max};
    const struct rc_options options = timed();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 0, 64);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    const pid_t pid = launch_tracee(recorder, "blocked", "short", NULL);
    recorder_finish(recorder);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);

    const struct rc_event time = recorder_event(recorder, find_event(recorder, RC_THREAD_TIME, pid, SYS_nanosleep));
    assert_int_equal(time.flags & RC_UNREAD, 0);
    recorder_close(recorder);
}

static void it_is_told_only_if_asked_for(void **state) {
    (void)state;
    struct rc_options options = timed();
    options.thread_times = false;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 0, 64);
    (void)launch_tracee(recorder, "blocked", "short", NULL);
    recorder_finish(recorder);

    for (size_t i = 0; i < recorder_count(recorder); i++) {
        assert_int_not_equal(recorder_event(recorder, i).kind, RC_THREAD_TIME);
    }
    recorder_close(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_that_sleeps_is_blocked_in_its_call),
        cmocka_unit_test(every_thread_of_a_crowd_adds_up),
        cmocka_unit_test(a_thread_that_is_killed_was_not_read_at_its_end),
        cmocka_unit_test(what_a_thread_did_until_it_is_detached_is_told),
        cmocka_unit_test(without_descriptors_to_spare_it_is_read_all_the_same),
        cmocka_unit_test(it_is_told_only_if_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

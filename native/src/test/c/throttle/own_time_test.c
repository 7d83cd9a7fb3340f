// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// How much of a window would have been enough untraced, for programs of each kind, as their stops would tell it.

#include "harness.h"
#include "throttle/own_time.h"
#include "throttle/stop_cost.h"

enum { MS = 1000000, US = 1000, SECOND = 1000 * MS };

static const struct rc_stop_cost cost = {
    .user_wall = 5 * US,
    .user_cpu = 2 * US,
    .call_wall = 4 * US,
    .call_cpu = 1 * US,
    .bare_call = 100,
    .apart_wall = 20 * US,
    .apart_cpu = 10 * US,
};

static uint64_t own_ms(const struct rc_activity *activity, unsigned cpus) {
    const struct rc_activity_cost of = {.stop = &cost, .user_cpu = cost.user_cpu, .cpus = cpus};
    return (rc_activity_own_ns(activity, &of) + MS / 2) / MS;
}

static struct rc_activity opened(void) {
    struct rc_activity activity = {.at_work = 0};
    rc_activity_open_window(&activity, 0);
    return activity;
}

static void who_waits_for_others_is_not_slowed_down(void **state) {
    (void)state;
    struct rc_activity loop = opened(); // a thread that has 1 ms of work, traced, each 10 ms
    for (uint64_t at = 0; at < SECOND; at += 10 * MS) {
        rc_activity_begin(&loop, at + 9 * MS, 0);
        rc_activity_end(&loop, at + 10 * MS);
        loop.thread_ns += 1 * MS;
        loop.calls += 10;
        loop.users += 10;
        loop.cpu_ns += 10 * 3 * US + 200 * US; // its stops, and what it would have needed untraced
    }
    assert_int_equal(loop.idle_ns, 900 * MS);
    assert_int_equal(own_ms(&loop, 2), 20);
}

static void a_wait_for_a_slowed_down_child_is_no_own_time(void **state) {
    (void)state;
    struct rc_activity shell = opened(); // starts one child after another and waits for each, which lives for 10 ms
    rc_activity_begin(&shell, 0, 0);
    for (uint64_t at = 0; at < SECOND; at += 10 * MS) {
        rc_activity_begin(&shell, at, 0); // the child
        rc_activity_end(&shell, at + 1 * US); // the shell waits for it
        rc_activity_begin(&shell, at + 10 * MS, 5 * US);
        rc_activity_end(&shell, at + 10 * MS); // the child is gone
        shell.thread_ns += 10 * MS;
        shell.cpu_ns += 1 * MS; // of the child
    }
    assert_int_equal(shell.idle_ns, 0);
    assert_int_equal(own_ms(&shell, 2), 100);
}

static void a_wait_for_a_lock_of_a_stopped_thread_is_no_own_time(void **state) {
    (void)state;
    struct rc_activity process = opened();
    // Two threads take turns at a lock; the other waits for it in a call.
    for (uint64_t at = 0; at < SECOND; at += 10 * MS) {
        rc_activity_begin(&process, at, 0);
        rc_activity_end(&process, at + 5 * MS);
        rc_activity_begin(&process, at + 5 * MS + 10 * US, 20 * US);
        rc_activity_end(&process, at + 10 * MS);
        process.thread_ns += 10 * MS;
        process.cpu_ns += 2 * MS;
    }
    assert_int_equal(process.idle_ns, 0);
    assert_int_equal(own_ms(&process, 2), 200);
}

static void threads_share_the_cpus(void **state) {
    (void)state;
    struct rc_activity process = opened(); // four threads that only compute
    for (int i = 0; i < 4; i++) {
        rc_activity_begin(&process, 0, 0);
    }
    rc_activity_settle(&process, SECOND);
    process.thread_ns = 4ull * SECOND;
    process.cpu_ns = SECOND;
    assert_int_equal(own_ms(&process, 2), 500);
    assert_int_equal(own_ms(&process, 4), 250);
    assert_int_equal(own_ms(&process, 1), 1000);
}

static void what_no_stop_explains_is_own_time(void **state) {
    (void)state;
    struct rc_activity process = opened(); // others hold its CPU half of the time
    rc_activity_begin(&process, 0, 0);
    rc_activity_settle(&process, SECOND);
    process.thread_ns = SECOND;
    process.long_ns = 998 * MS;
    process.cpu_ns = 500 * MS;
    assert_int_equal(own_ms(&process, 2), 998);
}

// More threads than CPUs: most stand stopped, and of those resumed several at a time wait long for a CPU.
static void threads_that_wait_for_a_cpu_at_the_same_time_wait_once(void **state) {
    (void)state;
    enum { THREADS = 200, WAITING = 5 };
    struct rc_activity crowd = opened();
    for (int i = 0; i < THREADS; i++) {
        rc_activity_begin(&crowd, 0, 0);
    }
    rc_activity_settle(&crowd, SECOND);
    crowd.thread_ns = THREADS * (uint64_t)SECOND;
    crowd.long_ns = WAITING * (uint64_t)SECOND;
    crowd.cpu_ns = 500 * MS;
    assert_int_equal(own_ms(&crowd, 2), 250);
    crowd.thread_ns = crowd.long_ns = 8ull * SECOND; // eight that wait all the time, as they would have untraced
    assert_int_equal(own_ms(&crowd, 2), 1000);
}

static void calls_without_a_pause_take_the_least_that_calls_take(void **state) {
    (void)state;
    struct rc_activity process = opened();
    rc_activity_begin(&process, 0, 0);
    rc_activity_settle(&process, SECOND);
    process.thread_ns = SECOND;
    process.users = process.calls = 100000;
    process.cpu_ns = 290 * MS; // less than the stops are thought to take
    assert_int_equal(own_ms(&process, 2), 10);
}

static void of_a_long_call_what_it_was_served_is_work(void **state) {
    (void)state;
    struct rc_activity process = opened(); // one execve after another: 10 ms, of which 4 ms are CPU time
    for (uint64_t at = 0; at < SECOND; at += 10 * MS) {
        rc_activity_begin(&process, at + 10 * MS, 4 * MS);
        rc_activity_end(&process, at + 10 * MS);
        process.thread_ns += 4 * MS;
        process.cpu_ns += 4 * MS;
    }
    assert_int_equal(process.work_ns, 400 * MS);
    assert_int_equal(process.idle_ns, 600 * MS);
    assert_int_equal(own_ms(&process, 2), 400); // nothing of it was ours
}

static void a_stop_that_is_looked_at_late_counts_no_time_twice(void **state) {
    (void)state;
    struct rc_activity process = opened();
    rc_activity_begin(&process, 10 * MS, 0);
    rc_activity_end(&process, 30 * MS);
    rc_activity_begin(&process, 20 * MS, 5 * MS); // it was collected while the other was at work
    rc_activity_end(&process, 40 * MS);
    rc_activity_settle(&process, 50 * MS);
    assert_int_equal(process.work_ns, 30 * MS);
    assert_int_equal(process.idle_ns, 20 * MS);
    assert_int_equal(process.last_idle_ns, 10 * MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_for_others_is_not_slowed_down),
        cmocka_unit_test(a_wait_for_a_slowed_down_child_is_no_own_time),
        cmocka_unit_test(a_wait_for_a_lock_of_a_stopped_thread_is_no_own_time),
        cmocka_unit_test(threads_share_the_cpus),
        cmocka_unit_test(what_no_stop_explains_is_own_time),
        cmocka_unit_test(threads_that_wait_for_a_cpu_at_the_same_time_wait_once),
        cmocka_unit_test(calls_without_a_pause_take_the_least_that_calls_take),
        cmocka_unit_test(of_a_long_call_what_it_was_served_is_work),
        cmocka_unit_test(a_stop_that_is_looked_at_late_counts_no_time_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

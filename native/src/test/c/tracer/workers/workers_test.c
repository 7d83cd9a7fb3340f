// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A process with many threads has several workers to trace it, each its own threads. What is reported about them is the
// same, and they end with the trace as one does.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"

enum { THREADS = 200, CALLS = 20 };

struct crowd {
    struct child child;
    struct recorder *recorder;
};

// Traced, and not yet told to make its calls.
static struct crowd attach_to_crowd(const struct rc_options *options, long size, long calls) {
    char threads[16];
    char each[16];
    (void)snprintf(threads, sizeof threads, "%ld", size);
    (void)snprintf(each, sizeof each, "%ld", calls);
    struct crowd crowd = {.child = child_start("crowd", threads, each, NULL), .recorder = recorder_open(options)};
    child_expect(&crowd.child, "ready");
    await_in_call(crowd.child.pid, SYS_read); // and no longer in the write that told so
    recorder_drain(crowd.recorder, 500, 1 << 20);
    attach_to(crowd.recorder, crowd.child.pid);
    return crowd;
}

static void end(struct crowd *crowd) {
    recorder_finish(crowd->recorder);
    assert_int_equal(child_wait(&crowd->child), 0);
}

struct workers {
    pid_t leader; // the worker that traces the leader
    pid_t other;  // a thread that another one traces
    unsigned traced;
};

static bool look(void *context, pid_t tid) {
    struct workers *workers = context;
    const pid_t worker = tracer_of(tid);
    workers->traced += worker != 0 ? 1 : 0;
    workers->leader = workers->leader == 0 ? worker : workers->leader;
    workers->other = worker != 0 && worker != workers->leader ? tid : workers->other;
    return true;
}

static struct workers workers_of(pid_t pid) {
    struct workers workers = {.leader = tracer_of(pid)};
    assert_int_equal(rc_proc_tasks(pid, look, &workers), 0);
    return workers;
}

static void each_call_is_told(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct crowd crowd = attach_to_crowd(&options, THREADS, CALLS);
    const struct workers workers = workers_of(crowd.child.pid);
    assert_int_equal(workers.traced, THREADS + 1);
    assert_int_not_equal(workers.other, 0);
    child_tell(&crowd.child, "\n");
    child_expect(&crowd.child, "0 wrong");
    end(&crowd);
    assert_int_equal(count_events(crowd.recorder, RC_CALL, -1, SYS_getppid), THREADS * CALLS);
    assert_int_equal(count_events(crowd.recorder, RC_THREAD_EXITED, -1, -1), THREADS);
    assert_int_equal(count_events(crowd.recorder, RC_PROCESS_EXITED, crowd.child.pid, -1), 1);
    recorder_close(crowd.recorder);
}

static void a_full_ring_loses_nothing_and_keeps_each_time_true(void **state) {
    (void)state;
    struct rc_options options = default_options();
    options.ring_events = RC_TEST_SMALL_RING;
    options.policy = RC_POLICY_BLOCK;
    struct crowd crowd = attach_to_crowd(&options, THREADS, CALLS);
    child_tell(&crowd.child, "\n");
    child_expect(&crowd.child, "0 wrong");
    end(&crowd);
    assert_int_equal(count_events(crowd.recorder, RC_CALL, -1, SYS_getppid), THREADS * CALLS);
    uint64_t last[THREADS + 1] = {0}; // end of the last call of a thread, by its tid
    for (size_t i = 0; i < recorder_count(crowd.recorder); i++) {
        const struct rc_event event = recorder_event(crowd.recorder, i);
        if (event.kind == RC_CALL) {
            const size_t thread = event.tid - (uint32_t)crowd.child.pid;
            assert_true(event.start_ns <= event.end_ns);
            if (thread <= THREADS) { // tids of one process are nearly always in a row
                assert_true(last[thread] <= event.start_ns);
                last[thread] = event.end_ns;
            }
        }
    }
    recorder_close(crowd.recorder);
}

static void a_stop_lets_all_threads_go(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct crowd crowd = attach_to_crowd(&options, THREADS, CALLS);
    rc_session_stop(recorder_session(crowd.recorder), RC_DETACH_REQUESTED);
    recorder_finish(crowd.recorder);
    assert_int_equal(workers_of(crowd.child.pid).traced, 0);
    assert_int_equal(count_events(crowd.recorder, RC_DETACHED, crowd.child.pid, -1), 1);
    child_tell(&crowd.child, "\n");
    child_expect(&crowd.child, "0 wrong");
    end(&crowd);
    recorder_close(crowd.recorder);
}

static void a_stop_amid_calls_lets_all_threads_go(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct crowd crowd = attach_to_crowd(&options, THREADS, 2000);
    child_tell(&crowd.child, "\n");
    await_events(crowd.recorder, RC_CALL, -1, SYS_getppid, 1000);
    rc_session_stop(recorder_session(crowd.recorder), RC_DETACH_REQUESTED);
    recorder_finish(crowd.recorder);
    child_expect(&crowd.child, "0 wrong");
    end(&crowd);
    recorder_close(crowd.recorder);
}

// The first worker ends as soon as the session is closed; another one may only then find that it has no tracee left,
// and call the first.
static void a_session_can_be_closed_while_workers_go_idle(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    for (int round = 0; round < MANY(100); round++) {
        struct crowd crowd = attach_to_crowd(&options, THREADS, 1);
        rc_session_stop(recorder_session(crowd.recorder), RC_DETACH_REQUESTED);
        recorder_finish(crowd.recorder);
        recorder_close(crowd.recorder);
        child_kill(&crowd.child);
    }
}

static void a_thread_of_another_worker_takes_over_the_process(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct crowd crowd = attach_to_crowd(&options, THREADS, CALLS);
    const pid_t thread = workers_of(crowd.child.pid).other;
    assert_int_not_equal(thread, 0);
    assert_int_equal(syscall(SYS_tgkill, crowd.child.pid, thread, SIGUSR1), 0);
    child_expect(&crowd.child, "executed");
    end(&crowd);
    const size_t index = find_event(crowd.recorder, RC_EXEC, crowd.child.pid, -1);
    assert_true(index != SIZE_MAX);
    assert_int_equal(recorder_event(crowd.recorder, index).aux, thread);
    assert_int_equal(count_events(crowd.recorder, RC_CALL, crowd.child.pid, SYS_execve), 1);
    assert_int_equal(count_events(crowd.recorder, RC_CALL, crowd.child.pid, SYS_write), 1); // "executed"
    assert_int_equal(count_events(crowd.recorder, RC_PROCESS_EXITED, crowd.child.pid, -1), 1);
    recorder_close(crowd.recorder);
}

static void threads_of_all_workers_rest(void **state) {
    (void)state;
    struct rc_options options = default_options();
    options.max_slowdown_percent = 50;
    options.duty_cycle = true;
    struct crowd crowd = attach_to_crowd(&options, THREADS, 3000);
    child_tell(&crowd.child, "\n");
    child_expect(&crowd.child, "0 wrong");
    end(&crowd);
    struct rc_stats stats;
    rc_session_stats(recorder_session(crowd.recorder), &stats);
    assert_true(stats.rests > THREADS / 2); // far more than the first worker has threads
    recorder_close(crowd.recorder);
}

static bool has_affinity(void *context, pid_t tid) {
    cpu_set_t now;
    assert_int_equal(sched_getaffinity(tid, sizeof now, &now), 0);
    assert_true(CPU_EQUAL(&now, (const cpu_set_t *)context));
    return true;
}

static void busy_threads_of_all_workers_get_their_cpus_back(void **state) {
    (void)state;
    enum { BUSY = 24 }; // more than the first worker takes
    cpu_set_t own;
    assert_int_equal(sched_getaffinity(0, sizeof own, &own), 0);
    if (CPU_COUNT(&own) == 1) {
        print_message("  needs two CPUs\n");
        skip();
    }
    need_hot_threads(BUSY);
    struct rc_options options = default_options();
    options.colocate = true;
    struct crowd crowd = attach_to_crowd(&options, BUSY, 1000000);
    child_tell(&crowd.child, "\n");
    struct rc_stats stats;
    size_t calls = 0;
    do {
        calls += 5000;
        await_events(crowd.recorder, RC_CALL, -1, SYS_getppid, calls);
        rc_session_stats(recorder_session(crowd.recorder), &stats);
    } while (stats.moved == 0);
    rc_session_stop(recorder_session(crowd.recorder), RC_DETACH_REQUESTED);
    recorder_finish(crowd.recorder);
    assert_int_equal(rc_proc_tasks(crowd.child.pid, has_affinity, &own), 0);
    child_expect(&crowd.child, "0 wrong");
    end(&crowd);
    recorder_close(crowd.recorder);
}

static void processes_are_dealt_out_too(void **state) {
    (void)state;
    enum { PROCESSES = 40 };
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    struct child children[PROCESSES];
    pid_t first = 0;
    bool several = false;
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = child_start("crowd", "1", "1", NULL);
        child_expect(&children[i], "ready");
        attach_to(recorder, children[i].pid);
        const pid_t worker = tracer_of(children[i].pid);
        first = first == 0 ? worker : first;
        several = several || worker != first;
    }
    assert_true(several);
    for (int i = 0; i < PROCESSES; i++) {
        child_tell(&children[i], "\n");
        child_expect(&children[i], "0 wrong");
    }
    recorder_finish(recorder);
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(child_wait(&children[i]), 0);
    }
    assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, -1, -1), PROCESSES);
    recorder_close(recorder);
}

#ifdef RC_BUILD_release // reads what belongs to the current worker
static void more_threads_than_all_workers_are_to_have_are_not_left_to_the_first(void **state) {
    (void)state;
    enum { MORE_THREADS = 2200, OF_THE_FIRST = 16 };
    const struct rc_options options = default_options();
    struct crowd crowd = attach_to_crowd(&options, MORE_THREADS, 1);
    const struct rc_tasks *tasks = &recorder_session(crowd.recorder)->tracer.tasks;
    assert_int_equal(tasks->count, MORE_THREADS + 1);
    assert_true(tasks->of_worker[0] <= OF_THE_FIRST);
    child_tell(&crowd.child, "\n");
    end(&crowd);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
#ifdef RC_BUILD_release
        cmocka_unit_test(more_threads_than_all_workers_are_to_have_are_not_left_to_the_first),
#endif
        cmocka_unit_test(each_call_is_told),
        cmocka_unit_test(a_full_ring_loses_nothing_and_keeps_each_time_true),
        cmocka_unit_test(a_stop_lets_all_threads_go),
        cmocka_unit_test(a_stop_amid_calls_lets_all_threads_go),
        cmocka_unit_test(a_session_can_be_closed_while_workers_go_idle),
        cmocka_unit_test(a_thread_of_another_worker_takes_over_the_process),
        cmocka_unit_test(threads_of_all_workers_rest),
        cmocka_unit_test(busy_threads_of_all_workers_get_their_cpus_back),
        cmocka_unit_test(processes_are_dealt_out_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rule 14 and the ends of a session: deadline, heartbeat, a full ring, a killed tracer, close.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "session.h"
#include "threads/clock.h"

static struct child start_calling(void) {
    // More calls than any of these tests lets happen under trace.
    struct child child = child_start("calls", "2", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    return child;
}

static void expect_detached(struct recorder *recorder, const struct child *child, enum rc_detach_reason reason) {
    assert_int_equal(tracer_of(child->pid), 0);
    assert_int_equal(count_events(recorder, RC_DETACHED, child->pid, -1), 1);
    const struct rc_event end = recorder_event(recorder, find_event(recorder, RC_DETACHED, child->pid, -1));
    assert_int_equal(end.aux, reason);
}

static void the_deadline_detaches_by_itself(void **state) {
    (void)state;
    struct child child = start_calling();
    struct rc_options options = default_options();
    options.deadline_ns = 300000000;
    const uint64_t opened = rc_now();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    recorder_finish(recorder);
    assert_true(rc_now() - opened >= options.deadline_ns);
    expect_detached(recorder, &child, RC_DETACH_DEADLINE);
    recorder_close(recorder);
    child_kill(&child);
}

static void a_lost_heartbeat_detaches_by_itself(void **state) {
    (void)state;
    struct child child = start_calling();
    struct rc_options options = default_options();
    options.heartbeat_timeout_ns = 400000000;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    const uint64_t beat_until = rc_now() + 2 * options.heartbeat_timeout_ns;
    while (rc_now() < beat_until) {
        rc_session_heartbeat(recorder_session(recorder));
        const struct timespec pause = {.tv_nsec = 10000000};
        (void)nanosleep(&pause, NULL);
    }
    assert_false(rc_session_finished(recorder_session(recorder)));
    recorder_finish(recorder);
    expect_detached(recorder, &child, RC_DETACH_HEARTBEAT_LOST);
    recorder_close(recorder);
    child_kill(&child);
}

static _Noreturn void trace_and_beat(const struct rc_options *options, pid_t pid, _Atomic int *beats) {
    struct rc_session *session = NULL;
    if (rc_session_open(options, &session) != 0 || rc_session_attach(session, pid).refusal != RC_OK) {
        _exit(1);
    }
    while (!rc_session_finished(session)) {
        rc_session_heartbeat(session);
        (*beats)++;
        // Several short sleeps: the next beat is not the first thing that happens after a SIGCONT.
        for (int i = 0; i < 10; i++) {
            const struct timespec pause = {.tv_nsec = 5000000};
            (void)nanosleep(&pause, NULL);
        }
    }
    _exit(2);
}

// Waits for so many beats more. Returns false if the tracer ended its trace instead.
static bool beats_on(pid_t tracer, _Atomic int *beats, int more) {
    const int until = *beats + more;
    while (*beats < until) {
        int status = 0;
        if (waitpid(tracer, &status, WNOHANG) != 0) {
            return false;
        }
    }
    return true;
}

static void a_tracer_stopped_as_a_whole_goes_on_where_it_was(void **state) {
    (void)state;
    struct child child = start_calling();
    struct rc_options options = default_options();
    options.policy = RC_POLICY_DROP; // nobody reads
    options.heartbeat_timeout_ns = 1000000000;
    _Atomic int *beats = mmap(NULL, sizeof *beats, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(beats, MAP_FAILED);
    const pid_t tracer = fork();
    assert_true(tracer >= 0);
    if (tracer == 0) {
        trace_and_beat(&options, child.pid, beats);
    }
    while (*beats == 0) {
    }
    child_tell(&child, "\n");
    assert_true(beats_on(tracer, beats, 2));
    assert_int_equal(kill(tracer, SIGSTOP), 0);
    await_state(tracer, 'T');
    const struct timespec longer_than_the_timeout = {.tv_sec = 1, .tv_nsec = 200000000};
    (void)nanosleep(&longer_than_the_timeout, NULL);
    assert_int_not_equal(tracer_of(child.pid), 0); // it waits at a call of its own for its tracer to go on
    assert_int_equal(kill(tracer, SIGCONT), 0);
    assert_true(beats_on(tracer, beats, 4));
    assert_int_not_equal(tracer_of(child.pid), 0);
    assert_int_equal(kill(tracer, SIGKILL), 0);
    assert_int_equal(waitpid(tracer, NULL, 0), tracer);
    assert_int_equal(munmap((void *)beats, sizeof *beats), 0);
    child_kill(&child);
}

static void a_stop_lets_go_though_nobody_reads_the_ring(void **state) {
    (void)state;
    struct child child = start_calling();
    struct rc_options options = default_options();
    options.ring_events = RC_TEST_SMALL_RING;
    struct recorder *recorder = recorder_open(&options);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    struct rc_stats stats;
    do {
        rc_session_stats(recorder_session(recorder), &stats);
    } while (stats.published < RC_TEST_SMALL_RING / 2);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    assert_true(rc_session_await_finished(recorder_session(recorder), GENEROUS_S * 1000000000ull));
    assert_int_equal(tracer_of(child.pid), 0);
    // Everything seen is in the ring or counted.
    rc_session_stats(recorder_session(recorder), &stats);
    recorder_drain(recorder, 0, 1 << 20);
    recorder_finish(recorder);
    assert_int_equal(recorder_count(recorder), stats.published);
    const size_t calls = count_events(recorder, RC_CALL, -1, -1) + count_events(recorder, RC_CALL_UNFINISHED, -1, -1);
    assert_true(calls + stats.dropped >= stats.calls);
    recorder_close(recorder);
    child_kill(&child);
}

static void a_stop_loses_nothing_while_the_ring_is_read(void **state) {
    (void)state;
    struct child child = start_calling();
    struct rc_options options = default_options();
    options.ring_events = RC_TEST_SMALL_RING;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 3000, 400);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    await_events(recorder, RC_CALL, -1, SYS_getppid, 5000);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    struct rc_stats stats;
    rc_session_stats(recorder_session(recorder), &stats);
    assert_int_equal(stats.dropped, 0);
    assert_int_equal(recorder_count(recorder), stats.published);
    const size_t calls = count_events(recorder, RC_CALL, -1, -1) + count_events(recorder, RC_CALL_UNFINISHED, -1, -1);
    assert_int_equal(calls, stats.calls);
    expect_detached(recorder, &child, RC_DETACH_REQUESTED);
    recorder_close(recorder);
    child_kill(&child);
}

static void waiting_for_room_lies_in_no_reported_time(void **state) {
    (void)state;
    struct rc_options options = default_options();
    options.ring_events = 64;
    struct recorder *recorder = recorder_open(&options);
    enum { PAUSE_US = 200000, CALLS = 400 };
    recorder_drain(recorder, PAUSE_US, 1 << 20);
    (void)launch_tracee(recorder, "calls", "1", "400", "0", NULL);
    recorder_finish(recorder);
    // The ring was full for PAUSE_US again and again. Were a getppid to contain that, there would be one for each time.
    size_t as_long = 0;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        as_long +=
            event.kind == RC_CALL && event.nr == SYS_getppid && event.end_ns - event.start_ns > PAUSE_US * 500ull;
    }
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getppid), CALLS);
    assert_true(as_long < CALLS / options.ring_events / 2);
    recorder_close(recorder);
}

static void a_killed_tracer_leaves_the_program_running(void **state) {
    (void)state;
    for (int round = 0; round < 10; round++) {
        struct child child = child_start("calls", "2", "30000", "3", "wait", NULL);
        child_expect(&child, "ready");
        int attached[2];
        assert_int_equal(pipe(attached), 0);
        const pid_t tracer = fork();
        assert_true(tracer >= 0);
        if (tracer == 0) {
            struct rc_options options = default_options();
            options.policy = RC_POLICY_DROP;
            struct rc_session *session = NULL;
            const bool good = rc_session_open(&options, &session) == 0 &&
                              rc_session_attach(session, child.pid).refusal == RC_OK && write(attached[1], "", 1) == 1;
            if (!good) {
                _exit(1);
            }
            for (;;) {
                (void)pause();
            }
        }
        char byte;
        assert_int_equal(read(attached[0], &byte, 1), 1);
        child_tell(&child, "\n");
        const struct timespec moment = {.tv_nsec = 3000000L * round};
        (void)nanosleep(&moment, NULL);
        assert_int_equal(kill(tracer, SIGKILL), 0);
        assert_int_equal(waitpid(tracer, NULL, 0), tracer);
        assert_int_equal(child_wait(&child), 0); // ran to its end, with its own result
        assert_int_equal(close(attached[0]), 0);
        assert_int_equal(close(attached[1]), 0);
    }
}

static void a_launched_program_survives_a_killed_tracer(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t tracer = fork();
    assert_true(tracer >= 0);
    if (tracer == 0) {
        const struct rc_options options = default_options();
        struct rc_session *session = NULL;
        char *const argv[] = {(char *)tracee("blocked"), "pause", NULL};
        const struct rc_launch launch = {.file = argv[0], .argv = argv, .envp = argv + 2};
        pid_t pid = 0;
        if (rc_session_open(&options, &session) != 0 || rc_session_launch(session, &launch, &pid).refusal != RC_OK ||
            write(ends[1], &pid, sizeof pid) != sizeof pid) {
            _exit(1);
        }
        for (;;) {
            (void)pause();
        }
    }
    pid_t pid = 0;
    assert_int_equal(read(ends[0], &pid, sizeof pid), sizeof pid);
    assert_int_equal(kill(tracer, SIGKILL), 0);
    assert_int_equal(waitpid(tracer, NULL, 0), tracer);
    await_state(pid, 'S');
    assert_int_equal(tracer_of(pid), 0);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
}

static void calls_in_flight_are_told_with_their_arguments_and_how_long_they_were_watched(void **state) {
    (void)state;
    struct child child = child_start("blocked", "read", NULL);
    child_expect(&child, "ready");
    await_in_call(child.pid, SYS_read);
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const uint64_t before = rc_now();
    attach_to(recorder, child.pid);
    const uint64_t attached = rc_now();
    await_in_call(child.pid, SYS_read);
    const uint64_t stopped = rc_now();
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_CALL_UNFINISHED, child.pid, SYS_read), 1);
    const struct rc_event call =
        recorder_event(recorder, find_event(recorder, RC_CALL_UNFINISHED, child.pid, SYS_read));
    assert_int_equal(call.args[0], STDIN_FILENO);
    assert_int_equal(call.args[2], 16);
    assert_int_equal(call.flags & RC_IN_PROGRESS_AT_ATTACH, RC_IN_PROGRESS_AT_ATTACH);
    assert_true(call.start_ns >= before && call.start_ns <= attached);
    assert_true(call.end_ns >= stopped && call.end_ns <= rc_now()); // its age when it was detached
    child_tell(&child, "four");
    child_expect(&child, "read 4"); // and it goes on unharmed
    assert_int_equal(child_wait(&child), 0);
    recorder_close(recorder);
}

static void a_session_that_traced_nothing_closes(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct rc_session *session = NULL;
    assert_int_equal(rc_session_open(&options, &session), 0);
    assert_false(rc_session_finished(session));
    rc_session_stop(session, RC_DETACH_REQUESTED);
    assert_true(rc_session_await_finished(session, GENEROUS_S * 1000000000ull));
    assert_int_equal(rc_session_attach(session, getppid()).refusal, RC_STOPPED); // too late
    rc_session_close(session);
}

static void sessions_side_by_side_keep_their_own(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorders[3];
    pid_t pids[3];
    for (int i = 0; i < 3; i++) {
        recorders[i] = recorder_open(&options);
        recorder_drain(recorders[i], 500, 1 << 20);
        pids[i] = launch_tracee(recorders[i], "calls", "2", "500", "5", NULL);
    }
    for (int i = 0; i < 3; i++) {
        recorder_finish(recorders[i]);
        assert_int_equal(count_events(recorders[i], RC_CALL, -1, SYS_getppid), 1005);
        assert_int_equal(count_events(recorders[i], RC_PROCESS_EXITED, pids[i], -1), 1);
        recorder_close(recorders[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_deadline_detaches_by_itself),
        cmocka_unit_test(a_lost_heartbeat_detaches_by_itself),
        cmocka_unit_test(a_tracer_stopped_as_a_whole_goes_on_where_it_was),
        cmocka_unit_test(a_stop_lets_go_though_nobody_reads_the_ring),
        cmocka_unit_test(a_stop_loses_nothing_while_the_ring_is_read),
        cmocka_unit_test(waiting_for_room_lies_in_no_reported_time),
        cmocka_unit_test(a_killed_tracer_leaves_the_program_running),
        cmocka_unit_test(a_launched_program_survives_a_killed_tracer),
        cmocka_unit_test(calls_in_flight_are_told_with_their_arguments_and_how_long_they_were_watched),
        cmocka_unit_test(a_session_that_traced_nothing_closes),
        cmocka_unit_test(sessions_side_by_side_keep_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

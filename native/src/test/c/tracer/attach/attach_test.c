// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What attach, detach and job control do to a process, and what the process that traces notices.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "tracee/proc/procfs.h"

static bool check_traced(void *context, pid_t tid) {
    (void)context;
    struct rc_proc_status status;
    if (rc_proc_status(tid, &status) == 0 && status.state != 'X' && status.state != 'Z') {
        assert_int_not_equal(status.tracer, 0);
    }
    return true;
}

static void no_thread_is_missed_while_threads_come_and_go(void **state) {
    (void)state;
    struct child child = child_start("storm", NULL);
    child_expect(&child, "ready");
    for (int round = 0; round < 20; round++) {
        struct recorder *recorder = recorder_open_draining();
        attach_to(recorder, child.pid);
        await_events(recorder, RC_THREAD_STARTED, -1, -1, 20); // created under trace: no earlier clone is under way
        for (int look = 0; look < 20; look++) {
            assert_int_equal(rc_proc_tasks(child.pid, check_traced, NULL), 0);
        }
        recorder_stop_and_close(recorder);
        assert_int_equal(tracer_of(child.pid), 0);
    }
    child_tell(&child, "\n");
    assert_int_equal(child_wait(&child), 0);
}

static void a_stop_amid_forks_leaves_no_child_behind(void **state) {
    (void)state;
    struct child child = child_start("storm", "fork", NULL);
    child_expect(&child, "ready");
    for (int round = 0; round < 30; round++) {
        struct recorder *recorder = recorder_open_draining();
        attach_to(recorder, child.pid);
        await_events(recorder, RC_PROCESS_EXITED, -1, -1, (size_t)round);
        rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
        recorder_finish(recorder);
        const size_t ends =
            count_events(recorder, RC_PROCESS_EXITED, -1, -1) + count_events(recorder, RC_DETACHED, -1, -1);
        assert_int_equal(count_events(recorder, RC_PROCESS_STARTED, -1, -1), ends);
        recorder_close(recorder);
    }
    child_tell(&child, "\n");
    assert_int_equal(child_wait(&child), 0); // no child of its own was harmed
}

static void every_signal_reaches_the_program_in_its_order_with_its_siginfo(void **state) {
    (void)state;
    enum { CYCLES = MANY(300), SIGNALS = MANY(20000), ATTACH_EVERY = SIGNALS / CYCLES };
    struct child child = child_start("signals", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = NULL;
    int cycles = 0;
    for (int i = 0; i < SIGNALS; i++) {
        if (i % ATTACH_EVERY == 0 && recorder != NULL) {
            recorder_stop_and_close(recorder);
            recorder = NULL;
            cycles++;
        } else if (i % ATTACH_EVERY == ATTACH_EVERY / 2) {
            recorder = recorder_open_draining();
            attach_to(recorder, child.pid);
        }
        while (sigqueue(child.pid, SIGRTMIN, (union sigval){.sival_int = i}) != 0) {
            assert_int_equal(errno, EAGAIN); // its queue is full
        }
    }
    if (recorder != NULL) {
        recorder_stop_and_close(recorder);
        cycles++;
    }
    assert_true(cycles >= CYCLES);
    char expected[64];
    (void)snprintf(expected, sizeof expected, "%d 0 0", SIGNALS);
    child_tell(&child, "\n");
    child_expect(&child, expected);
    child_kill(&child);
}

static void a_signal_is_told_with_its_sender(void **state) {
    (void)state;
    struct child child = child_start("signals", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, child.pid);
    assert_int_equal(sigqueue(child.pid, SIGRTMIN, (union sigval){.sival_int = 1}), 0);
    await_events(recorder, RC_SIGNAL, child.pid, -1, 1);
    const struct rc_event event = recorder_event(recorder, find_event(recorder, RC_SIGNAL, child.pid, -1));
    assert_int_equal(event.aux, SIGRTMIN);
    assert_int_equal((int)event.args[0], SI_QUEUE);
    assert_int_equal(event.args[1], 0);
    assert_int_equal(event.args[2], (uint64_t)getpid() | (uint64_t)getuid() << 32);
    assert_int_equal((int)event.args[3], 1);
    recorder_stop_and_close(recorder);
    child_kill(&child);
}

static void a_fatal_signal_ends_the_program_as_untraced(void **state) {
    (void)state;
    struct child child = child_start("blocked", "pause", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, child.pid);
    assert_int_equal(kill(child.pid, SIGTERM), 0);
    recorder_finish(recorder);
    assert_int_equal(child_wait(&child), 128 + SIGTERM);
    const struct rc_event end = recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, child.pid, -1));
    assert_true(WIFSIGNALED(end.aux));
    assert_int_equal(WTERMSIG(end.aux), SIGTERM);
    recorder_close(recorder);
}

static void job_control_works_under_trace(void **state) {
    (void)state;
    struct child child = child_start("blocked", "read", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, child.pid);
    assert_int_equal(kill(child.pid, SIGSTOP), 0);
    await_events(recorder, RC_GROUP_STOP, child.pid, -1, 1);
    await_state(child.pid, 't');
    child_tell(&child, "abc"); // a stopped program does not read it
    assert_int_equal(process_state(child.pid), 't');
    assert_int_equal(kill(child.pid, SIGCONT), 0);
    child_expect(&child, "read 3");
    recorder_finish(recorder);
    assert_int_equal(child_wait(&child), 0);
    recorder_close(recorder);
}

static void a_stopped_program_stays_stopped_through_attach_and_detach(void **state) {
    (void)state;
    struct child child = child_start("blocked", "read", NULL);
    child_expect(&child, "ready");
    await_in_call(child.pid, SYS_read);
    assert_int_equal(kill(child.pid, SIGSTOP), 0);
    await_state(child.pid, 'T');
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, child.pid);
    await_events(recorder, RC_GROUP_STOP, child.pid, -1, 1);
    recorder_stop_and_close(recorder);
    await_state(child.pid, 'T');
    assert_int_equal(tracer_of(child.pid), 0);
    child_tell(&child, "abc");
    assert_int_equal(process_state(child.pid), 'T');
    assert_int_equal(kill(child.pid, SIGCONT), 0);
    child_expect(&child, "read 3");
    assert_int_equal(child_wait(&child), 0);
}

static void a_parent_in_vfork_delays_neither_attach_nor_stop(void **state) {
    (void)state;
    struct child child = child_start("vforks", NULL);
    child_expect(&child, "ready");
    await_state(child.pid, 'D');
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, child.pid);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    assert_false(rc_session_await_finished(recorder_session(recorder), 50000000)); // it cannot be detached yet
    child_tell(&child, "\n");
    recorder_finish(recorder);
    child_expect(&child, "child 3");
    assert_int_equal(child_wait(&child), 0);
    recorder_close(recorder);
}

static void attaching_twice_is_attaching_once(void **state) {
    (void)state;
    struct child child = child_start("blocked", "pause", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, child.pid);
    attach_to(recorder, child.pid);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_PROCESS_STARTED, child.pid, -1), 1);
    assert_int_equal(count_events(recorder, RC_DETACHED, child.pid, -1), 1);
    const struct rc_event end = recorder_event(recorder, find_event(recorder, RC_DETACHED, child.pid, -1));
    assert_int_equal(end.aux, RC_DETACH_REQUESTED);
    recorder_close(recorder);
    child_kill(&child);
}

static void an_attached_process_is_introduced(void **state) {
    (void)state;
    struct child child = child_start("blocked", "pause", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, child.pid);
    await_events(recorder, RC_PROCESS_STARTED, child.pid, -1, 1);
    const size_t index = find_event(recorder, RC_PROCESS_STARTED, child.pid, -1);
    const struct rc_event event = recorder_event(recorder, index);
    assert_int_equal(event.flags, RC_ATTACHED);
    assert_int_equal(event.aux, child.parent);
    assert_int_equal(event.args[0], child.pid); // no PID namespace of its own
    assert_string_equal(recorder_text(recorder, index, 0, NULL), "blocked");
    assert_string_equal(recorder_text(recorder, index, 1, NULL), tracee("blocked"));
    recorder_stop_and_close(recorder);
    child_kill(&child);
}

// Writes a copy of a program of tracees/ to the path.
static void copy_tracee(const char *name, const char *path) {
    char bytes[4096];
    FILE *from = fopen(tracee(name), "r");
    FILE *to = fopen(path, "w");
    assert_non_null(from);
    assert_non_null(to);
    for (size_t length = 0; (length = fread(bytes, 1, sizeof bytes, from)) > 0;) {
        assert_int_equal(fwrite(bytes, 1, length, to), length);
    }
    assert_int_equal(fclose(from), 0);
    assert_int_equal(fchmod(fileno(to), 0700), 0);
    assert_int_equal(fclose(to), 0);
}

static bool makes_calls_between(struct recorder *recorder, size_t first, size_t last) {
    for (size_t i = first + 1; i < last; i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (event.kind == RC_CALL && event.nr != SYS_execve) {
            return true;
        }
    }
    return false;
}

static void a_process_is_introduced_with_the_program_it_has_when_it_is_seized(void **state) {
    (void)state;
    char folder[] = "/tmp/renacer-alternating-XXXXXX";
    char copy[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(copy, sizeof copy, "%s/copy", folder);
    copy_tracee("alternating", copy);
    struct child child = child_start("alternating", copy, "first", NULL);
    child_expect(&child, "ready");
    unsigned wrong = 0;
    for (unsigned round = 0; round < 100; round++) {
        struct recorder *recorder = recorder_open_draining();
        attach_to(recorder, child.pid);
        await_events(recorder, RC_EXEC, child.pid, -1, 1);
        char began[256];
        const size_t start = find_event(recorder, RC_PROCESS_STARTED, child.pid, -1);
        (void)snprintf(began, sizeof began, "%s", recorder_text(recorder, start, 1, NULL));
        const size_t exec = find_event(recorder, RC_EXEC, child.pid, -1);
        // Each executes the other. One that was seized amid its execve may be introduced with what it becomes, if it
        // makes no call before.
        wrong +=
            strcmp(began, recorder_text(recorder, exec, 1, NULL)) == 0 && makes_calls_between(recorder, start, exec);
        recorder_stop_and_close(recorder);
    }
    assert_int_equal(wrong, 0);
    child_kill(&child);
    assert_int_equal(unlink(copy), 0);
    assert_int_equal(rmdir(folder), 0);
}

// ---- what tracing does to the process that traces

static void other_children_of_this_process_are_left_to_it(void **state) {
    (void)state;
    struct recorder *recorder = recorder_open_draining();
    const pid_t traced = launch_tracee(recorder, "calls", "1", "2000", "20", NULL);
    assert_true(traced > 0);
    for (int i = 0; i < 50; i++) {
        const pid_t pid = fork();
        if (pid == 0) {
            _exit(i);
        }
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(WEXITSTATUS(status), i);
    }
    recorder_finish(recorder);
    recorder_close(recorder);
}

static void sigchld_is_not_raised_for_stops(void **state) {
    (void)state;
    struct recorder *recorder = recorder_open_draining();
    struct sigaction action;
    assert_int_equal(sigaction(SIGCHLD, NULL, &action), 0);
    assert_ptr_equal(action.sa_handler, SIG_DFL);
    assert_true((action.sa_flags & SA_NOCLDSTOP) != 0);
    recorder_close(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_thread_is_missed_while_threads_come_and_go),
        cmocka_unit_test(a_stop_amid_forks_leaves_no_child_behind),
        cmocka_unit_test(every_signal_reaches_the_program_in_its_order_with_its_siginfo),
        cmocka_unit_test(a_signal_is_told_with_its_sender),
        cmocka_unit_test(a_fatal_signal_ends_the_program_as_untraced),
        cmocka_unit_test(job_control_works_under_trace),
        cmocka_unit_test(a_stopped_program_stays_stopped_through_attach_and_detach),
        cmocka_unit_test(a_parent_in_vfork_delays_neither_attach_nor_stop),
        cmocka_unit_test(attaching_twice_is_attaching_once),
        cmocka_unit_test(an_attached_process_is_introduced),
        cmocka_unit_test(a_process_is_introduced_with_the_program_it_has_when_it_is_seized),
        cmocka_unit_test(other_children_of_this_process_are_left_to_it),
        cmocka_unit_test(sigchld_is_not_raised_for_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rule 4: neither attach nor detach shows a program an EINTR, and an EINTR of its own is never lost.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "tracer/tasks/eintr.h"

static const char *const CALLS[] = {
    "epoll_wait", "epoll_pwait",  "epoll_pwait2", "recv",        "read",         "accept",         "recvmmsg",
    "semop",      "semtimedop",   "sigtimedwait", "sigwaitinfo", "io_getevents", "io_uring_enter",
};
enum { CALL_COUNT = sizeof CALLS / sizeof CALLS[0] };

// Starts the program blocked in a call. Returns its number, or -1 where this kernel lacks it.
static long start_blocked(struct child *child, const char *call) {
    char line[64];
    *child = child_start("eintr", call, NULL);
    child_line(child, line, sizeof line);
    if (strcmp(line, "unavailable") == 0) {
        print_message("  this kernel has no %s: not tested\n", call);
        (void)child_wait(child);
        return -1;
    }
    assert_memory_equal(line, "ready ", 6);
    const long nr = strtol(line + 6, NULL, 10);
    await_in_call(child->pid, nr);
    return nr;
}

static void expect_own_eintr(struct child *child) {
    child_expect(child, "EINTR by handler");
    assert_int_equal(child_wait(child), 0);
}

static void attach_and_detach_show_no_eintr(void **state) {
    (void)state;
    for (size_t i = 0; i < CALL_COUNT; i++) {
        struct child child;
        const long nr = start_blocked(&child, CALLS[i]);
        if (nr < 0) {
            continue;
        }
        for (int round = 0; round < 4; round++) {
            const struct rc_options options = default_options();
            struct recorder *recorder = recorder_open(&options);
            recorder_drain(recorder, 500, 1 << 20);
            attach_to(recorder, child.pid);
            if (round % 2 == 1) {
                await_in_call(child.pid, nr); // detached out of the restarted call, else at once
            }
            rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
            recorder_finish(recorder);
            assert_int_equal(tracer_of(child.pid), 0);
            await_in_call(child.pid, nr);
            // The call is reported once, under its true number, as begun before and not over.
            assert_int_equal(count_events(recorder, RC_CALL, -1, -1), 0);
            assert_int_equal(count_events(recorder, RC_CALL_UNFINISHED, child.pid, (int)nr), 1);
            const struct rc_event call =
                recorder_event(recorder, find_event(recorder, RC_CALL_UNFINISHED, child.pid, (int)nr));
            assert_true((call.flags & RC_IN_PROGRESS_AT_ATTACH) != 0);
            assert_true((call.flags & RC_LEFT) != 0);
            assert_int_equal(count_events(recorder, RC_DETACHED, child.pid, -1), 1);
            recorder_close(recorder);
        }
        assert_int_equal(kill(child.pid, SIGUSR1), 0);
        expect_own_eintr(&child);
    }
}

// ---- a signal between our stop and PTRACE_DETACH, by the engine's own steps one by one

static void seize_and_stop(pid_t pid, int *status) {
    assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, (void *)(uintptr_t)PTRACE_O_TRACESYSGOOD), 0);
    assert_int_equal(ptrace(PTRACE_INTERRUPT, pid, NULL, NULL), 0);
    *status = await_stop(pid);
}

static void a_signal_between_the_attach_stop_and_detach_ends_the_call(void **state) {
    (void)state;
    struct rc_session session = {.options = default_options()};
    struct rc_tracer tracer = {.session = &session};
    for (size_t i = 0; i < CALL_COUNT; i++) {
        struct child child;
        if (start_blocked(&child, CALLS[i]) < 0) {
            continue;
        }
        struct rc_task task = {.tid = child.pid, .state = RC_TASK_SEIZED};
        rc_proc_call(child.pid, child.pid, &task.snapshot);
        struct rc_stop stop = {.tid = child.pid, .time_ns = rc_now()};
        seize_and_stop(child.pid, &stop.status);
        assert_false(rc_settle_attach(&tracer, &task, &stop));
        assert_true(task.suspended);
        assert_int_equal(kill(child.pid, SIGUSR1), 0);
        let_go(&task);
        expect_own_eintr(&child);
    }
}

static void a_stop_between_the_attach_stop_and_detach_holds(void **state) {
    (void)state;
    struct rc_session session = {.options = default_options()};
    struct rc_tracer tracer = {.session = &session};
    for (size_t i = 0; i < CALL_COUNT; i++) {
        struct child child;
        if (start_blocked(&child, CALLS[i]) < 0) {
            continue;
        }
        struct rc_task task = {.tid = child.pid, .state = RC_TASK_SEIZED};
        rc_proc_call(child.pid, child.pid, &task.snapshot);
        struct rc_stop stop = {.tid = child.pid, .time_ns = rc_now()};
        seize_and_stop(child.pid, &stop.status);
        assert_false(rc_settle_attach(&tracer, &task, &stop));
        assert_int_equal(kill(child.pid, SIGSTOP), 0);
        let_go(&task);
        await_state(child.pid, 'T');
        assert_int_equal(tracer_of(child.pid), 0);
        child_kill(&child);
    }
}

static void a_signal_between_the_detach_stop_and_detach_ends_the_call(void **state) {
    (void)state;
    struct rc_session session = {.options = default_options()};
    struct rc_tracer tracer = {.session = &session};
    for (size_t i = 0; i < CALL_COUNT; i++) {
        struct child child;
        const long nr = start_blocked(&child, CALLS[i]);
        if (nr < 0) {
            continue;
        }
        struct rc_task task = {.tid = child.pid, .state = RC_TASK_SEIZED};
        rc_proc_call(child.pid, child.pid, &task.snapshot);
        struct rc_stop stop = {.tid = child.pid, .time_ns = rc_now()};
        seize_and_stop(child.pid, &stop.status);
        assert_false(rc_settle_attach(&tracer, &task, &stop));
        assert_int_equal(ptrace(PTRACE_SYSCALL, child.pid, NULL, NULL), 0);
        assert_int_equal(WSTOPSIG(await_stop(child.pid)), SIGTRAP | 0x80); // the restarted call's entry
        task.rewound = false;
        assert_int_equal(ptrace(PTRACE_SYSCALL, child.pid, NULL, NULL), 0);
        await_in_call(child.pid, nr);
        assert_int_equal(ptrace(PTRACE_INTERRUPT, child.pid, NULL, NULL), 0);
        assert_int_equal(WSTOPSIG(await_stop(child.pid)), SIGTRAP | 0x80); // its exit
        struct __ptrace_syscall_info info;
        assert_true(ptrace(PTRACE_GET_SYSCALL_INFO, child.pid, (void *)sizeof info, &info) > 0);
        assert_int_equal(info.op, PTRACE_SYSCALL_INFO_EXIT);
        assert_true(rc_hide_at_exit(&task, info.exit.rval));
        assert_int_equal(kill(child.pid, SIGUSR1), 0);
        assert_int_equal(ptrace(PTRACE_DETACH, child.pid, NULL, NULL), 0);
        expect_own_eintr(&child);
    }
}

static void each_signal_ends_one_call_while_tracers_come_and_go(void **state) {
    (void)state;
    enum { CYCLES = MANY(60), SIGNALS_EACH = 5 };
    struct child child = child_start("signals", "inside", NULL);
    child_expect(&child, "ready");
    for (int cycle = 0; cycle < CYCLES; cycle++) {
        const struct rc_options options = default_options();
        struct recorder *recorder = recorder_open(&options);
        recorder_drain(recorder, 500, 1 << 20);
        attach_to(recorder, child.pid);
        for (int i = 0; i < SIGNALS_EACH; i++) {
            assert_int_equal(sigqueue(child.pid, SIGRTMIN, (union sigval){.sival_int = 1}), 0);
            if (i == SIGNALS_EACH - 1) {
                rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED); // races with the last one
            }
            child_expect(&child, ".");
        }
        recorder_finish(recorder);
        recorder_close(recorder);
        assert_int_equal(sigqueue(child.pid, SIGRTMIN, (union sigval){.sival_int = 1}), 0);
        child_expect(&child, ".");
    }
    child_kill(&child);
}

static void a_call_the_kernel_restarts_keeps_its_name_and_time(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    struct child child = child_start("blocked", "short", NULL);
    child_expect(&child, "ready");
    await_in_call(child.pid, SYS_nanosleep);
    attach_to(recorder, child.pid);
    child_expect(&child, "slept 0");
    recorder_finish(recorder);
    assert_int_equal(child_wait(&child), 0);
    // The kernel went on with restart_syscall; the program called nanosleep.
    assert_int_equal(count_events(recorder, RC_CALL, child.pid, SYS_restart_syscall), 0);
    assert_int_equal(count_events(recorder, RC_CALL, child.pid, SYS_nanosleep), 1);
    const struct rc_event call = recorder_event(recorder, find_event(recorder, RC_CALL, child.pid, SYS_nanosleep));
    assert_int_equal(call.result, 0);
    assert_int_equal(call.flags, RC_IN_PROGRESS_AT_ATTACH);
    assert_true(call.args[0] != 0);
    recorder_close(recorder);
}

static void a_call_restarted_before_the_attach_has_its_name(void **state) {
    (void)state;
    static const struct {
        const char *name;
        long nr;
    } calls[] = {
        {"nanosleep", SYS_nanosleep},
        {"clock_nanosleep", SYS_clock_nanosleep},
        {"futex", SYS_futex},
#ifdef SYS_poll
        {"poll", SYS_poll},
#endif
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        struct child child = child_start("blocked", calls[i].name, NULL);
        child_expect(&child, "ready");
        await_in_call(child.pid, calls[i].nr);
        assert_int_equal(kill(child.pid, SIGSTOP), 0);
        await_state(child.pid, 'T');
        assert_int_equal(kill(child.pid, SIGCONT), 0);
        await_in_call(child.pid, SYS_restart_syscall);
        const struct rc_options options = default_options();
        struct recorder *recorder = recorder_open(&options);
        recorder_drain(recorder, 500, 1 << 20);
        attach_to(recorder, child.pid);
        rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
        recorder_finish(recorder);
        const size_t index = find_event(recorder, RC_CALL_UNFINISHED, child.pid, (int)calls[i].nr);
        assert_true(index != SIZE_MAX);
        assert_true((recorder_event(recorder, index).flags & RC_IN_PROGRESS_AT_ATTACH) != 0);
        recorder_close(recorder);
        child_kill(&child);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attach_and_detach_show_no_eintr),
        cmocka_unit_test(a_signal_between_the_attach_stop_and_detach_ends_the_call),
        cmocka_unit_test(a_stop_between_the_attach_stop_and_detach_holds),
        cmocka_unit_test(a_signal_between_the_detach_stop_and_detach_ends_the_call),
        cmocka_unit_test(each_signal_ends_one_call_while_tracers_come_and_go),
        cmocka_unit_test(a_call_the_kernel_restarts_keeps_its_name_and_time),
        cmocka_unit_test(a_call_restarted_before_the_attach_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

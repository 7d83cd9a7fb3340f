// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "throttle/stop_cost.h"
#include "tracee/proc/procfs.h"
#include "tracer/tasks/eintr.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

// What a test says comes before its failure in a log, too, where both are one stream; and a child does not say it
// again.
__attribute__((constructor)) static void say_each_line_at_once(void) {
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
}

pid_t launch_tracee(struct recorder *recorder, const char *name, const char *argument, ...) {
    char *argv[MAX_ARGUMENTS];
    va_list rest;
    va_start(rest, argument);
    child_arguments(argv, tracee(name), argument, rest);
    va_end(rest);
    char *const environment[] = {"LANG=C", NULL};
    const struct rc_launch launch = {.file = argv[0], .argv = argv, .envp = environment, .filtered = true};
    pid_t pid = 0;
    const struct rc_result result = rc_session_launch(recorder_session(recorder), &launch, &pid);
    assert_int_equal(result.refusal, RC_OK);
    assert_true(pid > 0);
    return pid;
}

void attach_to(struct recorder *recorder, pid_t pid) {
    const struct rc_result result = rc_session_attach(recorder_session(recorder), pid);
    assert_int_equal(result.refusal, RC_OK);
}

// ---- the engine's own steps

int await_stop(pid_t pid) {
    int status = 0;
    assert_int_equal(waitpid(pid, &status, __WALL), pid);
    assert_true(WIFSTOPPED(status));
    return status;
}

void let_go(struct rc_task *task) {
    int signal = 0;
    while (task->rewound) {
        assert_int_equal(ptrace(PTRACE_SYSCALL, task->tid, NULL, (void *)(intptr_t)signal), 0);
        const int status = await_stop(task->tid);
        signal = WSTOPSIG(status);
        // Called with a signal on its way, which comes before the entry of its call.
        assert_int_not_equal(signal, SIGTRAP | 0x80);
        if (status >> 16 == PTRACE_EVENT_STOP) {
            assert_int_not_equal(signal, SIGTRAP);
            signal = 0; // it stays stopped
            rc_undo_restart(task);
        } else {
            rc_take_back_restart(task, signal);
        }
    }
    assert_int_equal(ptrace(PTRACE_DETACH, task->tid, NULL, (void *)(intptr_t)signal), 0);
}

void need_32_bit_programs(void) {
#if !defined(__x86_64__)
    print_message("  32-bit programs of this processor have no table: not tested\n");
    skip();
#endif
}

void need_hot_threads(unsigned count) {
    enum { AMPLE_NS = 500000 }; // half the time between two calls of a thread that is just hot
    const struct rc_stop_cost *cost = rc_stop_cost();
    const int64_t call_ns = cost->user_wall + cost->call_wall;
    if (call_ns * count > AMPLE_NS) {
        print_message("  a traced call takes %ld us on this machine, too long for %u hot threads: not tested\n",
                      (long)(call_ns / 1000), count);
        skip();
    }
}

// ---- from outside

char process_state(pid_t pid) {
    struct rc_proc_status status;
    return rc_proc_status(pid, &status) == 0 ? status.state : 0;
}

void await_state(pid_t pid, char state) {
    for (int ms = 0; process_state(pid) != state; ms++) {
        if (ms > GENEROUS_S * 1000) {
            waited_too_long("the process did not reach the state expected");
        }
        pause_for(1000000);
    }
}

pid_t tracer_of(pid_t pid) {
    struct rc_proc_status status;
    assert_int_equal(rc_proc_status(pid, &status), 0);
    return status.tracer;
}

void await_in_call(pid_t tid, long nr) {
    struct rc_proc_call call;
    for (int ms = 0;; ms++) {
        rc_proc_call(tid, tid, &call);
        if (call.known && call.nr == nr && process_state(tid) == 'S') {
            return;
        }
        if (ms > GENEROUS_S * 1000) {
            waited_too_long("the thread did not enter the call expected");
        }
        pause_for(1000000);
    }
}

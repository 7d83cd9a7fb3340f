// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Requests that must not fail: a task whose request is not carried out would stay stopped. The kernel refuses a request
// for a task killed in its stop (ESRCH), whose death is reported next. If a request is refused for any other reason,
// even when repeated (request.c), there is a second way, and in the end the task is detached.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>

#include "arch/arch.h"
#include "arch/request.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "throttle/slowdown.h"
#include "tracer/tasks/eintr.h"
#include "tracer/tasks/insist.h"
#include "tracer/tasks/seize.h"
#include "tracer/workers/failure.h"

// Lets a stopped task run unwatched, and interrupts it, unseen by the program as at an attach, so that it stops again
// to be detached.
static void go_on_unwatched(struct rc_tracer *tracer, struct rc_task *task, int signal) {
    void *const data = (void *)(intptr_t)signal;
    if (!rc_request(PTRACE_CONT, task->tid, NULL, data)) {
        (void)rc_request(PTRACE_DETACH, task->tid, NULL, data);
    } else if (task->process != NULL && task->state != RC_TASK_SEIZED) {
        rc_slowdown_gone(tracer, task, rc_now()); // it is measured anew
        rc_seize_rested(tracer, task);
    }
}

bool rc_let_go(struct rc_tracer *tracer, struct rc_task *task, int signal) {
    if (rc_request(PTRACE_DETACH, task->tid, NULL, (void *)(intptr_t)signal)) {
        return true;
    }
    if (errno != ESRCH) {
        rc_engine_failure(tracer, "PTRACE_DETACH", errno);
        go_on_unwatched(tracer, task, signal);
    }
    return false;
}

void rc_insist(struct rc_tracer *tracer, int request, struct rc_task *task, int signal) {
    if (!rc_request(request, task->tid, NULL, (void *)(intptr_t)signal) && errno != ESRCH) {
        rc_engine_failure(tracer, "to resume a task", errno);
        go_on_unwatched(tracer, task, signal);
    }
}

void rc_leave_unknown_stop(struct rc_tracer *tracer, struct rc_task *task) {
    const struct rc_proc_call snapshot = {.known = task->in_call,
                                          .nr = task->call.nr,
                                          .ip = task->call.ip,
                                          .sp = task->call.sp,
                                          .args = {task->call.args[0]}};
    struct rc_interrupted found = {.in_call = false};
    if (task->in_call && rc_arch_interrupted(task->tid, task->call.arch, &snapshot, &found) == 0 && found.in_call) {
        (void)rc_hide_at_exit(task, found.result);
    }
    go_on_unwatched(tracer, task, 0);
}

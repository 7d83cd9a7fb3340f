// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Resumes a stopped task, or detaches it.
#define _GNU_SOURCE
#include <sys/ptrace.h>

#include "affinity/colocate.h"
#include "session.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "throttle/slowdown.h"
#include "throttle/thread_time.h"
#include "tracer/tasks/ends.h"
#include "tracer/tasks/insist.h"
#include "tracer/tasks/resume.h"

void rc_detach(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now) {
    rc_colocation_release(tracer, task);
    rc_thread_time_take(tracer, task, now);
    if (rc_let_go(tracer, task, signal)) {
        rc_task_gone(tracer, task, now, true);
    }
}

// Whether a task with our filter need not be asked to stop, because the filter stops it at wanted calls. Calls that the
// program's own filter refuses never reach ours, so such a program is asked to stop at every entry, which comes before
// the filters.
static bool stops_by_itself(const struct rc_tracer *tracer, const struct rc_task *task) {
    return tracer->bound && !task->in_call && (!task->process->sandboxed || task->process->silent);
}

void rc_go_on(struct rc_tracer *tracer, struct rc_task *task, int signal) {
    if (task->state == RC_TASK_RESTING) {
        if (ptrace(PTRACE_CONT, task->tid, NULL, (void *)(intptr_t)signal) != 0) {
            rc_insist(tracer, PTRACE_CONT, task, signal);
        }
        rc_thread_time_resumed(tracer, task, rc_now());
        return;
    }
    rc_thread_time_resuming(tracer, task);
    const uint64_t at = rc_slowdown_resuming(tracer, task);
    const enum __ptrace_request request = stops_by_itself(tracer, task) ? PTRACE_CONT : PTRACE_SYSCALL;
    if (ptrace(request, task->tid, NULL, (void *)(intptr_t)signal) != 0) {
        rc_insist(tracer, request, task, signal);
    }
    rc_thread_time_resumed(tracer, task, at);
    rc_slowdown_resumed(tracer, task, at);
}

void rc_resume(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now) {
    if (task->process->leaving != 0 && !task->rewound) {
        rc_detach(tracer, task, signal, now);
        return;
    }
    rc_go_on(tracer, task, signal);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Detaches tasks, as if they had never been traced. A task must be stopped to be detached, so each running one is
// interrupted and detached at whatever stop comes first, except the entry of a call (call.c says why). A task that
// cannot stop at once (a parent in vfork, uninterruptible sleep) stays in the table until it does: nothing here waits.
#define _GNU_SOURCE
#include <signal.h>

#include "session.h"
#include "tracee/tasks.h"
#include "tracer/attach/detach.h"
#include "tracer/loop/loop.h"
#include "tracer/tasks/ends.h"
#include "tracer/tasks/seize.h"
#include "tracer/workers/workers.h"

static bool interrupt(struct rc_tracer *tracer, struct rc_task *task) {
    // Seized tasks have an interrupt on the way, expected ones a first stop. A listening task stops again for this.
    if (task->state == RC_TASK_TRACED) {
        return rc_interrupt(tracer, task->tid);
    }
    if (task->state == RC_TASK_RESTING) {
        rc_seize_rested(tracer, task);
    } else if (task->uninterrupted) {
        rc_attach_interrupt(tracer, task);
    }
    return !task->uninterrupted;
}

struct asking {
    struct rc_tracer *tracer;
    unsigned asked;
};

static void ask_to_leave(void *context, struct rc_task *task) {
    struct asking *asking = context;
    if (asking->asked < RC_INTERRUPTED_AT_ONCE && rc_is_own_tracee(asking->tracer, task) && task->process != NULL &&
        task->process->leaving != 0 && !task->asked_to_leave) {
        task->asked_to_leave = interrupt(asking->tracer, task);
        asking->asked += task->asked_to_leave ? 1 : 0; // otherwise it is asked again when the failure is handled
    }
}

void rc_leave_own(struct rc_tracer *tracer) {
    struct asking asking = {.tracer = tracer, .asked = RC_INTERRUPTED_AT_ONCE};
    while (asking.asked == RC_INTERRUPTED_AT_ONCE) {
        asking.asked = 0;
        rc_tasks_each(&tracer->tasks, ask_to_leave, &asking);
        rc_serve_pending_stops(tracer);
    }
    if (tracer->leaving) {
        rc_release_held(tracer);
    }
}

void rc_leave_process(struct rc_tracer *tracer, struct rc_process *process, enum rc_detach_reason reason) {
    process->leaving = reason;
    rc_leave_own(tracer);
    rc_workers_call_others(tracer);
}

void rc_leave_all(struct rc_tracer *tracer) {
    tracer->leaving = true;
    const enum rc_detach_reason reason = (enum rc_detach_reason)tracer->session->stop_reason;
    if (tracer->bound) {
        rc_fall_silent(tracer, reason);
    }
    for (struct rc_process *process = tracer->tasks.processes; !tracer->bound && process != NULL;
         process = process->next) {
        process->leaving = reason;
    }
    if (tracer->launching.command != NULL) {
        (void)kill(tracer->launching.pid, SIGKILL); // still our own code: it must not run anything without a tracer
    }
    rc_leave_own(tracer);
    rc_workers_call_others(tracer);
}

void rc_end_bound(struct rc_tracer *tracer) {
    for (const struct rc_process *process = tracer->tasks.processes; process != NULL; process = process->next) {
        (void)kill(process->tgid, SIGKILL); // nobody has reaped it: the pid is still its own
    }
}

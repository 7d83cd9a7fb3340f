// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Detaches tasks, as if they had never been traced. A task must be stopped to be detached, so each running one is
// interrupted and detached at whatever stop comes first, except the entry of a call (call.c says why). A task that
// cannot stop at once (a parent in vfork, uninterruptible sleep) stays in the table until it does: nothing here waits.
//
// One of them never stops and nobody is told of its end: a leader whose tid passes, by exec, to a thread of it that was
// detached before (de_thread in the kernel's fs/exec.c releases such a leader without a word to its tracer). So those
// that are still to come are looked at from time to time.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>

#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "threads/ticks.h"
#include "tracer/attach/detach.h"
#include "tracer/loop/loop.h"
#include "tracer/tasks/ends.h"
#include "tracer/tasks/seize.h"
#include "tracer/workers/workers.h"

enum { LOOK_NS = 50000000 };

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

// ---- leaders that may be replaced

struct look {
    struct rc_tracer *tracer;
    uint64_t now;
    bool again;
};

// Whether it is gone, or its pid is that of a program that nobody traces. What cannot be told goes by the next look.
static bool is_replaced(pid_t leader) {
    struct rc_proc_status status;
    return (kill(leader, 0) != 0 && errno == ESRCH) || (rc_proc_status(leader, &status) == 0 && status.tracer == 0);
}

static void look_at_leader(void *context, struct rc_task *task) {
    struct look *look = context;
    struct rc_process *process = task->process;
    if (!rc_is_own_tracee(look->tracer, task) || !task->asked_to_leave || task->tid != process->tgid ||
        (process->tasks == 1 && !process->detached)) {
        return;
    }
    if (!process->detached || !is_replaced(task->tid)) {
        look->again = true;
        return;
    }
    rc_leader_vanishes(look->tracer, task, look->now);
    if (process->tasks == 0 && !process->attaching) {
        rc_process_gone(look->tracer, process, look->now);
    }
}

static void look_at_leaders(struct rc_tracer *tracer, uint64_t now) {
    struct rc_worker *worker = rc_current_worker(tracer);
    struct look look = {.tracer = tracer, .now = now, .again = false};
    rc_tasks_each(&tracer->tasks, look_at_leader, &look);
    if (!look.again) {
        rc_ticks_pause(&worker->leader_ticks);
    } else if (worker->leader_look_ns == 0) {
        (void)rc_ticks_start(&worker->leader_ticks, worker->tid, LOOK_NS); // without: whenever another stop comes
    }
    worker->leader_look_ns = look.again ? now + LOOK_NS : 0;
}

void rc_leave_review(struct rc_tracer *tracer, uint64_t now) {
    const uint64_t next = rc_current_worker(tracer)->leader_look_ns;
    if (next != 0 && now >= next) {
        look_at_leaders(tracer, now);
    }
}

void rc_leave_own(struct rc_tracer *tracer) {
    struct asking asking = {.tracer = tracer, .asked = RC_INTERRUPTED_AT_ONCE};
    while (asking.asked == RC_INTERRUPTED_AT_ONCE) {
        asking.asked = 0;
        rc_tasks_each(&tracer->tasks, ask_to_leave, &asking);
        rc_serve_pending_stops(tracer);
    }
    look_at_leaders(tracer, rc_now());
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

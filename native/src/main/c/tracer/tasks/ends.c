// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Tasks and processes that are no longer traced, dead or detached: what is reported about them, and how they are
// forgotten.
#define _GNU_SOURCE
#include "tracer/tasks/ends.h"

#include "affinity/colocate.h"
#include "ring/event.h"
#include "ring/publish.h"
#include "session.h"
#include "tracee/context/record.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "throttle/duty_cycle.h"
#include "throttle/slowdown.h"
#include "throttle/thread_time.h"

static void publish_end(struct rc_tracer *tracer, enum rc_kind kind, pid_t tid, pid_t tgid, uint32_t aux,
                        uint64_t now) {
    const struct rc_event event = {
        .start_ns = now,
        .end_ns = now,
        .tid = (uint32_t)tid,
        .tgid = (uint32_t)tgid,
        .nr = -1,
        .kind = (uint16_t)kind,
        .aux = aux,
    };
    rc_publish(tracer, &event, NULL, 0);
}

// `alive`: the call goes on, but is not traced any more.
static void cut_off_call(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool alive) {
    if ((!task->in_call && !task->suspended) || task->launching) {
        return;
    }
    task->in_call = false;
    task->suspended = false;
    task->call.kind = RC_CALL_UNFINISHED;
    task->call.end_ns = now;
    task->call.result = 0;
    task->call.flags |= alive ? RC_LEFT : 0;
    rc_count(&tracer->calls, 1);
    rc_duty_cycle_tell_end(tracer, task, now);
    rc_publish_call(tracer, task);
}

static void cut_off(void *context, struct rc_task *task) {
    cut_off_call(context, task, rc_now(), true);
    rc_colocation_release(context, task);
}

void rc_fall_silent(struct rc_tracer *tracer, enum rc_detach_reason reason) {
    rc_tasks_each(&tracer->tasks, cut_off, tracer);
    for (struct rc_process *process = tracer->tasks.processes; process != NULL; process = process->next) {
        if (!process->silent) {
            publish_end(tracer, RC_DETACHED, process->tgid, process->tgid, reason, rc_now());
        }
        process->silent = true;
    }
}

void rc_leader_vanishes(struct rc_tracer *tracer, struct rc_task *leader, uint64_t now) {
    rc_thread_time_ended(tracer, leader, now);
    cut_off_call(tracer, leader, now, false);
    rc_slowdown_gone(tracer, leader, now);
    rc_colocation_gone(tracer, leader);
    if (leader->process != NULL) {
        leader->process->tasks--;
        leader->process->unsettled -= leader->state == RC_TASK_SEIZED ? 1 : 0;
        rc_duty_cycle_gone(tracer, leader, now, false);
    }
    rc_tasks_remove(&tracer->tasks, leader);
}

void rc_process_gone(struct rc_tracer *tracer, struct rc_process *process, uint64_t now) {
    if (!process->silent && process->detached && !process->leader_died) {
        publish_end(tracer, RC_DETACHED, process->tgid, process->tgid, process->leaving, now);
    } else if (!process->silent) {
        publish_end(tracer, RC_PROCESS_EXITED, process->tgid, process->tgid, (uint32_t)process->exit_status, now);
    }
    rc_slowdown_process_gone(tracer, process, now);
    rc_context_ended(tracer, process);
    rc_process_remove(&tracer->tasks, process);
}

void rc_task_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool alive) {
    struct rc_process *process = task->process;
    process->unsettled -= task->state == RC_TASK_SEIZED ? 1 : 0;
    rc_duty_cycle_gone(tracer, task, now, alive);
    rc_thread_time_ended(tracer, task, now);
    cut_off_call(tracer, task, now, alive);
    rc_slowdown_gone(tracer, task, now);
    rc_colocation_gone(tracer, task);
    if (!alive && !process->silent && task->tid != process->tgid) {
        publish_end(tracer, RC_THREAD_EXITED, task->tid, process->tgid,
                    task->reaped ? (uint32_t)task->exit_status : RC_STATUS_UNKNOWN, now);
    }
    process->detached = process->detached || alive;
    if (task->event_owed && !alive) {
        rc_tasks_exit_early(&tracer->tasks, task);
        task->process = NULL;
    } else {
        rc_tasks_remove(&tracer->tasks, task);
    }
    if (--process->tasks == 0 && !process->attaching) {
        rc_process_gone(tracer, process, now);
    }
}

static void forget(void *context, struct rc_task *task) {
    struct rc_tracer *tracer = context;
    if (!rc_is_own_tracee(tracer, task)) {
        return;
    }
    if (task->process != NULL) {
        rc_task_gone(tracer, task, rc_now(), false);
    } else {
        tracer->held -= task->state == RC_TASK_HELD ? 1 : 0;
        rc_tasks_remove(&tracer->tasks, task);
    }
}

void rc_forget_all(struct rc_tracer *tracer) {
    rc_tasks_each(&tracer->tasks, forget, tracer);
}

static void forget_early_exit(void *context, struct rc_task *task) {
    if (task->state == RC_TASK_EXITED_EARLY) {
        rc_tasks_remove(context, task);
    }
}

void rc_forget_early_exits(struct rc_tracer *tracer) {
    rc_tasks_each(&tracer->tasks, forget_early_exit, &tracer->tasks);
}

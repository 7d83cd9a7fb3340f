// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Tasks that appear, change their program and end.
//
// The kernel reports a fork or clone twice, in either order: as an event of the creator, and as the child's own first
// stop. Whichever comes first, the child waits for the other, since only the event names its creator:
//
//   event, then stop:  (none) -> EXPECTED -> TRACED
//   stop, then event:  (none) -> HELD -> TRACED         HELD is stopped; the event never comes if the creator was
//   killed, or if it asked for the trace (CLONE_PTRACE, which needs no event), so after each death, and after a while,
//   waiting tasks continue without it stop, death, event: (none) -> HELD -> EXITED_EARLY -> (none)
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "affinity/colocate.h"
#include "arch/request.h"
#include "ring/event.h"
#include "ring/process_events.h"
#include "ring/publish.h"
#include "session.h"
#include "tracee/context/record.h"
#include "tracee/tasks.h"
#include "tracee/thread_group.h"
#include "threads/clock.h"
#include "threads/ticks.h"
#include "throttle/duty_cycle.h"
#include "throttle/slowdown.h"
#include "throttle/thread_time.h"
#include "tracer/tasks/ends.h"
#include "tracer/tasks/launch.h"
#include "tracer/tasks/lifecycle.h"
#include "tracer/tasks/resume.h"
#include "tracer/tasks/seize.h"
#include "tracer/workers/failure.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

static bool is_first_trap(const struct rc_stop *stop) {
    return (unsigned)stop->status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(stop->status) == SIGTRAP;
}

static struct rc_process *new_process(struct rc_tracer *tracer, pid_t tgid, pid_t creator) {
    struct rc_process *process = rc_process_add(&tracer->tasks, tgid);
    if (process == NULL) {
        return NULL;
    }
    rc_slowdown_process_came(tracer, process);
    if (tracer->bound) {
        process->silent = tracer->leaving; // it carries our filter, which needs a tracer to the end
        const struct rc_task *origin = rc_tasks_find(&tracer->tasks, creator);
        process->sandboxed = origin == NULL || origin->process == NULL || origin->process->sandboxed;
        if (tracer->session->closing) {
            (void)kill(tgid, SIGKILL);
        }
    } else if (!tracer->session->options.follow_children) {
        process->silent = true;
        // A child of clone() that is not a thread: the kernel has attached it like a thread.
        process->leaving = RC_DETACH_REQUESTED;
    } else if (tracer->leaving) {
        process->leaving = (enum rc_detach_reason)tracer->session->stop_reason;
    }
    return process;
}

// Detaches a task that is in its first stop and cannot be taken up.
static void abandon(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop, const char *request,
                    int error) {
    if (rc_give_up_task(tracer, stop)) {
        rc_tasks_remove(&tracer->tasks, task);
        rc_engine_failure(tracer, request, error);
    } else {
        task->state = RC_TASK_EXPECTED; // killed in this stop; its death is reported next
    }
}

// Takes up a task that is in its first stop and publishes its start. Returns whether the reason for its stop must be
// looked at; otherwise the task is resumed.
static bool adopt(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    const pid_t tgid = rc_thread_group_of(tracer, task->tid, task->creator);
    if (tgid == 0) {
        abandon(tracer, task, stop, "to tell whose thread this is", ESRCH);
        return false;
    }
    struct rc_process *process = rc_process_find(&tracer->tasks, tgid);
    const bool is_new = process == NULL;
    if (is_new) {
        process = new_process(tracer, tgid, task->creator);
    }
    if (process == NULL) {
        abandon(tracer, task, stop, "memory for a process", ENOMEM);
        return false;
    }
    task->state = RC_TASK_TRACED;
    task->process = process;
    process->tasks++;
    rc_thread_time_begin(tracer, task, stop->time_ns);
    rc_colocation_created(tracer, task);
    struct rc_process_event event;
    if (is_new) {
        rc_process_event(&event, tgid, RC_PROCESS_STARTED, RC_FORKED, stop->time_ns);
        const struct rc_task *maker = task->creator == 0 ? NULL : rc_tasks_find(&tracer->tasks, task->creator);
        event.event.args[1] = (uint64_t)task->creator;
        event.event.args[2] = maker == NULL || maker->process == NULL ? 0 : (uint64_t)maker->process->tgid;
        if (event.event.aux == 0) { // /proc does not show it
            event.event.aux = (uint32_t)rc_thread_group_of(tracer, task->creator, task->creator);
        }
    } else {
        rc_thread_event(&event, task, stop->time_ns);
    }
    const bool silent = process->silent;
    if (is_first_trap(stop) && process->leaving == 0) {
        rc_resume(tracer, task, 0, stop->time_ns);
        if (!silent) {
            rc_publish_process_event(tracer, &event);
        }
        return false;
    }
    if (!silent) {
        rc_publish_process_event(tracer, &event);
    }
    return true;
}

bool rc_give_up_task(const struct rc_tracer *tracer, const struct rc_stop *stop) {
    if (!tracer->bound) {
        return rc_request(PTRACE_DETACH, stop->tid, NULL, NULL);
    }
    // Without a tracer its calls would fail. It continues with a tracer that knows nothing about it, and is taken up
    // again at its next stop.
    const bool is_signal = (unsigned)stop->status >> 16 == 0 && (WSTOPSIG(stop->status) & 0x80) == 0;
    return rc_request(PTRACE_CONT, stop->tid, NULL, (void *)(intptr_t)(is_signal ? WSTOPSIG(stop->status) : 0));
}

static enum rc_verdict hold(struct rc_tracer *tracer, const struct rc_stop *stop) {
    struct rc_task *task = rc_tasks_add(&tracer->tasks, stop->tid, RC_TASK_HELD, tracer->current);
    if (task == NULL) {
        rc_engine_failure(tracer, "memory for a task", ENOMEM);
        (void)rc_give_up_task(tracer, stop); // false: it was killed
        return RC_NOTHING_MORE;
    }
    task->held_status = stop->status;
    tracer->held++;
    struct rc_worker *worker = rc_current_worker(tracer);
    worker->held_until_ns = rc_now() + RC_HELD_NS;
    // If the creator was detached already, or nothing will wake us, it must not wait.
    return tracer->leaving || !rc_ticks_start(&worker->held_ticks, worker->tid, RC_HELD_NS) ? RC_RELEASE_HELD
                                                                                            : RC_NOTHING_MORE;
}

enum rc_verdict rc_first_stop(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    if (task != NULL && task->state == RC_TASK_EXITED_EARLY) {
        rc_tasks_remove(&tracer->tasks, task); // the tid is in use again
        task = NULL;
    }
    if (task == NULL) {
        return hold(tracer, stop);
    }
    return adopt(tracer, task, stop) ? RC_DISPATCH : RC_NOTHING_MORE;
}

bool rc_adopt_held(struct rc_tracer *tracer, struct rc_task *task, struct rc_stop *stop) {
    tracer->held--;
    const uint64_t now = rc_now();
    *stop = (struct rc_stop){.tid = task->tid, .status = task->held_status, .time_ns = now, .idle_ns = now};
    return adopt(tracer, task, stop);
}

struct rc_task *rc_task_created(struct rc_tracer *tracer, pid_t creator, pid_t child) {
    struct rc_task *task = rc_tasks_find(&tracer->tasks, child);
    if (task != NULL && task->state == RC_TASK_EXITED_EARLY) {
        rc_tasks_remove(&tracer->tasks, task);
        if (!rc_is_tracee(child)) {
            return NULL; // this is the event for which its tid was kept
        }
        task = NULL;
    }
    // A child that was resumed before this event may be gone already; to expect it would mean to wait for ever.
    if (task == NULL && tracer->released && !rc_is_tracee(child)) {
        return NULL;
    }
    if (task == NULL) {
        task = rc_tasks_add(&tracer->tasks, child, RC_TASK_EXPECTED, tracer->current);
        if (task != NULL) {
            task->creator = creator;
            rc_thread_time_begin(tracer, task, rc_now());
        } else {
            rc_engine_failure(tracer, "memory for a task", ENOMEM);
        }
        return NULL;
    }
    task->event_owed = false;
    if (task->state != RC_TASK_HELD) {
        return NULL;
    }
    task->creator = creator;
    return task;
}

// ---- exec

void rc_take_over_leader(struct rc_tracer *tracer, const struct rc_stop *stop) {
    unsigned long former = 0;
    if (!rc_request(PTRACE_GETEVENTMSG, stop->tid, NULL, &former) || (pid_t)former == stop->tid) {
        return;
    }
    struct rc_task *task = rc_tasks_find(&tracer->tasks, (pid_t)former);
    if (task == NULL || task->process == NULL) {
        return;
    }
    struct rc_task *leader = rc_tasks_find(&tracer->tasks, stop->tid);
    if (leader != NULL) {
        rc_leader_vanishes(tracer, leader, stop->time_ns);
    }
    rc_tasks_rekey(&tracer->tasks, task, stop->tid);
    task->call.tid = (uint32_t)stop->tid;
    rc_thread_time_renamed(task);
    rc_colocation_renamed(tracer, task);
}

void rc_task_executed(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    unsigned long former = (unsigned long)stop->tid;
    (void)rc_request(PTRACE_GETEVENTMSG, stop->tid, NULL, &former); // fails only for a task killed in this stop
    rc_context_ended(tracer, task->process);
    rc_process_reopen_memory(task->process);
    task->context_at = 0;
    task->record_at = 0;
    task->process->unread = false;
    if (task->suspended) { // attach found it inside this execve
        task->suspended = false;
        task->in_call = true;
    }
    // The exec of a launch is the start of the program itself.
    const bool starts = task->launching;
    struct rc_process_event event;
    if (starts) {
        task->launching = false;
        task->process->silent = false;
        rc_thread_time_begin_anew(tracer, task, stop->time_ns);
        rc_process_event(&event, stop->tid, RC_PROCESS_STARTED, RC_LAUNCHED, task->call.start_ns);
        rc_launch_succeeded(tracer);
    } else {
        rc_process_event(&event, stop->tid, RC_EXEC, 0, stop->time_ns);
        event.event.aux = (uint32_t)former;
        rc_thread_time_executed(tracer, task, stop->time_ns);
    }
    const bool leaving = task->process->leaving != 0;
    const bool silent = task->process->silent;
    const bool rests = task->state == RC_TASK_RESTING;
    if (leaving) {
        rc_publish_process_event(tracer, &event);
    }
    rc_resume(tracer, task, 0, stop->time_ns);
    if (!leaving && !silent) {
        rc_publish_process_event(tracer, &event);
    }
    if (!leaving && rests) {
        rc_duty_cycle_tell(tracer, task, stop->time_ns); // it rests on, maybe by another tid
    }
}

// ---- ends

bool rc_task_died(struct rc_tracer *tracer, const struct rc_stop *stop) {
    struct rc_task *task = rc_tasks_find(&tracer->tasks, stop->tid);
    if (task == NULL && stop->tid == tracer->session->launched_pid) {
        rc_launched_ended(tracer->session, stop->status); // detached since; it is still our child
        return false;
    }
    if (task == NULL) {
        if (rc_tasks_add(&tracer->tasks, stop->tid, RC_TASK_EXITED_EARLY, tracer->current) == NULL) {
            tracer->released = true; // out of memory: its creator's event must find out by itself
        }
        return false;
    }
    switch (task->state) {
    case RC_TASK_HELD:
        tracer->held--;
        rc_tasks_exit_early(&tracer->tasks, task);
        break;
    case RC_TASK_EXPECTED:
        rc_tasks_remove(&tracer->tasks, task);
        break;
    case RC_TASK_EXITED_EARLY:
        break;
    case RC_TASK_SEIZED:
    case RC_TASK_TRACED:
    case RC_TASK_RESTING: {
        const bool was_launching = task->launching;
        const int status = stop->status;
        struct rc_process *process = task->process;
        process->leader_died = process->leader_died || stop->tid == process->tgid;
        if (stop->tid == process->tgid || !process->leader_died) {
            process->exit_status = stop->status;
        }
        const pid_t tgid = process->tgid;
        process->dead_cpu_ns = stop->tid == tgid ? stop->cpu_ns : process->dead_cpu_ns;
        const bool was_seized = task->state == RC_TASK_SEIZED;
        task->reaped = true;
        task->exit_status = stop->status;
        rc_task_gone(tracer, task, stop->time_ns, false);
        if (was_seized) {
            rc_attach_late(tracer, tgid);
        }
        if (was_launching) {
            rc_launch_failed(tracer, status);
        }
        break;
    }
    }
    return true;
}

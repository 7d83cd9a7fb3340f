// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The life of a stop: a traced task stops, we look, it is resumed, and only then reported.
//
//   rc_next_stop     stops.c: waitpid, then the clock
//   rc_handle_stop   which stop is it?
//     system call    call.c: PTRACE_GET_SYSCALL_INFO, strings at an entry, resume; at an exit: publish after the resume
//     seccomp        call.c: the entry of a call that our filter in a launched program picked
//     signal         given back to the task with its siginfo
//     group-stop     PTRACE_LISTEN: the task stays stopped, as its shell wants it
//     clone, exec    lifecycle.c
//   rc_resume        resume.c: PTRACE_SYSCALL; with our filter PTRACE_CONT, except for a call's exit; or PTRACE_DETACH
//
// Between wait and resume of a call: no allocation, no formatting, no lock but the tracer's, which is taken only if
// there are several workers.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "arch/request.h"
#include "capture.h"
#include "ring/event.h"
#include "ring/publish.h"
#include "session.h"
#include "tracee/stack.h"
#include "tracee/stop_signals.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "threads/ticks.h"
#include "throttle/duty_cycle.h"
#include "throttle/slowdown.h"
#include "tracer/loop/call.h"
#include "tracer/loop/loop.h"
#include "tracer/loop/mappings.h"
#include "tracer/loop/stops.h"
#include "tracer/tasks/eintr.h"
#include "tracer/tasks/insist.h"
#include "tracer/tasks/lifecycle.h"
#include "tracer/tasks/resume.h"
#include "tracer/tasks/seize.h"
#include "tracer/workers/failure.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

enum { SYSCALL_STOP = SIGTRAP | 0x80 };

// The meaning of a siginfo's bytes depends on signal and code; the reader of the event knows it (rc_event).
static void put_siginfo(struct rc_event *event, const siginfo_t *info) {
    const char *fields = (const char *)info + offsetof(siginfo_t, si_pid);
    event->args[0] = (uint64_t)(int64_t)info->si_code;
    event->args[1] = (uint64_t)(int64_t)info->si_errno;
    memcpy(&event->args[2], fields, 4 * sizeof event->args[0]);
}

// Whether the task's own instruction has caused the signal.
static bool is_fault(int signal, const siginfo_t *info) {
    return info->si_code > 0 && (signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE);
}

// Copies the stack of a fault, if stacks are copied at all. Returns the length of the side data.
static uint32_t read_fault(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    const uint32_t bytes = tracer->session->options.stack_bytes;
    if (bytes == 0) {
        return 0;
    }
    if (!task->process->mapped) {
        rc_mappings_take(tracer, task, now);
    }
    return rc_read_stack_of_fault(task, bytes);
}

static void publish_signal(struct rc_tracer *tracer, const struct rc_event *event, const struct rc_task *task,
                           uint32_t side_length) {
    rc_mappings_publish(tracer);
    rc_publish(tracer, event, task->side, side_length);
}

static void on_signal(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now) {
    struct rc_event event = {
        .start_ns = now,
        .end_ns = now,
        .tid = (uint32_t)task->tid,
        .tgid = (uint32_t)task->process->tgid,
        .nr = -1,
        .kind = RC_SIGNAL,
        .aux = (uint32_t)signal,
    };
    siginfo_t info;
    const bool silent = task->launching || task->process->silent;
    uint32_t side_length = 0;
    if (rc_request(PTRACE_GETSIGINFO, task->tid, NULL, &info)) {
        put_siginfo(&event, &info);
        side_length = is_fault(signal, &info) && !silent ? read_fault(tracer, task, now) : 0;
    }
    if (task->rewound) {
        rc_take_back_restart(task, signal);
    }
    if (task->state == RC_TASK_RESTING) {
        rc_hide_ignored_at_rest(task, signal);
    }
    const bool leaving = task->process->leaving != 0;
    if (!silent && leaving) {
        publish_signal(tracer, &event, task, side_length); // nothing may follow a process's end; a detach may be that
    }
    rc_resume(tracer, task, signal, now);
    if (!silent && !leaving) {
        publish_signal(tracer, &event, task, side_length);
    }
}

// A group-stop, or the trap of an interrupt, of a newly created task, or of SIGCONT.
static void on_event_stop(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now) {
    struct rc_session *session = tracer->session;
    if (task->tid == session->launched_pid) {
        session->launched_stopped = rc_is_stopping(signal);
    }
    if (rc_is_stopping(signal)) {
        rc_undo_restart(task); // such a stop ends the call with EINTR even untraced
        rc_show_hidden(task);
    } else if (task->state == RC_TASK_RESTING) {
        rc_hide_continued_at_rest(task);
    }
    if (!rc_is_stopping(signal) || task->process->leaving != 0) {
        rc_resume(tracer, task, 0, now); // detaching in a group-stop leaves the process stopped
        return;
    }
    // Not resumed: PTRACE_LISTEN lets it wait for SIGCONT in the stop that its shell has put it into.
    const uint64_t at = rc_slowdown_resuming(tracer, task);
    if (!rc_request(PTRACE_LISTEN, task->tid, NULL, NULL) && errno != ESRCH) {
        rc_engine_failure(tracer, "PTRACE_LISTEN", errno);
        rc_detach(tracer, task, 0, now);
        return;
    }
    rc_slowdown_suspended(tracer, task, at);
    if (task->process->silent) {
        return;
    }
    const struct rc_event event = {
        .start_ns = now,
        .end_ns = now,
        .tid = (uint32_t)task->tid,
        .tgid = (uint32_t)task->process->tgid,
        .nr = -1,
        .kind = RC_GROUP_STOP,
        .aux = (uint32_t)signal,
    };
    rc_publish(tracer, &event, NULL, 0);
}

static void dispatch(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop);

// Takes up a task that waited for its creator's event in its first stop.
static void take_up_held(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_stop stop;
    if (rc_adopt_held(tracer, task, &stop)) {
        dispatch(tracer, task, &stop);
    }
}

static void on_new_task(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    unsigned long child = 0;
    const bool known = rc_request(PTRACE_GETEVENTMSG, task->tid, NULL, &child);
    const pid_t creator = task->tid;
    rc_resume(tracer, task, 0, now);
    struct rc_task *held = known ? rc_task_created(tracer, creator, (pid_t)child) : NULL;
    if (held != NULL) {
        take_up_held(tracer, held);
    }
}

static void dispatch(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    const int signal = WSTOPSIG(stop->status);
    switch ((unsigned)stop->status >> 16) {
    case 0:
        if (signal == SYSCALL_STOP) {
            rc_call_stopped(tracer, task, stop);
        } else {
            on_signal(tracer, task, signal, stop->time_ns);
        }
        break;
    case PTRACE_EVENT_STOP:
        on_event_stop(tracer, task, signal, stop->time_ns);
        break;
    case PTRACE_EVENT_CLONE:
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
        on_new_task(tracer, task, stop->time_ns);
        break;
    case PTRACE_EVENT_SECCOMP:
        rc_call_stopped(tracer, task, stop);
        break;
    case PTRACE_EVENT_EXEC:
        rc_task_executed(tracer, task, stop);
        break;
    default:
        rc_resume(tracer, task, 0, stop->time_ns);
        break;
    }
}

// ---- those that wait for their creators' events

// Tasks of another worker wait for a creator of that worker.
static void release(void *context, struct rc_task *task) {
    if (task->state == RC_TASK_HELD && rc_is_own_tracee(context, task)) {
        task->event_owed = true;
        take_up_held(context, task);
    }
}

void rc_release_held(struct rc_tracer *tracer) {
    if (tracer->held > 0) {
        tracer->released = true;
        rc_tasks_each(&tracer->tasks, release, tracer);
    }
}

void rc_held_review(struct rc_tracer *tracer, uint64_t now) {
    struct rc_worker *worker = rc_current_worker(tracer);
    if (worker->held_until_ns != 0 && (tracer->held == 0 || now >= worker->held_until_ns)) {
        rc_release_held(tracer);
        rc_ticks_pause(&worker->held_ticks);
        worker->held_until_ns = 0;
    }
}

// ---- which stop

// The first stop after attach's interrupt may be of any kind: whichever comes first uses up the interrupt.
static void on_seized(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    const pid_t tgid = task->process->tgid;
    task->state = RC_TASK_TRACED;
    task->process->unsettled--;
    rc_duty_cycle_tell_end(tracer, task, stop->time_ns);
    const bool ended = rc_settle_attach(tracer, task, stop);
    const bool told = ended && (task->plan & RC_PLAN_SKIP) == 0 && !task->process->silent;
    const bool leaving = task->process->leaving != 0;
    const struct rc_event call = task->call;
    if (ended) {
        rc_count(&tracer->calls, 1);
    }
    if (told && leaving) {
        rc_publish(tracer, &call, NULL, 0); // nothing about a process may follow its end, and a detach may be its end
    }
    dispatch(tracer, task, stop);
    if (told && !leaving) {
        rc_publish(tracer, &call, NULL, 0);
    }
    rc_attach_late(tracer, tgid);
}

static void on_first_stop(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    switch (rc_first_stop(tracer, task, stop)) {
    case RC_DISPATCH:
        dispatch(tracer, task, stop);
        break;
    case RC_RELEASE_HELD:
        rc_release_held(tracer);
        break;
    case RC_NOTHING_MORE:
        break;
    }
}

void rc_handle_stop(struct rc_tracer *tracer, const struct rc_stop *stop) {
    rc_count(&tracer->stops, 1);
    if (WIFEXITED(stop->status) || WIFSIGNALED(stop->status)) {
        if (rc_task_died(tracer, stop)) {
            rc_release_held(tracer);
        }
        return;
    }
    if ((unsigned)stop->status >> 16 == PTRACE_EVENT_EXEC) {
        rc_take_over_leader(tracer, stop);
    }
    struct rc_task *task = rc_tasks_find(&tracer->tasks, stop->tid);
    if (task != NULL && !rc_is_own_tracee(tracer, task)) {
        // A stop of a leader whose pid has since passed, by exec, to a thread of another worker: the kernel then
        // refuses this. If it is a tracee of ours after all, it must not stay stopped.
        (void)rc_request(PTRACE_DETACH, stop->tid, NULL, NULL);
        return;
    }
    if (task != NULL) {
        rc_slowdown_stopped(task, stop);
        rc_thread_time_stopped(tracer, task, stop);
    }
    if (task != NULL && (task->state == RC_TASK_TRACED || task->state == RC_TASK_RESTING)) {
        dispatch(tracer, task, stop);
    } else if (task != NULL && task->state == RC_TASK_SEIZED) {
        on_seized(tracer, task, stop);
    } else {
        on_first_stop(tracer, task, stop);
    }
}

void rc_serve_pending_stops(struct rc_tracer *tracer) {
    rc_stops_collect(tracer);
    struct rc_stop stop;
    while (rc_stops_take(tracer, &stop)) {
        rc_handle_stop(tracer, &stop);
    }
}

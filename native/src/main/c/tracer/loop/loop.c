// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The life of a stop: a traced task stops, we look, it goes on, and only then is told about it.
//
//   rc_next_stop     stops.c: waitpid, then the clock
//   rc_handle_stop   which stop is it?
//     system call    PTRACE_GET_SYSCALL_INFO, strings at an entry, resume; at an exit: publish after the resume
//     seccomp        the entry of a call that our filter in a launched program picked
//     signal         given back to the task with its siginfo
//     group-stop     PTRACE_LISTEN: the task stays stopped, as its shell wants it
//     clone, exec    lifecycle.c
//   rc_resume        resume.c: PTRACE_SYSCALL; with our filter PTRACE_CONT, but for a call's exit; or the task is let
//                    go
//
// Between wait and resume of a call: no allocation, no formatting, no lock but that of the tracer, which is taken only
// where there are several workers.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "affinity/colocate.h"
#include "arch/arch.h"
#include "arch/filter.h"
#include "arch/plan.h"
#include "arch/request.h"
#include "capture.h"
#include "ring/event.h"
#include "ring/publish.h"
#include "session.h"
#include "tracee/memory.h"
#include "tracee/stack.h"
#include "tracee/stop_signals.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "threads/ticks.h"
#include "throttle/duty_cycle.h"
#include "throttle/slowdown.h"
#include "tracer/loop/exit_rules.h"
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

// Records the entry of a call.
static void enter(struct rc_tracer *tracer, struct rc_task *task, const struct __ptrace_syscall_info *info,
                  uint64_t now) {
    struct rc_event *call = &task->call;
    const bool goes_on = task->restart_call && rc_arch_is_restart_syscall(info->arch, (int64_t)info->entry.nr);
    task->restart_call = false;
    task->in_call = true;
    call->start_ns = now;
    call->ip = info->instruction_pointer;
    call->sp = info->stack_pointer;
    call->flags = 0;
    if (goes_on) {
        return; // number, arguments and strings are still those of the call the kernel restarts
    }
    const struct rc_options *options = &tracer->session->options;
    memcpy(call->args, info->entry.args, sizeof call->args);
    call->nr = (int32_t)info->entry.nr;
    call->arch = info->arch;
    call->tid = (uint32_t)task->tid;
    call->tgid = (uint32_t)task->process->tgid;
    task->plan = rc_plan_of(&options->plan, info->arch, info->entry.nr);
    task->side_length = 0;
    task->piece_count = 0;
    if ((task->plan & ~(RC_PLAN_SKIP | RC_PLAN_AT_EXIT)) != 0 && (task->plan & RC_PLAN_SKIP) == 0) {
        rc_read_strings(task, options->string_limit);
    }
    // The execve of a launch comes from our own code.
    if (options->stack_bytes != 0 && (task->plan & RC_PLAN_SKIP) == 0 && !task->launching) {
        if (!task->process->mapped) {
            rc_mappings_take(tracer, task, now);
        }
        rc_read_stack(task, options->stack_bytes);
    }
}

// Whether this entry continues the call that attach interrupted: the kernel makes it again at the same place, or by
// restart_syscall.
static bool continues(const struct rc_task *task, const struct __ptrace_syscall_info *info) {
    if (rc_arch_is_restart_syscall(info->arch, (int64_t)info->entry.nr)) {
        return true;
    }
    return (int32_t)info->entry.nr == task->call.nr && info->instruction_pointer == task->call.ip &&
           info->stack_pointer == task->call.sp;
}

static void end_call(struct rc_tracer *tracer, struct rc_task *task, int64_t result, bool is_error, uint64_t now) {
    struct rc_event *call = &task->call;
    task->in_call = false;
    task->suspended = false;
    call->kind = RC_CALL;
    call->end_ns = now;
    call->result = result;
    call->flags |= is_error ? RC_ERROR : 0;
    if (!is_error && rc_arch_maps_code(call->arch, call->nr, call->args)) {
        task->process->mapped = false;
    }
    if (rc_is_restart(result)) {
        call->flags |= RC_RESTARTED;
        task->restart_call = result == -RC_ERESTART_RESTARTBLOCK;
    }
    task->affinity.calls++;
    rc_count(&tracer->calls, 1);
}

// Lets a task go on into its call. A task is never detached here: PTRACE_DETACH makes the kernel believe that a signal
// is pending, and the call would return EINTR at once, unseen by us. It is detached at the exit stop, to which another
// interrupt leads (this stop has used up the first one), and where an EINTR can be hidden.
static void resume_call(struct rc_tracer *tracer, struct rc_task *task) {
    rc_go_on(tracer, task, 0);
    if (task->process->leaving != 0) {
        (void)rc_interrupt(tracer, task->tid);
    }
}

static void on_entry(struct rc_tracer *tracer, struct rc_task *task, const struct __ptrace_syscall_info *info,
                     uint64_t now) {
    task->rewound = false;
    if (tracer->bound && task->process->silent && !task->launching) {
        rc_go_on(tracer, task, 0);
        return;
    }
    if (task->launching && !rc_arch_is_execve(info->arch, (int64_t)info->entry.nr)) {
        resume_call(tracer, task); // still our own code, on its way to execve
        return;
    }
    if (!task->suspended) {
        enter(tracer, task, info, now);
        resume_call(tracer, task);
        rc_mappings_publish(tracer);
        return;
    }
    task->suspended = false;
    if (continues(task, info)) {
        task->in_call = true;
        resume_call(tracer, task);
        return;
    }
    // A handler ran: the call attach had interrupted returned EINTR to the program, without another stop.
    end_call(tracer, task, -EINTR, true, now);
    const struct rc_event ended = task->call;
    const bool skip = (task->plan & RC_PLAN_SKIP) != 0;
    enter(tracer, task, info, now);
    resume_call(tracer, task);
    if (!skip) {
        rc_publish(tracer, &ended, NULL, 0); // a call found in progress has no strings: its entry was not seen
    }
    rc_mappings_publish(tracer);
}

// Affinities are the target's own, whatever we have made of them.
static void keep_affinity(struct rc_tracer *tracer, const struct rc_task *task, int64_t result) {
    if (rc_arch_is_getaffinity(task->call.arch, task->call.nr)) {
        rc_colocation_asked(tracer, task, result);
    } else if (result == 0 && rc_arch_is_setaffinity(task->call.arch, task->call.nr)) {
        rc_colocation_set(tracer, task);
    }
}

// Whether a call that succeeded gave the program a seccomp filter.
static bool installs_filter(const struct rc_event *call) {
    enum { SET_MODE_STRICT = 0, SET_MODE_FILTER = 1 };
    return rc_arch_is_seccomp(call->arch, call->nr)
               ? call->args[0] == SET_MODE_FILTER || call->args[0] == SET_MODE_STRICT
               : rc_arch_is_prctl(call->arch, call->nr) && (uint32_t)call->args[0] == PR_SET_SECCOMP;
}

static void on_exit(struct rc_tracer *tracer, struct rc_task *task, const struct __ptrace_syscall_info *info,
                    uint64_t now) {
    if (!task->in_call) {
        rc_resume(tracer, task, 0, now); // a launched child before its execve
        return;
    }
    if (task->launching) {
        task->in_call = false; // execve failed: the child reports why and ends
        rc_resume(tracer, task, 0, now);
        return;
    }
    if (tracer->colocation.moved > 0) {
        keep_affinity(tracer, task, info->exit.rval);
    }
    if (task->process->leaving != 0) {
        if (!rc_hide_at_exit(task, info->exit.rval)) {
            end_call(tracer, task, info->exit.rval, info->exit.is_error, now);
            if ((task->plan & RC_PLAN_AT_EXIT) != 0) {
                rc_apply_exit_rule(tracer, task);
            }
            const struct rc_event ended = task->call;
            const bool skip = (task->plan & RC_PLAN_SKIP) != 0;
            if (!skip) {
                rc_publish(tracer, &ended, task->side, task->side_length); // does not wait when all are leaving
            }
        }
        rc_resume(tracer, task, 0, now);
        return;
    }
    const int64_t result = rc_hide_ignored(task, info->exit.rval);
    end_call(tracer, task, result, info->exit.is_error, now);
    if ((task->plan & RC_PLAN_AT_EXIT) != 0) {
        rc_apply_exit_rule(tracer, task);
    }
    if (tracer->bound && !info->exit.is_error && installs_filter(&task->call)) {
        task->process->sandboxed = true;
    }
    // Not before a restart_syscall: it continues this very call.
    if (task->rest_ns != 0 && !task->restart_call && !rc_is_restart(result)) {
        rc_colocation_release(tracer, task);
        rc_duty_cycle_rest(tracer, task, now);
    }
    rc_resume(tracer, task, 0, now);
    rc_publish_call(tracer, task);
}

// The kernel has asked the filters: this call is wanted. The stop of a filter that the program has installed itself is
// told by its mark; nobody traces the program for that, so the call is to fail as it would untraced.
static void on_seccomp(struct rc_tracer *tracer, struct rc_task *task, const struct __ptrace_syscall_info *info,
                       uint64_t now) {
    if (info->seccomp.ret_data != RC_FILTER_MARK) {
        (void)rc_arch_refuse_call(task->tid); // fails only for a task killed meanwhile
    }
    if (task->in_call) {
        rc_go_on(tracer, task, 0); // its entry was seen before the filters were asked
        return;
    }
    // info->entry and info->seccomp begin alike.
    on_entry(tracer, task, info, now);
}

static void on_syscall(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    const uint64_t now = stop->time_ns;
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, (void *)sizeof info, &info) <= 0 &&
        !rc_request(PTRACE_GET_SYSCALL_INFO, task->tid, (void *)sizeof info, &info)) {
        if (errno != ESRCH) {
            rc_engine_failure(tracer, "PTRACE_GET_SYSCALL_INFO", errno);
            rc_leave_unknown_stop(tracer, task);
        }
        return;
    }
    switch (info.op) {
    case PTRACE_SYSCALL_INFO_ENTRY:
        // A task that had to wait in its entry stop has not begun its call yet.
        on_entry(tracer, task, &info, stop->waited ? rc_now() : now);
        break;
    case PTRACE_SYSCALL_INFO_SECCOMP:
        on_seccomp(tracer, task, &info, stop->waited ? rc_now() : now);
        break;
    case PTRACE_SYSCALL_INFO_EXIT:
        on_exit(tracer, task, &info, now);
        break;
    default:
        // It no longer stands in the stop we were told of: killed, or its tid passed on by an exec. What it does now is
        // told next.
        break;
    }
}

// What a siginfo's bytes mean depends on signal and code; who reads the event knows (rc_event).
static void put_siginfo(struct rc_event *event, const siginfo_t *info) {
    const char *fields = (const char *)info + offsetof(siginfo_t, si_pid);
    event->args[0] = (uint64_t)(int64_t)info->si_code;
    event->args[1] = (uint64_t)(int64_t)info->si_errno;
    memcpy(&event->args[2], fields, 4 * sizeof event->args[0]);
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
    if (rc_request(PTRACE_GETSIGINFO, task->tid, NULL, &info)) {
        put_siginfo(&event, &info);
    }
    if (task->rewound) {
        rc_take_back_restart(task, signal);
    }
    if (task->state == RC_TASK_RESTING) {
        rc_hide_ignored_at_rest(task, signal);
    }
    const bool silent = task->launching || task->process->silent;
    const bool leaving = task->process->leaving != 0;
    if (!silent && leaving) {
        rc_publish(tracer, &event, NULL, 0); // nothing of a process may follow its end, which letting go may be
    }
    rc_resume(tracer, task, signal, now);
    if (!silent && !leaving) {
        rc_publish(tracer, &event, NULL, 0);
    }
}

// A group-stop, or the trap of an interrupt, of a task just created, or of SIGCONT.
static void on_event_stop(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now) {
    struct rc_session *session = tracer->session;
    if (task->tid == session->launched_pid) {
        session->launched_stopped = rc_is_stopping(signal);
    }
    if (rc_is_stopping(signal)) {
        rc_undo_restart(task); // such a stop ends the call with EINTR untraced, too
        rc_show_hidden(task);
    } else if (task->state == RC_TASK_RESTING) {
        rc_hide_continued_at_rest(task);
    }
    if (!rc_is_stopping(signal) || task->process->leaving != 0) {
        rc_resume(tracer, task, 0, now); // detaching in a group-stop leaves the process stopped
        return;
    }
    // Not resumed: PTRACE_LISTEN lets it wait for SIGCONT in the stop its shell has put it into.
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
            on_syscall(tracer, task, stop);
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
        on_syscall(tracer, task, stop);
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

// Those of another worker wait for a creator of that worker.
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

// The first stop after attach's interrupt may be any: the interrupt is used up by whichever comes first.
static void on_seized(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    const pid_t tgid = task->process->tgid;
    task->state = RC_TASK_TRACED;
    task->process->unsettled--;
    const bool ended = rc_settle_attach(tracer, task, stop);
    const bool told = ended && (task->plan & RC_PLAN_SKIP) == 0 && !task->process->silent;
    const bool leaving = task->process->leaving != 0;
    const struct rc_event call = task->call;
    if (ended) {
        rc_count(&tracer->calls, 1);
    }
    if (told && leaving) {
        rc_publish(tracer, &call, NULL, 0); // nothing of a process may follow its end, which letting go may be
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
        // Collected of a leader whose pid has since passed to a thread of another worker, by exec: the kernel then
        // refuses this. Were it a tracee of ours nevertheless, it must not stay stopped.
        (void)rc_request(PTRACE_DETACH, stop->tid, NULL, NULL);
        return;
    }
    if (task != NULL) {
        rc_slowdown_stopped(task, stop);
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

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The stops of a system call, at its entry and at its exit.
#define _GNU_SOURCE
#include "tracer/loop/call.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#include "affinity/colocate.h"
#include "arch/arch.h"
#include "arch/filter.h"
#include "arch/plan.h"
#include "arch/request.h"
#include "capture.h"
#include "ring/event.h"
#include "ring/publish.h"
#include "session.h"
#include "threads/clock.h"
#include "throttle/duty_cycle.h"
#include "throttle/thread_time.h"
#include "tracee/arguments.h"
#include "tracee/context/record.h"
#include "tracee/stack.h"
#include "tracee/tasks.h"
#include "tracer/loop/exit_rules.h"
#include "tracer/loop/mappings.h"
#include "tracer/loop/published.h"
#include "tracer/tasks/eintr.h"
#include "tracer/tasks/insist.h"
#include "tracer/tasks/resume.h"
#include "tracer/tasks/seize.h"
#include "tracer/workers/failure.h"

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
        // Number, arguments and what they pointed to are still those of the call the kernel restarts.
        task->used = task->at_entry;
        return;
    }
    const struct rc_options *options = &tracer->session->options;
    memcpy(call->args, info->entry.args, sizeof call->args);
    call->nr = (int32_t)info->entry.nr;
    call->arch = info->arch;
    call->tid = (uint32_t)task->tid;
    call->tgid = (uint32_t)task->process->tgid;
    task->plan = rc_plan_of(&options->plan, info->arch, info->entry.nr);
    task->used = (struct rc_side_use){0};
    if ((task->plan & RC_PLAN_READS_AT_ENTRY) != 0) { // of a call that is skipped only if a rule may report it
        rc_read_at_entry(task, options);
    }
    if ((task->plan & RC_PLAN_SKIP) == 0 && !task->launching) {
        rc_read_context(tracer, task);
        if (task->process->unread) {
            task->process->unread = false;
            rc_published_look(tracer, task, now);
        }
    }
    // The execve of a launch is made by our own code.
    if (options->stack_bytes != 0 && (task->plan & RC_PLAN_SKIP) == 0 && !task->launching) {
        if (!task->process->mapped) {
            rc_mappings_take(tracer, task, now);
        }
        rc_read_stack(task, options->stack_bytes);
    }
    task->at_entry = task->used;
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
        rc_context_code_mapped(&task->process->context);
    }
    if (rc_arch_sets_thread_pointer(call->arch, call->nr)) {
        task->context_at = 0;
    }
    if (rc_is_restart(result)) {
        call->flags |= RC_RESTARTED;
        task->restart_call = result == -RC_ERESTART_RESTARTBLOCK;
    }
    task->affinity.calls++;
    rc_count(&tracer->calls, 1);
}

// What the plan wants done with a call that has returned.
static void look_at_result(const struct rc_tracer *tracer, struct rc_task *task) {
    if ((task->plan & RC_PLAN_READS_AT_EXIT) != 0) {
        rc_read_at_exit(task, &tracer->session->options);
    }
    if ((task->plan & RC_PLAN_AT_EXIT) != 0) {
        rc_apply_exit_rule(tracer, task);
    }
}

// Resumes a task into its call. A task is never detached here: PTRACE_DETACH makes the kernel believe that a signal is
// pending, and the call would return EINTR at once, unseen by us. It is detached at the exit stop, where an EINTR can
// be hidden; another interrupt leads there (this stop has used up the first one).
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
        rc_thread_time_entered(tracer, task);
        resume_call(tracer, task);
        rc_read_context_left(tracer, task);
        rc_mappings_publish(tracer);
        rc_published_tell(tracer);
        return;
    }
    task->suspended = false;
    if (continues(task, info)) {
        task->in_call = true;
        resume_call(tracer, task);
        return;
    }
    // A handler ran: the call that attach had interrupted returned EINTR to the program, without another stop.
    end_call(tracer, task, -EINTR, true, now);
    const struct rc_event ended = task->call;
    const bool skip = (task->plan & RC_PLAN_SKIP) != 0;
    enter(tracer, task, info, now);
    resume_call(tracer, task);
    rc_read_context_left(tracer, task);
    if (!skip) {
        rc_publish(tracer, &ended, NULL, 0); // a call found in progress has no strings: its entry was not seen
    }
    rc_mappings_publish(tracer);
    rc_published_tell(tracer);
}

// The target sees its own affinities, whatever we have changed.
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
            if ((task->plan & (RC_PLAN_READS_AT_EXIT | RC_PLAN_AT_EXIT)) != 0) {
                look_at_result(tracer, task);
            }
            const struct rc_event ended = task->call;
            const bool skip = (task->plan & RC_PLAN_SKIP) != 0;
            if (!skip) {
                rc_publish(tracer, &ended, task->side, task->used.length); // does not wait when all are leaving
            }
        }
        rc_resume(tracer, task, 0, now);
        return;
    }
    const int64_t result = rc_hide_ignored(task, info->exit.rval);
    end_call(tracer, task, result, info->exit.is_error, now);
    if ((task->plan & (RC_PLAN_READS_AT_EXIT | RC_PLAN_AT_EXIT)) != 0) {
        look_at_result(tracer, task);
    }
    if (tracer->bound && !info->exit.is_error && installs_filter(&task->call)) {
        task->process->sandboxed = true;
    }
    if (rc_arch_is_prctl(task->call.arch, task->call.nr) && !task->process->silent) {
        rc_published_named(tracer, task, now);
    }
    // Not if a restart_syscall follows: it continues this very call.
    const bool rests = task->rest_ns != 0 && !task->restart_call && !rc_is_restart(result);
    if (rests) {
        rc_colocation_release(tracer, task);
        rc_duty_cycle_rest(tracer, task, now);
    }
    rc_resume(tracer, task, 0, now);
    rc_publish_call(tracer, task);
    rc_published_tell(tracer);
    if (rests) {
        rc_duty_cycle_tell(tracer, task, now);
    }
}

// The kernel has asked the filters: this call is wanted. Our filter's stops are known by their mark. For a filter that
// the program has installed itself there is no tracer, so the call must fail as it would untraced.
static void on_seccomp(struct rc_tracer *tracer, struct rc_task *task, const struct __ptrace_syscall_info *info,
                       uint64_t now) {
    if (info->seccomp.ret_data != RC_FILTER_MARK) {
        (void)rc_arch_refuse_call(task->tid); // fails only for a task killed meanwhile
    }
    if (task->in_call) {
        rc_go_on(tracer, task, 0); // its entry was seen before the filters were asked
        return;
    }
    // info->entry and info->seccomp begin with the same fields.
    on_entry(tracer, task, info, now);
}

void rc_call_stopped(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
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
        // It is no longer in the stop that waitid() reported: it was killed, or its tid was passed on by an exec. What
        // it does now is reported next.
        break;
    }
}

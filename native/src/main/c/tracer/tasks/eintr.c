// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// An interrupt of ours makes some blocking calls return EINTR, which the program would never have seen untraced. Here
// those calls are made to continue, at attach and at detach.
//
// If a call is made again, its relative timeout starts anew: it may wait longer by up to its timeout. A timeout in the
// program's memory cannot be shortened, and the program could afterwards see a register that was changed for good; so
// this is not attempted, and the documentation says so.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "arch/arch.h"
#include "arch/plan.h"
#include "arch/request.h"
#include "ring/event.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"
#include "tracer/tasks/eintr.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

static bool is_group_stop(int status) {
    return (unsigned)status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP;
}

static bool ends_with_attach(struct rc_task *task, int64_t result, uint64_t now) {
    task->suspended = false;
    task->call.kind = RC_CALL;
    task->call.end_ns = now;
    task->call.result = result;
    enum { MAX_ERRNO = 4095 };
    task->call.flags |= result < 0 && result >= -MAX_ERRNO ? RC_ERROR : 0;
    return true;
}

// The number of the call that was found, or of the call that it continues.
static int64_t number_of(const struct rc_task *task, uint32_t arch, int64_t nr) {
    const bool restarted = task->restarted >= 0 && arch == rc_native_arch() && rc_arch_is_restart_syscall(arch, nr);
    return restarted ? task->restarted : nr;
}

bool rc_settle_attach(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    struct __ptrace_syscall_info info;
    struct rc_interrupted found;
    task->suspended = false;
    if (!rc_request(PTRACE_GET_SYSCALL_INFO, task->tid, (void *)sizeof info, &info)) {
        info.arch = rc_native_arch(); // its call must continue nevertheless
        info.instruction_pointer = task->snapshot.ip;
        info.stack_pointer = task->snapshot.sp;
    }
    if (task->launching || (unsigned)stop->status >> 16 == PTRACE_EVENT_EXEC ||
        rc_arch_interrupted(task->tid, info.arch, &task->snapshot, &found) != 0 || !found.in_call) {
        return false;
    }
    if (rc_arch_is_clone(info.arch, found.nr) && found.result == 0) {
        return false; // just created: this is its creator's call
    }
    struct rc_event *call = &task->call;
    call->nr = (int32_t)number_of(task, info.arch, found.nr);
    memcpy(call->args, found.args, sizeof call->args);
    call->arch = info.arch;
    call->ip = found.ip;
    call->sp = info.stack_pointer;
    task->plan = rc_plan_of(&tracer->session->options.plan, info.arch, (uint64_t)call->nr);
    if (rc_is_restart(found.result)) {
        task->suspended = true; // the kernel itself makes it continue
        return false;
    }
    // A group-stop interrupts calls too, and that EINTR is the program's own.
    if (found.result != -EINTR || is_group_stop(stop->status) || !rc_arch_is_restartable(info.arch, found.nr)) {
        return ends_with_attach(task, found.result, stop->time_ns);
    }
    switch (rc_arch_restart_at_trap(task->tid, &found)) {
    case RC_RESTART_NEEDS_ENTRY:
        task->rewound = true;
        task->suspended = true;
        return false;
    case RC_RESTART_PREPARED:
        task->suspended = true;
        return false;
    default:
        return ends_with_attach(task, found.result, stop->time_ns);
    }
}

bool rc_hide_at_exit(const struct rc_task *task, int64_t result) {
    if (rc_is_restart(result)) {
        return true; // the kernel itself makes it continue
    }
    return result == -EINTR && rc_arch_is_restartable(task->call.arch, task->call.nr) &&
           rc_arch_restart_at_exit(task->tid) == 0;
}

static uint64_t ignored_by(const struct rc_proc_status *status) {
    static const uint64_t BY_DEFAULT =
        1ull << (SIGCHLD - 1) | 1ull << (SIGCONT - 1) | 1ull << (SIGURG - 1) | 1ull << (SIGWINCH - 1);
    return status->ignored | (BY_DEFAULT & ~status->caught);
}

// A signal that a program ignores is not even sent to it. But to a traced program it is sent, so that the tracer may
// know; the call in progress would return EINTR, which it would never have done untraced. Another thread may have taken
// the signal since: then none is pending.
int64_t rc_hide_ignored(struct rc_task *task, int64_t result) {
    task->hidden = false;
    task->hidden_at_rest = false;
    if (result != -EINTR || !rc_arch_is_restartable(task->call.arch, task->call.nr)) {
        return result;
    }
    struct rc_proc_status status = {.pending = 0};
    if (rc_proc_status(task->tid, &status) != 0) {
        // The kernel itself returns the EINTR if a handler runs; then only what is reported may be wrong.
        status.pending = 0;
    }
    if ((status.pending & ~ignored_by(&status)) != 0 || rc_arch_restart_at_exit(task->tid) != 0) {
        return result;
    }
    task->hidden = true;
    return -RC_ERESTARTNOHAND;
}

// The call that a resting task is in, as far as its registers show it.
static bool find_unwatched(const struct rc_task *task, uint32_t *arch, struct rc_interrupted *found) {
    static const struct rc_proc_call UNSEEN = {.known = false};
    struct __ptrace_syscall_info info;
    if (!rc_request(PTRACE_GET_SYSCALL_INFO, task->tid, (void *)sizeof info, &info) ||
        rc_arch_interrupted(task->tid, info.arch, &UNSEEN, found) != 0) {
        return false;
    }
    *arch = info.arch;
    return found->in_call && rc_arch_is_restartable(info.arch, found->nr);
}

// No exit stop came before. `signals` are the ones this stop is for.
static void hide_at_rest(struct rc_task *task, uint64_t signals) {
    struct rc_interrupted found;
    struct rc_proc_status status;
    uint32_t arch;
    if (!find_unwatched(task, &arch, &found) || found.result != -EINTR || rc_proc_status(task->tid, &status) != 0 ||
        ((status.pending | signals) & ~ignored_by(&status)) != 0) {
        return;
    }
    if (rc_arch_restart_at_exit(task->tid) == 0) { // fails only for a task killed meanwhile
        task->hidden_at_rest = true;
        task->hidden_nr = found.nr;
    }
}

void rc_hide_ignored_at_rest(struct rc_task *task, int signal) {
    hide_at_rest(task, 1ull << (signal - 1));
}

void rc_hide_continued_at_rest(struct rc_task *task) {
    hide_at_rest(task, 0);
}

// From now on the EINTR is the program's own, whatever signals come before the call returns.
static void show_hidden_at_rest(struct rc_task *task) {
    struct rc_interrupted found;
    uint32_t arch;
    const bool hidden = task->hidden_at_rest;
    task->hidden_at_rest = false;
    if (!find_unwatched(task, &arch, &found)) {
        return;
    }
    const bool ours = hidden && found.result == -RC_ERESTARTNOHAND && found.nr == task->hidden_nr;
    if ((ours && rc_arch_interrupt_call(task->tid) == 0) || found.result == -EINTR) {
        (void)rc_arch_end_call(task->tid); // these fail only for a task killed meanwhile
    }
}

// The call was ended by a group-stop, which also ends it untraced; it is pending in no set.
void rc_show_hidden(struct rc_task *task) {
    if (task->hidden) {
        task->hidden = false;
        (void)rc_arch_interrupt_call(task->tid); // fails only for a task killed meanwhile
    } else if (task->hidden_at_rest || task->state == RC_TASK_RESTING) {
        show_hidden_at_rest(task);
    }
}

void rc_undo_restart(struct rc_task *task) {
    if (task->rewound) {
        task->rewound = false;
        (void)rc_arch_undo_restart(task->tid); // fails only for a task killed meanwhile
    }
}

void rc_take_back_restart(struct rc_task *task, int signal) {
    struct rc_proc_status status;
    const bool handled = rc_proc_status(task->tid, &status) != 0 || (status.caught & (1ull << (signal - 1))) != 0;
    if (handled) {
        rc_undo_restart(task);
    }
}

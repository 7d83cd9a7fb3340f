// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Why a process cannot be traced.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "capture.h"
#include "tracee/proc/procfs.h"
#include "tracer/tasks/refusal.h"

bool rc_is_shortage(int error) {
    return error == ENOMEM || error == EMFILE || error == ENFILE || error == EAGAIN;
}

static pid_t process_of(pid_t tid) {
    struct rc_proc_status status;
    return rc_proc_status(tid, &status) == 0 ? status.tgid : tid;
}

static struct rc_result refuse_permission(const struct rc_proc_status *status) {
    const int scope = rc_proc_yama_scope();
    const bool capable = rc_proc_may_trace_any();
    // ptrace_scope: 1 only own children, 2 only with CAP_SYS_PTRACE, 3 never.
    if (scope == 3 || (scope == 2 && !capable) || (scope == 1 && !capable && status->uid == getuid())) {
        return rc_refuse(RC_YAMA_DENIED, EPERM, scope);
    }
    return rc_refuse(RC_PERMISSION_DENIED, EPERM, 0);
}

static bool is_zombie(const struct rc_proc_status *status) {
    return status->state == 'Z' || status->state == 'X';
}

// hidepid makes a process that we may not trace look absent; the kernel's answer to signal 0 distinguishes it from a
// free pid.
static bool is_hidden(pid_t pid) {
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

struct rc_result rc_refusal_of(pid_t pid, int error) {
    struct rc_proc_status status;
    if (rc_is_shortage(error)) {
        return rc_refuse(RC_RESOURCE, error, 0);
    }
    switch (error) {
    case ESRCH: // it may have died since it was looked at, and not yet be gone
        return rc_proc_status(pid, &status) == 0 && is_zombie(&status) ? rc_refuse(RC_ZOMBIE, EPERM, 0)
                                                                       : rc_refuse(RC_NO_SUCH_PROCESS, ESRCH, 0);
    case ENOSYS:
    case EIO: // the answer of kernels without PTRACE_SEIZE
        return rc_refuse(RC_UNSUPPORTED, error, 0);
    case EPERM:
    case EACCES:
        break;
    default:
        return rc_refuse(RC_OTHER, error, 0);
    }
    if (rc_proc_status(pid, &status) != 0) {
        return is_hidden(pid) ? rc_refuse(RC_PERMISSION_DENIED, EPERM, 0) : rc_refuse(RC_NO_SUCH_PROCESS, ESRCH, 0);
    }
    if (status.tracer != 0) {
        return rc_refuse(RC_ALREADY_TRACED, EPERM, process_of(status.tracer));
    }
    if (is_zombie(&status)) {
        return rc_refuse(RC_ZOMBIE, EPERM, 0);
    }
    return refuse_permission(&status);
}

static bool has_living_thread_visit(void *context, pid_t tid) {
    struct rc_proc_status status;
    bool *found = context;
    *found = rc_proc_status(tid, &status) == 0 && status.state != 'Z' && status.state != 'X';
    return !*found;
}

struct rc_result rc_examine(pid_t pid, struct rc_proc_status *status) {
    const int error = pid > 0 ? rc_proc_status(pid, status) : ESRCH;
    if (rc_is_shortage(error)) {
        return rc_refuse(RC_RESOURCE, error, 0);
    }
    if (error != 0) {
        return is_hidden(pid) ? rc_refuse(RC_PERMISSION_DENIED, EPERM, 0) : rc_refuse(RC_NO_SUCH_PROCESS, ESRCH, 0);
    }
    if (status->tgid == 1) {
        return rc_refuse(RC_FORBIDDEN, EPERM, 0);
    }
    if (status->tgid == getpid()) {
        return rc_refuse(RC_SELF, EPERM, 0);
    }
    if (rc_proc_is_kernel_thread(status->tgid)) {
        return rc_refuse(RC_KERNEL_THREAD, EPERM, 0);
    }
    bool living = false;
    (void)rc_proc_tasks(status->tgid, has_living_thread_visit, &living);
    if (!living) {
        return rc_refuse(RC_ZOMBIE, EPERM, 0); // a dead leader alone is not one: its other threads can be traced
    }
    return rc_refuse(RC_OK, 0, 0);
}

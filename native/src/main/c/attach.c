// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Attach to every thread of a running process.
//
// SEIZE disturbs nothing; the INTERRUPT that follows makes the thread stop once, so that its calls can be traced from there on.
// Its options are part of SEIZE itself: a thread made between SEIZE and a later SETOPTIONS would be missed.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "arch.h"
#include "procfs.h"
#include "session.h"

struct seizing {
    struct rc_tracer *tracer;
    struct rc_process *process;
    unsigned found; // new tasks in this pass
    int error;      // why a living thread could not be seized
};

uintptr_t rc_trace_options(const struct rc_tracer *tracer) {
    // No EXITKILL: a traced program must outlive a killed tracer. TRACECLONE is needed for threads in any case.
    uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    if (tracer->session->options.follow_children) {
        options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
    }
    return options;
}

// Whether a failed SEIZE of a listed thread is no failure: it is dead, or was born under our trace and is attached already.
static bool is_accounted_for(const struct rc_tracer *tracer, pid_t tid) {
    struct rc_proc_status status;
    return rc_proc_status(tid, &status) != 0 || status.tracer == tracer->tid || status.state == 'Z' || status.state == 'X';
}

// The call it is in is known from here on, whatever becomes of it.
static void record_snapshot(struct rc_tracer *tracer, struct rc_task *task) {
    rc_proc_call(task->process->tgid, task->tid, &task->snapshot);
    task->suspended = task->snapshot.known && !task->launching;
    task->call = (struct rc_event){
        .start_ns = task->seized_ns,
        .ip = task->snapshot.ip,
        .sp = task->snapshot.sp,
        .tid = (uint32_t)task->tid,
        .tgid = (uint32_t)task->process->tgid,
        .nr = (int32_t)task->snapshot.nr,
        .flags = RC_IN_PROGRESS_AT_ATTACH,
    };
    memcpy(task->call.args, task->snapshot.args, sizeof task->call.args);
    // Which table the number belongs to is known at the first stop only; until then it is the processor's own.
    task->call.arch = rc_native_arch();
    task->plan = rc_plan_of(&tracer->session->options.plan, task->call.arch, (uint64_t)task->call.nr);
}

static bool seize_thread(void *context, pid_t tid) {
    struct seizing *seizing = context;
    struct rc_tracer *tracer = seizing->tracer;
    if (rc_tasks_find(&tracer->tasks, tid) != NULL) {
        return true;
    }
    struct rc_task *task = rc_tasks_add(&tracer->tasks, tid, RC_TASK_SEIZED);
    if (task == NULL) {
        seizing->error = ENOMEM;
        return false;
    }
    if (ptrace(PTRACE_SEIZE, tid, NULL, (void *)rc_trace_options(tracer)) != 0) {
        const int error = errno;
        rc_tasks_remove(&tracer->tasks, task);
        seizing->error = error == ESRCH || is_accounted_for(tracer, tid) ? 0 : error;
        return seizing->error == 0;
    }
    task->process = seizing->process;
    task->seized_ns = rc_now();
    task->process->tasks++;
    seizing->found++;
    record_snapshot(tracer, task);
    (void)ptrace(PTRACE_INTERRUPT, tid, NULL, NULL); // ESRCH: it died, which waitpid tells
    if (tid != task->process->tgid) {
        struct rc_announcement announcement;
        rc_announce_thread(&announcement, task, task->seized_ns);
        rc_publish_announcement(tracer, &announcement);
    }
    return true;
}

static struct rc_result refuse(enum rc_refusal refusal, int error, long detail) {
    return (struct rc_result){.refusal = refusal, .error = error, .detail = detail};
}

static pid_t process_of(pid_t tid) {
    struct rc_proc_status status;
    return rc_proc_status(tid, &status) == 0 ? status.tgid : tid;
}

static struct rc_result refuse_permission(const struct rc_proc_status *status) {
    const int scope = rc_proc_yama_scope();
    const bool capable = rc_proc_may_trace_any();
    // ptrace_scope: 1 own children only, 2 with CAP_SYS_PTRACE only, 3 never.
    if (scope == 3 || (scope == 2 && !capable) || (scope == 1 && !capable && status->uid == getuid())) {
        return refuse(RC_YAMA_DENIED, EPERM, scope);
    }
    return refuse(RC_PERMISSION_DENIED, EPERM, 0);
}

// Why the kernel refused to trace this process.
struct rc_result rc_refusal_of(pid_t pid, int error) {
    struct rc_proc_status status;
    switch (error) {
    case ESRCH:
        return refuse(RC_NO_SUCH_PROCESS, ESRCH, 0);
    case ENOMEM:
    case EAGAIN:
    case EMFILE:
    case ENFILE:
        return refuse(RC_RESOURCE, error, 0);
    case ENOSYS:
    case EIO: // the answer of kernels without PTRACE_SEIZE
        return refuse(RC_UNSUPPORTED, error, 0);
    case EPERM:
    case EACCES:
        break;
    default:
        return refuse(RC_OTHER, error, 0);
    }
    if (rc_proc_status(pid, &status) != 0) {
        return refuse(RC_NO_SUCH_PROCESS, ESRCH, 0);
    }
    if (status.tracer != 0) {
        return refuse(RC_ALREADY_TRACED, EPERM, process_of(status.tracer));
    }
    if (status.state == 'Z' || status.state == 'X') {
        return refuse(RC_ZOMBIE, EPERM, 0);
    }
    return refuse_permission(&status);
}

static bool has_living_thread_visit(void *context, pid_t tid) {
    struct rc_proc_status status;
    bool *found = context;
    *found = rc_proc_status(tid, &status) == 0 && status.state != 'Z' && status.state != 'X';
    return !*found;
}

// What can be told without trying. Fills status.
static struct rc_result examine(pid_t pid, struct rc_proc_status *status) {
    const int error = pid > 0 ? rc_proc_status(pid, status) : ESRCH;
    if (error != 0) {
        // hidepid makes a foreign process look absent; the kernel's answer to a signal that is none tells it from a free pid.
        const bool hidden = pid > 0 && kill(pid, 0) != 0 && errno == EPERM;
        return hidden ? refuse(RC_PERMISSION_DENIED, EPERM, 0) : refuse(RC_NO_SUCH_PROCESS, ESRCH, 0);
    }
    if (status->tgid == 1) {
        return refuse(RC_FORBIDDEN, EPERM, 0);
    }
    if (status->tgid == getpid()) {
        return refuse(RC_SELF, EPERM, 0);
    }
    if (rc_proc_is_kernel_thread(status->tgid)) {
        return refuse(RC_KERNEL_THREAD, EPERM, 0);
    }
    bool living = false;
    (void)rc_proc_tasks(status->tgid, has_living_thread_visit, &living);
    if (!living) {
        return refuse(RC_ZOMBIE, EPERM, 0); // a dead leader alone is none: its other threads can be traced
    }
    return refuse(RC_OK, 0, 0);
}

static struct rc_result give_up(struct rc_tracer *tracer, struct rc_process *process, int error) {
    const pid_t tgid = process->tgid;
    if (process->tasks == 0) {
        rc_process_remove(&tracer->tasks, process);
    } else {
        rc_leave_process(tracer, process, RC_DETACH_ENGINE_FAILURE); // half a process would be traced: none is better
    }
    return rc_refusal_of(tgid, error == 0 ? ESRCH : error);
}

struct rc_result rc_attach_process(struct rc_tracer *tracer, pid_t pid) {
    struct rc_proc_status status;
    const struct rc_result examined = examine(pid, &status);
    if (examined.refusal != RC_OK) {
        return examined;
    }
    const pid_t tgid = status.tgid; // pid may name any of its threads
    if (rc_process_find(&tracer->tasks, tgid) != NULL) {
        return refuse(RC_OK, 0, 0);
    }
    struct seizing seizing = {.tracer = tracer, .process = rc_process_add(&tracer->tasks, tgid)};
    if (seizing.process == NULL) {
        return refuse(RC_RESOURCE, ENOMEM, 0);
    }
    struct rc_announcement announcement;
    rc_announce_process(&announcement, tgid, RC_PROCESS_STARTED, RC_ATTACHED, rc_now());
    // The leader first: its refusal speaks for the process.
    (void)seize_thread(&seizing, tgid);
    if (seizing.found > 0) {
        rc_publish_announcement(tracer, &announcement);
    } else if (seizing.error == 0) {
        seizing.process->silent = true; // a zombie leader, or gone: announced with the first thread below
    }
    do {
        seizing.found = 0;
        if (seizing.error == 0 && rc_proc_tasks(tgid, seize_thread, &seizing) != 0) {
            break; // gone; the deaths of what was seized are reported
        }
        if (seizing.found > 0 && seizing.process->silent) {
            seizing.process->silent = false;
            rc_publish_announcement(tracer, &announcement);
        }
    } while (seizing.found > 0 && seizing.error == 0);
    if (seizing.error != 0 || seizing.process->tasks == 0) {
        return give_up(tracer, seizing.process, seizing.error);
    }
    return refuse(RC_OK, 0, 0);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Attach to every thread of a running process.
//
// SEIZE disturbs nothing; the INTERRUPT that follows makes the thread stop once, so that its calls can be traced from
// there on. Its options are part of SEIZE itself: a thread made between SEIZE and a later SETOPTIONS would be missed.
//
// The stops are served in between, so that the first of a thousand threads need not wait for the last to be seized.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

#include "arch.h"
#include "procfs.h"
#include "session.h"

uintptr_t rc_trace_options(const struct rc_tracer *tracer) {
    // No EXITKILL but for those bound: a traced program must outlive a killed tracer. TRACECLONE is needed for threads in any case.
    uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    if (tracer->session->options.follow_children) {
        options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
    }
    if (tracer->bound) {
        options |= PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL; // launch.c says why
    }
    return options;
}

// Whether a failed SEIZE of a listed thread is no failure: it is dead, or was born under our trace and is attached
// already.
static bool is_accounted_for(const struct rc_tracer *tracer, pid_t tid) {
    struct rc_proc_status status;
    return rc_proc_status(tid, &status) != 0 || rc_is_hand(tracer, status.tracer) || status.state == 'Z' ||
           status.state == 'X';
}

// Where a call can only be hidden that was seen before the interrupt, a thread that runs is given a moment to come to rest in one.
static void take_snapshot(struct rc_task *task) {
    enum { LOOKS = 6 };
    for (int look = 0; look < LOOKS; look++) {
        rc_proc_call(task->process->tgid, task->tid, &task->snapshot);
        if (!task->snapshot.running || !rc_arch_needs_snapshot()) {
            return;
        }
        const struct timespec moment = {.tv_nsec = 20000};
        (void)nanosleep(&moment, NULL);
    }
}

// The call it is in is known from here on, whatever becomes of it.
static void record_snapshot(struct rc_tracer *tracer, struct rc_task *task) {
    take_snapshot(task);
    task->suspended = task->snapshot.known && !task->launching;
    task->restarted = task->snapshot.known && rc_arch_is_restart_syscall(rc_native_arch(), task->snapshot.nr)
                          ? rc_proc_restarted(task->process->tgid, task->tid, task->snapshot.args)
                          : -1;
    task->side_length = 0;
    task->piece_count = 0;
    task->call = (struct rc_event){
        .start_ns = task->seized_ns,
        .ip = task->snapshot.ip,
        .sp = task->snapshot.sp,
        .tid = (uint32_t)task->tid,
        .tgid = (uint32_t)task->process->tgid,
        .nr = (int32_t)(task->restarted >= 0 ? task->restarted : task->snapshot.nr),
        .flags = RC_IN_PROGRESS_AT_ATTACH,
    };
    memcpy(task->call.args, task->snapshot.args, sizeof task->call.args);
    // Which table the number belongs to is known at the first stop only; until then it is the processor's own.
    task->call.arch = rc_native_arch();
    task->plan = rc_plan_of(&tracer->session->options.plan, task->call.arch, (uint64_t)task->call.nr);
}

void rc_attach_interrupt(struct rc_tracer *tracer, struct rc_task *task) {
    task->seized_ns = rc_now();
    task->pace.resumed_ns = task->seized_ns; // it ran until then
    task->in_call = false;
    record_snapshot(tracer, task);
    task->uninterrupted = !rc_interrupt(tracer, task->tid); // it is interrupted again when all are let go
}

// What it is called is read once its first thread is seized: PTRACE_SEIZE waits for the end of an execve under way (cred_guard_mutex of
// kernel/ptrace.c), which then is no event any more.
static void announce(struct rc_seizing *seizing) {
    struct rc_announcement announcement;
    rc_announce_process(&announcement, seizing->process->tgid, RC_PROCESS_STARTED, RC_ATTACHED, seizing->began_ns);
    rc_publish_announcement(seizing->tracer, &announcement);
    seizing->announced = true;
}

bool rc_seize_thread(void *context, pid_t tid) {
    struct rc_seizing *seizing = context;
    struct rc_tracer *tracer = seizing->tracer;
    seizing->listed++;
    if (rc_tasks_find(&tracer->tasks, tid) != NULL) {
        return true;
    }
    struct rc_task *task = rc_tasks_add(&tracer->tasks, tid, RC_TASK_SEIZED, tracer->hand);
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
    seizing->found++;
    task->process->unsettled++;
    task->process->tasks++;
    if (!seizing->announced) {
        announce(seizing);
    }
    rc_attach_interrupt(tracer, task);
    if (tid != task->process->tgid) {
        struct rc_announcement announcement;
        rc_announce_thread(&announcement, task, task->seized_ns);
        rc_publish_announcement(tracer, &announcement);
    }
    if (seizing->process->attaching && ++seizing->unserved == RC_INTERRUPTED_AT_ONCE) {
        seizing->unserved = 0;
        rc_serve_pending_stops(tracer);
        rc_turn_pass(rc_hand_at_work(tracer));
    }
    return true;
}

static struct rc_result refuse(enum rc_refusal refusal, int error, long detail) {
    return (struct rc_result){.refusal = refusal, .error = error, .detail = detail};
}

static bool is_shortage(int error) {
    return error == ENOMEM || error == EMFILE || error == ENFILE || error == EAGAIN;
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

static bool is_zombie(const struct rc_proc_status *status) {
    return status->state == 'Z' || status->state == 'X';
}

// hidepid makes a process look absent that is not ours to trace; the kernel's answer to a signal that is none tells it from a free pid.
static bool is_hidden(pid_t pid) {
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

// Why the kernel refused to trace this process.
struct rc_result rc_refusal_of(pid_t pid, int error) {
    struct rc_proc_status status;
    if (is_shortage(error)) {
        return refuse(RC_RESOURCE, error, 0);
    }
    switch (error) {
    case ESRCH: // it may have died since it was looked at, and not yet be gone
        return rc_proc_status(pid, &status) == 0 && is_zombie(&status) ? refuse(RC_ZOMBIE, EPERM, 0)
                                                                       : refuse(RC_NO_SUCH_PROCESS, ESRCH, 0);
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
        return is_hidden(pid) ? refuse(RC_PERMISSION_DENIED, EPERM, 0) : refuse(RC_NO_SUCH_PROCESS, ESRCH, 0);
    }
    if (status.tracer != 0) {
        return refuse(RC_ALREADY_TRACED, EPERM, process_of(status.tracer));
    }
    if (is_zombie(&status)) {
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
    if (is_shortage(error)) {
        return refuse(RC_RESOURCE, error, 0);
    }
    if (error != 0) {
        return is_hidden(pid) ? refuse(RC_PERMISSION_DENIED, EPERM, 0) : refuse(RC_NO_SUCH_PROCESS, ESRCH, 0);
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

// One pass over the threads. Returns whether another is needed: new ones were found, or the list was cut short. (The
// kernel ends it early when the thread it stands at dies.)
static bool seize_listed(struct rc_seizing *seizing) {
    const pid_t tgid = seizing->process->tgid;
    struct rc_proc_status status;
    seizing->found = 0;
    seizing->listed = 0;
    int error = rc_proc_tasks(tgid, rc_seize_thread, seizing);
    if (error == 0) {
        error = rc_proc_status(tgid, &status);
    }
    if (error != 0) { // else it is gone; the deaths of what was seized are reported
        seizing->error = seizing->error == 0 && is_shortage(error) ? error : seizing->error;
        return false;
    }
    return seizing->found > 0 || seizing->listed < status.threads;
}

// A thread that was inside clone when it was seized may bring forth a thread that is not traced and was not yet listed. Once
// each has stopped, no such clone is under way any more: whoever is listed now is all, and whoever comes later is born traced.
void rc_attach_late(struct rc_tracer *tracer, pid_t tgid) {
    struct rc_seizing seizing = {.tracer = tracer, .process = rc_process_find(&tracer->tasks, tgid), .announced = true};
    if (seizing.process == NULL || seizing.process->attaching || seizing.process->settled ||
        seizing.process->unsettled > 0 || seizing.process->leaving != 0) {
        return;
    }
    while (seizing.error == 0 && seize_listed(&seizing)) {
    }
    seizing.process->settled = seizing.process->unsettled == 0;
    if (seizing.error != 0) {
        rc_engine_failure(tracer, "PTRACE_SEIZE of a thread", seizing.error);
    }
}

// What became of the attach once every thread listed was tried.
static struct rc_result conclude(struct rc_seizing *seizing) {
    struct rc_tracer *tracer = seizing->tracer;
    struct rc_process *process = seizing->process;
    const pid_t tgid = process->tgid;
    process->attaching = false;
    if (!seizing->announced) {
        rc_process_remove(&tracer->tasks, process);
        return rc_refusal_of(tgid, seizing->error == 0 ? ESRCH : seizing->error);
    }
    if (process->tasks == 0) {
        rc_process_gone(tracer, process, rc_now()); // ended meanwhile
    } else if (seizing->error != 0) {
        rc_leave_process(tracer, process, RC_DETACH_ENGINE_FAILURE); // half a process would be traced: none is better
    } else {
        rc_attach_late(tracer, tgid); // the last first stop may have been served already
    }
    return seizing->error == 0 ? refuse(RC_OK, 0, 0) : rc_refusal_of(tgid, seizing->error);
}

struct rc_result rc_attach_process(struct rc_tracer *tracer, pid_t pid) {
    struct rc_proc_status status;
    if (tracer->bound && tracer->tasks.count > 0) {
        return refuse(RC_OTHER, EBUSY, 0); // its tasks are resumed and let go in another way than those launched here
    }
    rc_launch_bind(tracer, false);
    const struct rc_result examined = examine(pid, &status);
    if (examined.refusal != RC_OK) {
        return examined;
    }
    const pid_t tgid = status.tgid; // pid may name any of its threads
    if (rc_process_find(&tracer->tasks, tgid) != NULL) {
        return refuse(RC_OK, 0, 0);
    }
    struct rc_seizing seizing = {
        .tracer = tracer,
        .process = rc_process_add(&tracer->tasks, tgid),
        .began_ns = rc_now(),
    };
    if (seizing.process == NULL) {
        return refuse(RC_RESOURCE, ENOMEM, 0);
    }
    rc_slowdown_process_came(tracer, seizing.process);
    seizing.process->attaching = true;
    seizing.process->judged_from_ns = rc_now() + RC_SLOWDOWN_GRACE_NS;
    // The leader first: its refusal speaks for the process.
    rc_deal_leader(&seizing, tgid);
    if (seizing.error == 0) {
        rc_deal(&seizing);
    }
    while (seizing.error == 0 && seize_listed(&seizing)) {
    }
    return conclude(&seizing);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes a thread a tracee of the current worker.
//
// SEIZE disturbs nothing; the INTERRUPT that follows makes the thread stop once, so that its calls can be traced from
// then on. Its options are part of SEIZE itself: a thread made between SEIZE and a later SETOPTIONS would be missed.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <time.h>

#include "arch/arch.h"
#include "arch/plan.h"
#include "arch/request.h"
#include "ring/event.h"
#include "ring/process_events.h"
#include "ring/publish.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/proc/restarted.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "throttle/duty_cycle.h"
#include "tracer/tasks/refusal.h"
#include "tracer/tasks/seize.h"
#include "tracer/workers/failure.h"
#include "tracer/workers/workers.h"

uintptr_t rc_trace_options(const struct rc_tracer *tracer) {
    // EXITKILL only for bound tasks: other programs must outlive a killed tracer. TRACECLONE is needed for threads in
    // any case.
    uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    if (tracer->session->options.follow_children) {
        options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
    }
    if (tracer->bound) {
        options |= PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL; // launch.c says why
    }
    return options;
}

bool rc_interrupt(struct rc_tracer *tracer, pid_t tid) {
    if (rc_request(PTRACE_INTERRUPT, tid, NULL, NULL) || errno == ESRCH) {
        return true;
    }
    rc_engine_failure(tracer, "PTRACE_INTERRUPT", errno);
    return false;
}

// Whether a failed SEIZE of a listed thread is not a failure: it is dead, or was created under our trace and is
// attached already.
static bool is_accounted_for(const struct rc_tracer *tracer, pid_t tid) {
    struct rc_proc_status status;
    return rc_proc_status(tid, &status) != 0 || rc_is_worker(tracer, status.tracer) || status.state == 'Z' ||
           status.state == 'X';
}

// If a call can only be hidden when it was seen before the interrupt, a running thread gets a moment to come to rest in
// one.
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

// The call it is in is known from here on, whatever happens to it.
static void record_snapshot(struct rc_tracer *tracer, struct rc_task *task) {
    take_snapshot(task);
    task->suspended = task->snapshot.known && !task->launching;
    task->restarted = task->snapshot.known && rc_arch_is_restart_syscall(rc_native_arch(), task->snapshot.nr)
                          ? rc_proc_restarted(task->process->tgid, task->tid, task->snapshot.args)
                          : -1;
    task->used = (struct rc_side_use){0};
    task->at_entry = task->used;
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
    // Which table the number belongs to is only known at the first stop; until then the processor's own is assumed.
    task->call.arch = rc_native_arch();
    task->plan = rc_plan_of(&tracer->session->options.plan, task->call.arch, (uint64_t)task->call.nr);
}

void rc_attach_interrupt(struct rc_tracer *tracer, struct rc_task *task) {
    task->seized_ns = rc_now();
    task->pace.resumed_ns = task->seized_ns; // it ran until then
    task->in_call = false;
    record_snapshot(tracer, task);
    task->uninterrupted = !rc_interrupt(tracer, task->tid); // it is interrupted again when all are detached
}

void rc_seize_again(struct rc_tracer *tracer, struct rc_task *task) {
    task->state = RC_TASK_SEIZED;
    task->process->unsettled++;
    rc_attach_interrupt(tracer, task);
}

void rc_seize_rested(struct rc_tracer *tracer, struct rc_task *task) {
    rc_duty_cycle_gone(tracer, task, rc_now(), true);
    rc_seize_again(tracer, task);
}

// Its name is read once its first thread is seized: PTRACE_SEIZE waits for the end of an execve under way
// (cred_guard_mutex of kernel/ptrace.c), which then is no longer an event.
static void publish_start(struct rc_seizing *seizing) {
    struct rc_process_event event;
    rc_process_event(&event, seizing->process->tgid, RC_PROCESS_STARTED, RC_ATTACHED, seizing->began_ns);
    rc_publish_process_event(seizing->tracer, &event);
    seizing->process->unread = true;
    seizing->start_published = true;
}

bool rc_seize_thread(void *context, pid_t tid) {
    struct rc_seizing *seizing = context;
    struct rc_tracer *tracer = seizing->tracer;
    seizing->listed++;
    if (rc_tasks_find(&tracer->tasks, tid) != NULL) {
        return true;
    }
    struct rc_task *task = rc_tasks_add(&tracer->tasks, tid, RC_TASK_SEIZED, tracer->current);
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
    if (!seizing->start_published) {
        publish_start(seizing);
    }
    rc_attach_interrupt(tracer, task);
    if (tid != task->process->tgid) {
        struct rc_process_event event;
        rc_thread_event(&event, task, task->seized_ns);
        rc_publish_process_event(tracer, &event);
    }
    return true;
}

bool rc_seize_listed(struct rc_seizing *seizing, bool (*seize)(void *seizing, pid_t tid)) {
    const pid_t tgid = seizing->process->tgid;
    struct rc_proc_status status;
    seizing->found = 0;
    seizing->listed = 0;
    int error = rc_proc_tasks(tgid, seize, seizing);
    if (error == 0) {
        error = rc_proc_status(tgid, &status);
    }
    if (error != 0) { // otherwise it is gone; the deaths of seized threads are reported
        seizing->error = seizing->error == 0 && rc_is_shortage(error) ? error : seizing->error;
        return false;
    }
    return seizing->found > 0 || seizing->listed < status.threads;
}

// A thread that was inside clone when it was seized may create a thread that is not traced and was not yet listed.
// Once each has stopped, no such clone is under way any more: the list is then complete, and threads that come later
// are created traced.
void rc_attach_late(struct rc_tracer *tracer, pid_t tgid) {
    struct rc_seizing seizing = {
        .tracer = tracer,
        .process = rc_process_find(&tracer->tasks, tgid),
        .start_published = true,
    };
    if (seizing.process == NULL || seizing.process->attaching || seizing.process->settled ||
        seizing.process->unsettled > 0 || seizing.process->leaving != 0) {
        return;
    }
    while (seizing.error == 0 && rc_seize_listed(&seizing, rc_seize_thread)) {
    }
    seizing.process->settled = seizing.process->unsettled == 0;
    if (seizing.error != 0) {
        rc_engine_failure(tracer, "PTRACE_SEIZE of a thread", seizing.error);
    }
}

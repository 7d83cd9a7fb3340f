// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Attaches to every thread of a running process (seize.c).
//
// Stops are served in between, so that the first of a thousand threads need not wait until the last is seized.
#define _GNU_SOURCE
#include <errno.h>

#include "capture.h"
#include "ring/event.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "throttle/slowdown.h"
#include "tracer/attach/attach.h"
#include "tracer/attach/batch.h"
#include "tracer/attach/detach.h"
#include "tracer/tasks/ends.h"
#include "tracer/tasks/launch.h"
#include "tracer/tasks/refusal.h"
#include "tracer/tasks/seize.h"

// What became of the attach once every thread listed was tried.
static struct rc_result conclude(struct rc_seizing *seizing) {
    struct rc_tracer *tracer = seizing->tracer;
    struct rc_process *process = seizing->process;
    const pid_t tgid = process->tgid;
    process->attaching = false;
    if (!seizing->start_published) {
        rc_process_remove(&tracer->tasks, process);
        return rc_refusal_of(tgid, seizing->error == 0 ? ESRCH : seizing->error);
    }
    if (process->tasks == 0) {
        rc_process_gone(tracer, process, rc_now()); // ended meanwhile
    } else if (seizing->error != 0) {
        rc_leave_process(tracer, process, RC_DETACH_ENGINE_FAILURE); // better none than half of a process
    } else {
        rc_attach_late(tracer, tgid); // the last first stop may have been served already
    }
    return seizing->error == 0 ? rc_refuse(RC_OK, 0, 0) : rc_refusal_of(tgid, seizing->error);
}

struct rc_result rc_attach_process(struct rc_tracer *tracer, pid_t pid) {
    struct rc_proc_status status;
    if (tracer->bound && tracer->tasks.count > 0) {
        // Its tasks are resumed and detached differently from those launched here.
        return rc_refuse(RC_OTHER, EBUSY, 0);
    }
    rc_launch_bind(tracer, false);
    const struct rc_result examined = rc_examine(pid, &status);
    if (examined.refusal != RC_OK) {
        return examined;
    }
    const pid_t tgid = status.tgid; // pid may name any of its threads
    if (rc_process_find(&tracer->tasks, tgid) != NULL) {
        return rc_refuse(RC_OK, 0, 0);
    }
    struct rc_seizing seizing = {
        .tracer = tracer,
        .process = rc_process_add(&tracer->tasks, tgid),
        .began_ns = rc_now(),
    };
    if (seizing.process == NULL) {
        return rc_refuse(RC_RESOURCE, ENOMEM, 0);
    }
    rc_slowdown_process_came(tracer, seizing.process);
    seizing.process->attaching = true;
    seizing.process->judged_from_ns = rc_now() + RC_SLOWDOWN_GRACE_NS;
    // The leader first: if it is refused, so is the process.
    rc_batch_leader(&seizing, tgid);
    if (seizing.error == 0) {
        rc_batch_threads(&seizing);
    }
    while (seizing.error == 0 && rc_seize_listed(&seizing, rc_seize_in_steps)) {
    }
    return conclude(&seizing);
}

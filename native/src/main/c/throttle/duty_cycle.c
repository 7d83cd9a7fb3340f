// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Duty cycle: a thread that is slowed down too much is traced only part of the time, so that it keeps to the bound on
// average.
//
// When a window showed a slowdown of s percent and b are allowed, the thread then rests for s/b - 1 windows. While it
// rests it stays a tracee (signals, fork, clone and exec still stop it), and its calls run through without a stop.
// These calls are not seen, and the time is counted. After the rest it is taken up again as at an attach: interrupted
// without the program noticing, and the call it is in is reported as one in progress. A thread that ends before its
// rest does was slowed down more than the bound, and that is reported.
//
// The ring says where calls are missing: the rest is published right after the call it follows, and its end before the
// first thing that is seen afterwards, with the time of the thread's first stop, since until then it may still run
// unseen. No end is published of a thread that dies first, or is no longer published about.
#define _GNU_SOURCE
#include "throttle/duty_cycle.h"

#include "capture.h"
#include "ring/event.h"
#include "ring/publish.h"
#include "session.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "threads/ticks.h"
#include "throttle/slowdown.h"
#include "throttle/thread_time.h"
#include "throttle/window.h"

// How late a rest may end: the tracer looks this often.
static const uint64_t LOOK_NS = 20000000u;

void rc_duty_cycle_open(struct rc_worker *worker) {
    const struct rc_options *options = &worker->tracer->session->options;
    if (options->duty_cycle && options->max_slowdown_percent != 0) {
        (void)rc_ticks_start(&worker->rest_ticks, worker->tid, LOOK_NS); // without them nobody rests
    }
    worker->look_ns = rc_now() + LOOK_NS;
}

void rc_duty_cycle_close(struct rc_worker *worker) {
    rc_ticks_stop(&worker->rest_ticks);
}

void rc_duty_cycle_rest(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    rc_slowdown_gone(tracer, task, now);
    rc_thread_time_rests(tracer, task, now);
    task->state = RC_TASK_RESTING;
    task->rest_from_ns = now;
    task->rest_until_ns = now + task->rest_ns;
    task->rest_ns = 0;
    tracer->resting++;
    rc_count(&tracer->rest_count, 1);
}

static void publish(struct rc_tracer *tracer, const struct rc_task *task, enum rc_kind kind, uint64_t now) {
    const struct rc_event event = {
        .start_ns = now,
        .end_ns = now,
        .args = {task->rest_from_ns},
        .tid = (uint32_t)task->tid,
        .tgid = (uint32_t)task->process->tgid,
        .nr = -1,
        .kind = (uint16_t)kind,
    };
    rc_publish(tracer, &event, NULL, 0);
}

void rc_duty_cycle_tell(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    if (!task->process->silent) {
        task->rest_told = true;
        publish(tracer, task, RC_REST_BEGAN, now);
    }
}

void rc_duty_cycle_tell_end(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    if (task->rest_told && !task->process->silent) {
        publish(tracer, task, RC_REST_ENDED, now);
    }
    task->rest_told = false;
}

void rc_duty_cycle_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool alive) {
    if (task->state != RC_TASK_RESTING) {
        return;
    }
    tracer->resting--;
    rc_count(&tracer->watched_ns, task->rest_after_ns);
    rc_count(&tracer->unwatched_ns, now - task->rest_from_ns);
    if (!alive) {
        // Its rest was too short.
        rc_window_note(&tracer->slowdown,
                         rc_window_with_rest(task->rest_for_percent, task->rest_after_ns, now - task->rest_from_ns));
    }
}

bool rc_duty_cycle_look(struct rc_tracer *tracer, uint64_t now) {
    struct rc_worker *worker = rc_current_worker(tracer);
    const bool due = tracer->resting != 0 && now >= worker->look_ns;
    if (due) {
        worker->look_ns = now + LOOK_NS;
    }
    return due;
}

bool rc_duty_cycle_rested(const struct rc_task *task, uint64_t now) {
    return task->state == RC_TASK_RESTING && now >= task->rest_until_ns;
}

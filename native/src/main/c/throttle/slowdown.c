// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Follows the traced threads through their stops: stretch.c counts what they do in between, window.c compares it with
// the bound.
#define _GNU_SOURCE
#include "throttle/slowdown.h"

#include <unistd.h>

#include "session.h"
#include "tracee/proc/schedstat.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "throttle/histogram.h"
#include "throttle/own_time.h"
#include "throttle/sampler.h"
#include "throttle/stop_cost.h"
#include "throttle/stretch.h"
#include "throttle/window.h"

enum { LONG_FACTOR = 2, WAIT_PER_TASK_NS = 25 };

void rc_slowdown_open(struct rc_slowdown *slowdown) {
    slowdown->cost = rc_stop_cost();
    slowdown->long_ns = LONG_FACTOR * (uint64_t)slowdown->cost->apart_wall;
    const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    slowdown->cpus = cpus > 0 ? (unsigned)cpus : 1;
    rc_sampler_open(&slowdown->sampler);
}

bool rc_slowdown_waited(struct rc_tracer *tracer, uint64_t before, uint64_t now) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    // A waitpid that finds a stop pending returns within a fraction of the time that two context switches take.
    const uint64_t at_once =
        (uint64_t)slowdown->cost->call_wall / 2 + tracer->tasks.of_worker[tracer->current] * WAIT_PER_TASK_NS;
    const bool slept = now - before > at_once;
    if (slept) {
        rc_current_worker(tracer)->idle_ns = now;
    }
    return slept;
}

void rc_slowdown_stopped(struct rc_task *task, const struct rc_stop *stop) {
    struct rc_pace *pace = &task->pace;
    pace->stopped_ns = stop->time_ns;
    pace->ran_until_ns = stop->idle_ns > pace->resumed_ns ? stop->idle_ns : pace->resumed_ns;
}

// ---- the way of a stop

uint64_t rc_slowdown_resuming(struct rc_tracer *tracer, struct rc_task *task) {
    if (rc_sampler_is_due(&tracer->slowdown.sampler, task)) {
        rc_sampler_step(&tracer->slowdown.sampler, tracer->slowdown.cost, task);
    }
    return rc_now();
}

static void go_on(struct rc_tracer *tracer, struct rc_task *task, uint64_t at, enum rc_stretch stretch) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    struct rc_pace *pace = &task->pace;
    if (slowdown->activity.start_ns == 0) {
        rc_activity_open_window(&slowdown->activity, at);
        slowdown->judged_from_ns = at + RC_SLOWDOWN_GRACE_NS;
    }
    if (pace->stopped_ns != 0) {
        rc_histogram_add(&slowdown->stops, at - pace->ran_until_ns + (uint64_t)slowdown->cost->user_wall);
    }
    rc_stretch_count(tracer, task, pace->stopped_ns != 0 ? pace->stopped_ns : at);
    if (rc_window_is_over(tracer, at)) {
        rc_window_close(tracer, at, true);
    }
    pace->stopped_ns = 0;
    pace->resumed_ns = at;
    rc_stretch_begin(tracer, task, at, stretch);
}

void rc_slowdown_resumed(struct rc_tracer *tracer, struct rc_task *task, uint64_t at) {
    go_on(tracer, task, at, task->in_call ? RC_STRETCH_CALL : RC_STRETCH_USER);
}

void rc_slowdown_suspended(struct rc_tracer *tracer, struct rc_task *task, uint64_t at) {
    go_on(tracer, task, at, RC_STRETCH_OTHER);
}

void rc_slowdown_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    struct rc_pace *pace = &task->pace;
    if (!pace->joined) {
        return;
    }
    rc_stretch_count(tracer, task, pace->stopped_ns != 0 ? pace->stopped_ns : now);
    rc_stretch_end_work(tracer, task, now);
    pace->joined = false;
    pace->stopped_ns = 0;
    rc_sampler_forget(&tracer->slowdown.sampler, task);
}

// ---- processes

void rc_slowdown_process_came(struct rc_tracer *tracer, struct rc_process *process) {
    (void)tracer;
    process->cpu_ns = rc_process_cpu_ns(process->tgid);
    process->dead_cpu_ns = -1;
    rc_activity_open_window(&process->activity, rc_now());
}

void rc_slowdown_process_gone(struct rc_tracer *tracer, struct rc_process *process, uint64_t now) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    const int64_t dead = process->dead_cpu_ns;
    rc_window_take_cpu(tracer, process, dead >= 0 ? dead : rc_process_cpu_ns(process->tgid));
    const bool last = tracer->tasks.processes == process && process->next == NULL;
    if (last && slowdown->activity.start_ns != 0 && now > slowdown->activity.start_ns) {
        rc_window_close(tracer, now, false);
    }
}

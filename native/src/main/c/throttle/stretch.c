// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a traced thread does from one stop to the next, and how much of that is work.
#define _GNU_SOURCE
#include "throttle/stretch.h"

#include "session.h"
#include "tracee/proc/schedstat.h"
#include "tracee/tasks.h"
#include "throttle/own_time.h"
#include "throttle/slowdown.h"
#include "throttle/stop_cost.h"

static const uint64_t PREEMPTED_NS = 1000000u; // no wake-up of ours takes this long on a machine that has a free CPU
enum { LENGTHY = 8 };

static void add_thread_time(struct rc_tracer *tracer, struct rc_task *task, uint64_t time_ns) {
    tracer->slowdown.activity.thread_ns += time_ns;
    task->process->activity.thread_ns += time_ns;
    task->pace.worked_ns += time_ns;
}

static void begin_work(struct rc_tracer *tracer, struct rc_task *task, uint64_t at, uint64_t served_ns) {
    rc_activity_begin(&tracer->slowdown.activity, at, served_ns);
    rc_activity_begin(&task->process->activity, at, served_ns);
    task->pace.at_work = true;
    task->pace.work_ns = at;
}

// Counts the time at work so far.
void rc_stretch_count_work(struct rc_tracer *tracer, struct rc_task *task, uint64_t at) {
    struct rc_pace *pace = &task->pace;
    if (pace->at_work && at > pace->work_ns) {
        add_thread_time(tracer, task, at - pace->work_ns);
        pace->work_ns = at;
    }
}

void rc_stretch_end_work(struct rc_tracer *tracer, struct rc_task *task, uint64_t at) {
    rc_stretch_count_work(tracer, task, at);
    rc_activity_end(&tracer->slowdown.activity, at);
    rc_activity_end(&task->process->activity, at);
    task->pace.at_work = false;
}

static uint8_t *length_of(struct rc_tracer *tracer, const struct rc_task *task) {
    return &tracer->slowdown.lengthy[(unsigned)task->call.nr % RC_SLOWDOWN_CALL_SLOTS];
}

// How much of the call that just ended was work.
static uint64_t served_in_call(struct rc_tracer *tracer, struct rc_task *task, uint64_t until) {
    const struct rc_slowdown *slowdown = &tracer->slowdown;
    const struct rc_pace *pace = &task->pace;
    const uint64_t length = until > pace->resumed_ns ? until - pace->resumed_ns : 0;
    const uint64_t surely = pace->stopped_ns != 0 ? pace->ran_until_ns - pace->resumed_ns : length;
    uint8_t *lengthy = length_of(tracer, task);
    if (surely <= slowdown->long_ns) {
        *lengthy -= *lengthy > 0 ? 1 : 0;
        return length;
    }
    *lengthy = LENGTHY; // the next stretch of its kind is measured from its beginning
    int64_t cpu = 0;
    if (pace->cpu_ns >= 0) {
        const int64_t now =
            task->process->dead_cpu_ns >= 0 ? task->process->dead_cpu_ns : rc_process_cpu_ns(task->process->tgid);
        cpu = now > pace->cpu_ns ? now - pace->cpu_ns : 0;
    }
    const uint64_t served = (uint64_t)cpu + (uint64_t)slowdown->cost->apart_wall;
    return served < length ? served : length;
}

void rc_stretch_count_long(struct rc_tracer *tracer, struct rc_task *task, uint64_t until) {
    struct rc_pace *pace = &task->pace;
    if (until > pace->long_from_ns) {
        tracer->slowdown.activity.long_ns += until - pace->long_from_ns;
        task->process->activity.long_ns += until - pace->long_from_ns;
        pace->long_ns += until - pace->long_from_ns;
        pace->long_from_ns = until;
    }
}

// Counts the stretch that ended at that time, in a stop or a death. The task is at work afterwards.
void rc_stretch_count(struct rc_tracer *tracer, struct rc_task *task, uint64_t until) {
    struct rc_pace *pace = &task->pace;
    if (!pace->joined) {
        pace->joined = true;
        begin_work(tracer, task, until, 0);
    } else if (pace->stretch == RC_STRETCH_USER) {
        tracer->slowdown.activity.users++;
        task->process->activity.users++;
        rc_stretch_count_long(tracer, task, pace->stopped_ns != 0 ? pace->ran_until_ns : until);
    } else if (pace->stretch == RC_STRETCH_CALL) {
        tracer->slowdown.activity.calls++;
        task->process->activity.calls++;
        const uint64_t served = served_in_call(tracer, task, until);
        begin_work(tracer, task, until, served);
        add_thread_time(tracer, task, served);
    } else if (!pace->at_work) {
        begin_work(tracer, task, until, 0);
    }
    pace->stops++;
}

void rc_stretch_begin(struct rc_tracer *tracer, struct rc_task *task, uint64_t at, enum rc_stretch stretch) {
    struct rc_pace *pace = &task->pace;
    pace->stretch = (uint8_t)stretch;
    pace->long_from_ns = at + (tracer->bound ? tracer->slowdown.long_ns : PREEMPTED_NS);
    pace->cpu_ns = -1;
    if (stretch == RC_STRETCH_USER) {
        return;
    }
    rc_stretch_end_work(tracer, task, at);
    // Only if no other thread of the process uses CPU time meanwhile.
    if (stretch == RC_STRETCH_CALL && *length_of(tracer, task) > 0 && task->process->activity.at_work == 0) {
        pace->cpu_ns = rc_process_cpu_ns(task->process->tgid);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// How much the traced processes are slowed down; own_time.c explains how this is measured.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "throttle/histogram.h"
#include "throttle/own_time.h"
#include "throttle/sampler.h"
#include "throttle/stop_cost.h"

struct rc_process;
struct rc_stop;
struct rc_task;
struct rc_tracer;

enum { RC_SLOWDOWN_THREADS = 64, RC_SLOWDOWN_CALL_SLOTS = 512 };
#define RC_SLOWDOWN_WINDOW_NS 1000000000ull
#define RC_SLOWDOWN_DUTY_WINDOW_NS 200000000ull // with a duty cycle (duty_cycle.c)
#define RC_SLOWDOWN_EARLY_NS 20000000ull // ... such a window is checked this often whether it must end early
// Attaching stops every thread: its cost is reported, but does not count towards the bound.
#define RC_SLOWDOWN_GRACE_NS 1000000000ull

// What a task does between being resumed and its next stop.
enum rc_stretch { RC_STRETCH_OTHER, RC_STRETCH_USER, RC_STRETCH_CALL };

// Of one task. Only the current worker touches it.
struct rc_pace {
    uint64_t resumed_ns;   // when it was last resumed; 0: never
    uint64_t stopped_ns;   // when its stop was seen; 0: none since
    uint64_t ran_until_ns; // none of its stops was pending then
    uint64_t work_ns;      // at work since then, as counted so far
    uint64_t long_from_ns; // a stretch of own code counts as long from here on
    int64_t cpu_ns;        // of its process when its call began; -1: not known
    int64_t ran_ns;        // CPU time when the window began; 0: not known
    uint64_t worked_ns;    // in the window, as are the next two
    uint64_t long_ns;
    uint32_t stops;
    uint8_t stretch;       // enum rc_stretch since resumed_ns
    bool joined;           // it is counted
    bool at_work;
};

// Of one tracer.
struct rc_slowdown {
    const struct rc_stop_cost *cost;
    struct rc_activity activity; // of all processes together
    struct rc_sampler sampler;
    unsigned cpus;
    uint64_t judged_from_ns; // windows that begin earlier do not count towards the bound
    uint64_t looked_ns;      // when it was last checked whether the window must end early
    uint64_t long_ns;        // a call longer than this may have waited
    uint8_t lengthy[RC_SLOWDOWN_CALL_SLOTS]; // by the number of a call: it has been long lately
    double idle_ns; // of all windows
    double work_ns;
    double own_ns;       // how much of that work would have been enough
    double least_own_ns; // ... if all went as slowly as the thread hit hardest
    _Atomic uint32_t percent;
    _Atomic uint32_t work_percent;
    _Atomic uint32_t worst_percent;
    struct rc_histogram stops; // lengths in nanoseconds
};

void rc_slowdown_open(struct rc_slowdown *slowdown);
// Around waitpid: `before` is the time it was called at, `now` that of its return. Returns whether it slept: nothing
// was pending then.
bool rc_slowdown_waited(struct rc_tracer *tracer, uint64_t before, uint64_t now);
// The task has come to a stop.
void rc_slowdown_stopped(struct rc_task *task, const struct rc_stop *stop);
// Just before and just after it is resumed. The first returns the time, which is for the second.
uint64_t rc_slowdown_resuming(struct rc_tracer *tracer, struct rc_task *task);
void rc_slowdown_resumed(struct rc_tracer *tracer, struct rc_task *task, uint64_t at);
// It waits for SIGCONT in a group-stop.
void rc_slowdown_suspended(struct rc_tracer *tracer, struct rc_task *task, uint64_t at);
// The task is no longer watched: it died, was detached or rests.
void rc_slowdown_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// The process has appeared, and is gone.
void rc_slowdown_process_came(struct rc_tracer *tracer, struct rc_process *process);
void rc_slowdown_process_gone(struct rc_tracer *tracer, struct rc_process *process, uint64_t now);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// How much a traced thread is slowed down; own_time.c tells how that is known.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "histogram.h"
#include "stop_cost.h"

struct rc_stop;
struct rc_task;
struct rc_tracer;

enum { RC_SLOWDOWN_SAMPLES = 64, RC_SLOWDOWN_FOLLOWED = 64, RC_SLOWDOWN_ENOUGH = 8 };
#define RC_SLOWDOWN_WINDOW_NS 1000000000ull
#define RC_SLOWDOWN_DUTY_WINDOW_NS 200000000ull // with a duty cycle (rest.c)
// Attaching stops every thread: what it costs is told, and not held against the bound.
#define RC_SLOWDOWN_GRACE_NS 1000000000ull

// What a task does between a request to go on and its next stop.
enum rc_stretch { RC_STRETCH_OTHER, RC_STRETCH_USER, RC_STRETCH_CALL, RC_STRETCHES };

// What was counted of one kind of stretch in a window.
struct rc_stretches {
    uint64_t count;
    uint64_t timed;   // those of them whose end is known exactly
    uint64_t wall_ns; // of those timed
};

// What the scheduler knows of a thread.
struct rc_cpu_use {
    int64_t ran_ns;
    int64_t delayed_ns; // ready to run, on no CPU
};

// CPU time of a task in a stretch of its own code and in the call that follows; both include what the stops cost the task. user_wall
// is -1 where the end of the stretch is not known exactly.
struct rc_pace_sample {
    int32_t user_cpu;
    int32_t user_wall;
    int32_t call_cpu;
};

// Of one task. Only the hand whose turn it is touches it.
struct rc_pace {
    uint64_t resumed_ns;   // when it was last let go on; 0: never
    uint64_t stopped_ns;   // when its stop was seen; 0: none since
    uint64_t ran_until_ns; // no stop of it was pending then
    uint8_t stretch;       // enum rc_stretch since resumed_ns
    uint8_t sampling;      // steps of a sample taken
    bool followed;         // schedstat is open
    bool measured;         // cpu_at_start is known
    uint16_t until_sample; // calls until the next sample
    int schedstat;
    int64_t sample_cpu[2];         // at the steps of the sample
    int64_t sample_wall;
    struct rc_cpu_use latest;      // as read last
    struct rc_stretches stretches[RC_STRETCHES];
    uint64_t start_ns; // of the window; 0: none is open
    uint64_t preempted_ns;
    uint64_t waits; // calls longer than several stops
    int64_t cpu_at_start;
    uint32_t offered; // samples that came, of which so many are kept:
    uint32_t kept;
    struct rc_pace_sample samples[RC_SLOWDOWN_SAMPLES];
};

// Of one tracer.
struct rc_slowdown {
    const struct rc_stop_cost *cost;
    int64_t unseen_ns;  // what a stop costs beyond what we see of it, as it was in a window lately
    bool filtered;      // a filter of ours lets calls pass unseen
    unsigned followed; // tasks whose schedstat is open
    uint32_t random;
    _Atomic uint32_t worst_percent;
    struct rc_histogram stops; // lengths in nanoseconds
};

void rc_slowdown_open(struct rc_slowdown *slowdown);
// Around waitpid: `before` is the time it was called at, `now` that of its return. Returns whether it slept: nothing was pending then.
bool rc_slowdown_waited(struct rc_tracer *tracer, uint64_t before, uint64_t now);
// A task stands in a stop that was just taken from the kernel or the queue.
void rc_slowdown_stopped(struct rc_task *task, const struct rc_stop *stop);
// Directly before the request that lets a task go on; returns the time to hand to rc_slowdown_resumed directly after it.
uint64_t rc_slowdown_resuming(struct rc_tracer *tracer, struct rc_task *task);
void rc_slowdown_resumed(struct rc_tracer *tracer, struct rc_task *task, uint64_t at);
// A task leaves the table or rests; goes_on: alive.
void rc_slowdown_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool goes_on);
// A thread was slowed down so much.
void rc_slowdown_note(struct rc_slowdown *slowdown, uint64_t percent);

// Own time in the window that ends now: what the thread would have needed untraced. Follows the cost of a stop.
uint64_t rc_slowdown_own_time(struct rc_slowdown *slowdown, const struct rc_pace *pace);
// /proc/TID/schedstat. Returns a descriptor, or -1.
int rc_slowdown_open_schedstat(pid_t tid);
// Returns false if the thread is gone.
bool rc_slowdown_read_schedstat(int schedstat, struct rc_cpu_use *out);

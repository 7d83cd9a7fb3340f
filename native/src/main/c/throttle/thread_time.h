// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a thread's time goes; thread_time.c explains how this is found out.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ring/event.h"
#include "tracee/proc/schedstat.h"

struct rc_quota;
struct rc_stop;
struct rc_task;
struct rc_tracer;

// Of one task. Only the current worker touches it.
struct rc_thread_time {
    uint64_t from_ns; // everything before this time is told, or in `told`; 0: it has not begun
    int schedstat;    // the number of a descriptor and 1; 0: none is open
    struct rc_cpu_use base; // at that time
    struct rc_cpu_use read; // as last read ...
    uint64_t read_ns;       // ... then
    const struct rc_quota *quota; // whose figures the next two are; NULL: none is known
    uint64_t throttled_ns;  // of its cgroups, as last read ...
    int64_t throttled_at;   // ... when it had waited so long for a CPU
    // Since from_ns:
    uint64_t stopped_ns; // from the times at which its stops were seen to those at which it was resumed
    uint64_t calls_ns;   // in calls, without these stops
    uint64_t late_ns;    // what the stops cost beside that: until they were seen,
    uint64_t delay_ns;   // ... until it ran again,
    uint64_t cpu_ns;     // ... of its CPU time
    uint64_t call_ns;    // the call that it is in, or that just ended, without its stops
    uint32_t owner;      // of the lock that the call waits for; 0: none, or not known
    // What a stop costs, as sampled:
    uint32_t until; // stops until the next sample
    uint64_t late_mean;
    uint64_t delay_mean;
    struct rc_cpu_use resumed; // when it was resumed for a sample
    bool sampling;
    bool sampled; // there is one
    bool unseen;  // it rested since from_ns, so its calls were not seen
    bool ready;   // `told` waits to be published
    struct rc_event told;
};

// A new task begins, at this time; of one that was attached to, at its first stop.
void rc_thread_time_begin(const struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// The task is in a stop, and what came before does not count.
void rc_thread_time_begin_anew(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// It has executed a program.
void rc_thread_time_executed(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// It has come to a stop.
void rc_thread_time_stopped(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop);
// It begins to rest in the stop that it is in since that time: what follows is told apart from what came before.
void rc_thread_time_rests(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// Reads what it does if it rests, and has not been read for long: it has no stop at which that could be done.
void rc_thread_time_look(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// It is in the entry stop of `call`.
void rc_thread_time_entered(struct rc_tracer *tracer, struct rc_task *task);
// It is in a stop since that time, and will not come to another one, or not for long.
void rc_thread_time_take(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// Just before and just after it is resumed, at that time.
void rc_thread_time_resuming(struct rc_tracer *tracer, struct rc_task *task);
void rc_thread_time_resumed(struct rc_tracer *tracer, struct rc_task *task, uint64_t at);
// It has another tid now.
void rc_thread_time_renamed(struct rc_task *task);
// It is dead, or not traced any more.
void rc_thread_time_ended(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);

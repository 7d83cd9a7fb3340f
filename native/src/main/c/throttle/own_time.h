// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// When a process, or everything that a session traces, was at work in a window, and how much of that was its own;
// own_time.c explains it.
#pragma once

#include <stdint.h>

#include "throttle/stop_cost.h"

struct rc_activity {
    // At any time.
    unsigned at_work;  // threads that run their own code, or are stopped
    uint64_t since_ns; // counted up to here
    // Of the window.
    uint64_t start_ns;
    uint64_t work_ns;   // at least one thread was at work
    uint64_t idle_ns;   // none was: all waited in calls
    uint64_t last_idle_ns; // the latest such time
    uint64_t thread_ns; // summed over each thread at work
    uint64_t long_ns;   // how much longer stretches of own code lasted than stops explain
    int64_t cpu_ns;     // CPU time of all its threads
    uint64_t users;     // stretches of own code, from a call to the next
    uint64_t calls;
};

// The cost of the stops in a window.
struct rc_activity_cost {
    const struct rc_stop_cost *stop;
    int64_t user_cpu; // CPU time that a stop at the end of own code cost the thread
    unsigned cpus;    // of this machine
};

void rc_activity_open_window(struct rc_activity *activity, uint64_t now);
// A thread begins to work: it returns from a call in which it waited or was served, of which this much was work, or it
// is new.
void rc_activity_begin(struct rc_activity *activity, uint64_t now, uint64_t served_ns);
// It enters a call, is gone, or stays stopped on somebody else's account.
void rc_activity_end(struct rc_activity *activity, uint64_t now);
// Counts up to now; nothing else changes.
void rc_activity_settle(struct rc_activity *activity, uint64_t now);
// How much of its time at work would have been enough untraced: at least 1, at most all of it.
uint64_t rc_activity_own_ns(const struct rc_activity *activity, const struct rc_activity_cost *cost);

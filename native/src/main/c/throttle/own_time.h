// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// When a process, or all that a session traces, was at work in a window, and how much of that was its own; own_time.c
// tells how.
#pragma once

#include <stdint.h>

#include "throttle/stop_cost.h"

struct rc_activity {
    // At any time.
    unsigned at_work;  // threads that run their own code, or stand stopped
    uint64_t since_ns; // counted up to here
    // Of the window.
    uint64_t start_ns;
    uint64_t work_ns;   // at least one thread was at work
    uint64_t idle_ns;   // none was: all waited in calls
    uint64_t last_idle_ns; // the latest such time
    uint64_t thread_ns; // of each thread at work, all together
    uint64_t long_ns;   // what stretches of own code lasted beyond what stops explain
    int64_t cpu_ns;     // CPU time of all its threads
    uint64_t users;     // stretches of own code, from a call to the next
    uint64_t calls;
};

// What the stops of a window cost.
struct rc_activity_cost {
    const struct rc_stop_cost *stop;
    int64_t user_cpu; // a stop at the end of own code cost the thread so much CPU time
    unsigned cpus;    // of this machine
};

void rc_activity_open_window(struct rc_activity *activity, uint64_t now);
// A thread comes to work: from a call it waited in or was served in, of which so much was work, or because it is new.
void rc_activity_begin(struct rc_activity *activity, uint64_t now, uint64_t served_ns);
// It goes into a call, is gone, or stays stopped for somebody else's sake.
void rc_activity_end(struct rc_activity *activity, uint64_t now);
// Counts up to now, without a change.
void rc_activity_settle(struct rc_activity *activity, uint64_t now);
// How much of its time at work would have been enough untraced: 1 at least, all of it at most.
uint64_t rc_activity_own_ns(const struct rc_activity *activity, const struct rc_activity_cost *cost);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The minimum cost of a stop on this machine, measured once per process of ours on a child.
//
// A tracer sees a stop from the return of waitpid to its own request to resume. What happens around that (the task is
// switched out, we are woken; it is woken, switched in) it cannot see in a real target, which also works between two
// stops. A child that makes one cheap call after another does nothing else, so the time between two of its stops is
// that cost.
#pragma once

#include <stdint.h>

// Child and tracer share a CPU except where the name says "apart". Nanoseconds from a request to resume to the return
// of waitpid for the next stop, without any work of the task in between, as wall time and as CPU time of the task: from
// an exit to an entry (the task runs its own code), from an entry to an exit (the kernel serves its call).
struct rc_stop_cost {
    int64_t user_wall;
    int64_t user_cpu;
    int64_t call_wall;
    int64_t call_cpu;
    int64_t bare_call;  // the cheapest call, untraced
    int64_t apart_wall; // as user_wall and user_cpu, with the child on another CPU than its tracer
    int64_t apart_cpu;
};

// The first time, the calling thread becomes the child's tracer for some milliseconds. If no child can be traced,
// typical values are returned.
const struct rc_stop_cost *rc_stop_cost(void);

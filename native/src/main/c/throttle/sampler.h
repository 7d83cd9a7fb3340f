// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a stop currently costs the traced thread in CPU time; sampler.c explains how this is measured.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "throttle/stop_cost.h"

struct rc_task;

enum { RC_SLOWDOWN_SAMPLES = 64 };

// The CPU time that a stop costs is sampled at a thread's exit stop and at the entry stop that follows.
struct rc_sampler {
    pid_t tid; // 0: none is being taken
    int schedstat;
    int64_t ran_ns;
    uint32_t until; // calls until the next one is begun
    uint32_t taken;
    int64_t cpu_ns[RC_SLOWDOWN_SAMPLES]; // of own code and the stop at its end, the latest
    bool apart[RC_SLOWDOWN_SAMPLES];     // ... which woke us on another CPU
};

void rc_sampler_open(struct rc_sampler *sampler);
bool rc_sampler_is_due(struct rc_sampler *sampler, const struct rc_task *task);
// The task is in a stop, and is about to be resumed.
void rc_sampler_step(struct rc_sampler *sampler, const struct rc_stop_cost *cost, const struct rc_task *task);
void rc_sampler_forget(struct rc_sampler *sampler, const struct rc_task *task);
// What a stop at the end of own code costs its thread in CPU time.
int64_t rc_sampler_cost(const struct rc_sampler *sampler, const struct rc_stop_cost *cost);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a stop currently costs the traced thread in CPU time. That varies tenfold: waking a tracer on a sleeping CPU may
// cost more than everything else. So it is sampled, at one call in many: from an exit stop to its next entry stop a
// thread runs its own code and comes to one stop. How long it did not run in between shows whether it had to wake us on
// another CPU. The cost of a stop in either case was measured on a child of our own (stop_cost.h); it cannot have been
// more than what the thread used.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tracee/proc/schedstat.h"
#include "tracee/tasks.h"
#include "throttle/sampler.h"
#include "throttle/slowdown.h"
#include "throttle/stop_cost.h"

enum { FIRST = 8, EARLY_PERIOD = 16, PERIOD = 256 };

void rc_sampler_open(struct rc_sampler *sampler) {
    sampler->until = FIRST;
}

static void keep(struct rc_sampler *sampler, bool apart, int64_t cpu_ns) {
    const uint32_t place = sampler->taken++ % RC_SLOWDOWN_SAMPLES;
    sampler->apart[place] = apart;
    sampler->cpu_ns[place] = cpu_ns;
}

static void end(struct rc_sampler *sampler) {
    (void)close(sampler->schedstat);
    sampler->tid = 0;
    sampler->until = sampler->taken < RC_SLOWDOWN_SAMPLES ? EARLY_PERIOD : PERIOD;
}

void rc_sampler_forget(struct rc_sampler *sampler, const struct rc_task *task) {
    if (sampler->tid == task->tid) {
        end(sampler);
    }
}

bool rc_sampler_is_due(struct rc_sampler *sampler, const struct rc_task *task) {
    if (sampler->tid != 0) {
        return sampler->tid == task->tid;
    }
    return !task->in_call && task->pace.stretch == RC_STRETCH_CALL && (sampler->until == 0 || sampler->until-- == 1);
}

// Whether the thread woke us on another CPU. Waiting for a CPU that others hold looks the same except for the CPU time.
static bool woke_another(const struct rc_stop_cost *cost, int64_t cpu, int64_t asleep) {
    const int64_t together = cost->user_wall - cost->user_cpu;
    return asleep > together * 3 / 2 && cpu > (cost->user_cpu + cost->apart_cpu) / 2;
}

void rc_sampler_step(struct rc_sampler *sampler, const struct rc_stop_cost *cost, const struct rc_task *task) {
    const struct rc_pace *pace = &task->pace;
    struct rc_cpu_use use;
    if (sampler->tid == 0) {
        sampler->schedstat = rc_schedstat_open(task->tid);
        if (sampler->schedstat < 0) {
            sampler->until = PERIOD; // no descriptor to spare
            return;
        }
        sampler->tid = task->tid;
        if (!rc_schedstat_read(sampler->schedstat, &use)) {
            end(sampler);
            return;
        }
        sampler->ran_ns = use.ran_ns;
        return;
    }
    const bool exact = pace->ran_until_ns == pace->stopped_ns;
    if (task->in_call && pace->stretch == RC_STRETCH_USER && exact && rc_schedstat_read(sampler->schedstat, &use)) {
        const int64_t cpu = use.ran_ns - sampler->ran_ns;
        const int64_t wall = (int64_t)(pace->ran_until_ns - pace->resumed_ns);
        const bool apart = woke_another(cost, cpu, wall - cpu);
        keep(sampler, apart, cpu);
    }
    end(sampler); // done, or a signal or a fork or clone came in between
}

static int ascending(const void *a, const void *b) {
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

// Some stretches of own code are always next to nothing: the lower quartile is the cost of the stop alone.
static int64_t cost_of(const int64_t *samples, uint32_t count, int64_t measured) {
    if (count == 0) {
        return measured;
    }
    int64_t sorted[RC_SLOWDOWN_SAMPLES];
    memcpy(sorted, samples, count * sizeof *samples);
    qsort(sorted, count, sizeof *sorted, ascending);
    const int64_t cost = sorted[count / 4];
    const int64_t most = measured * 8 / 5;
    return cost < measured ? measured : cost > most ? most : cost;
}

int64_t rc_sampler_cost(const struct rc_sampler *sampler, const struct rc_stop_cost *cost) {
    const uint32_t kept = sampler->taken < RC_SLOWDOWN_SAMPLES ? sampler->taken : RC_SLOWDOWN_SAMPLES;
    int64_t samples[2][RC_SLOWDOWN_SAMPLES] = {{0}};
    uint32_t counts[2] = {0, 0};
    for (uint32_t i = 0; i < kept; i++) {
        const unsigned kind = sampler->apart[i] ? 1 : 0;
        samples[kind][counts[kind]++] = sampler->cpu_ns[i];
    }
    const int64_t together = cost_of(samples[0], counts[0], cost->user_cpu);
    const int64_t apart = cost_of(samples[1], counts[1], cost->apart_cpu);
    return kept == 0 ? together : (together * counts[0] + apart * counts[1]) / kept;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// How much of a window was a traced thread's own time.
//
// In a window of a second, a thread's own time is what it would have needed untraced for what it did: computing, being served by
// the kernel, waiting in calls, and waiting for a CPU that others hold. The rest is ours: slowdown = rest / own time.
//
// A tracer sees a stop from the return of waitpid to its request to go on. From that request to the next stop lies a stretch of the
// thread's own time plus a cost that it cannot see: switching out, waking us, waking the thread, switching in. That cost is a few
// microseconds where both share a CPU, tens where the scheduler keeps them apart, and more on a busy machine, so it cannot be
// a constant. It is had from what the scheduler knows of the thread (/proc/TID/schedstat):
//
//   user stretches  from an exit to an entry: the thread runs its own code, so its own time there is CPU time, known to
//                   the nanosecond. All else in these stretches is what the stops cost (but for times over a millisecond in
//                   which the thread was ready to run and did not: others held its CPU, or its cgroup's quota was used up.
//                   Untraced it would have waited for that in the same proportion to its running).
//   call stretches  from an entry to an exit: it may also wait. A stop costs here what it costs in the user stretches of the
//                   same window, whatever that is just now; the rest of the wall time is its own.
//
// The CPU time that stops cost the thread itself is subtracted as measured on a child of our own (stop_cost.h), on one CPU with
// the tracer and on another, for waking a sleeping CPU may cost more than all the rest. How the CPU time is split between the two
// kinds is sampled at one call in 256; a window's sum is exact.
//
// Where a seccomp filter lets calls pass unseen, a user stretch holds those too, and the thread may have waited in them. There the cost
// of a stop is had from the samples: the time a sampled stretch did not run, as far as stops explain it (a wait is longer), and the
// CPU time of the stops. What remains of the wall time is the thread's own.
//
// A stop may have been pending while we served others. Then its stretch is taken to have ended when we last slept in waitpid,
// for nothing was pending then: the time it queued for us counts as ours, if in doubt too much of it.
//
// What remains uncertain is told too high rather than too low. Where calls follow each other at once, own time is the small
// difference of great sums: what does not stand out from their spread is taken to be the stops', and own time to be that of
// the cheapest calls.
#include <stdlib.h>

#include "slowdown.h"

static int ascending(const void *a, const void *b) {
    const int32_t left = *(const int32_t *)a;
    const int32_t right = *(const int32_t *)b;
    return left < right ? -1 : left > right;
}

// Mean of sorted values without the greatest sixteenth: an interrupt is charged to whom it hits.
static int64_t mean(const int32_t *sorted, uint32_t count) {
    const uint32_t used = count - count / 16;
    int64_t sum = 0;
    for (uint32_t i = 0; i < used; i++) {
        sum += sorted[i];
    }
    return sum / used;
}

static int64_t clamp(int64_t value, int64_t least, int64_t most) {
    return value < least ? least : value > most ? most : value;
}

// Own CPU time in the stretches of a window, all of a kind together.
struct own_cpu {
    int64_t user;
    int64_t call;
};

// What the stops around a user stretch cost the task in CPU time. How long nobody ran tells how far task and tracer were apart; where
// that is not known they are taken to share a CPU.
static int64_t stop_cpu_of(const struct rc_stop_cost *cost, const struct rc_pace_sample *sample) {
    const int64_t together = cost->user_wall - cost->user_cpu;
    const int64_t apart = cost->apart_wall - cost->apart_cpu;
    const int64_t idle = sample->user_wall >= 0 ? sample->user_wall - sample->user_cpu : 0;
    // Waiting for a CPU that others hold looks alike but for the CPU time.
    const bool are_apart = idle > (together + apart) / 2 && sample->user_cpu > cost->apart_cpu * 3 / 5;
    int64_t expected = are_apart && cost->apart_cpu > cost->user_cpu ? cost->apart_cpu : cost->user_cpu;
    expected = expected * 23 / 20; // its spread with caches and placement
    return expected < sample->user_cpu ? expected : sample->user_cpu;
}

static struct own_cpu own_cpu(const struct rc_slowdown *slowdown, const struct rc_pace *pace) {
    const struct rc_stop_cost *cost = slowdown->cost;
    const int64_t users = (int64_t)pace->stretches[RC_STRETCH_USER].count;
    const int64_t calls = (int64_t)pace->stretches[RC_STRETCH_CALL].count;
    int32_t user_cpu[RC_SLOWDOWN_SAMPLES];
    int32_t call_cpu[RC_SLOWDOWN_SAMPLES];
    int64_t base = 0;
    for (uint32_t i = 0; i < pace->kept; i++) {
        user_cpu[i] = pace->samples[i].user_cpu;
        call_cpu[i] = pace->samples[i].call_cpu;
        base += stop_cpu_of(cost, &pace->samples[i]);
    }
    base /= pace->kept;
    qsort(user_cpu, pace->kept, sizeof *user_cpu, ascending);
    qsort(call_cpu, pace->kept, sizeof *call_cpu, ascending);
    const int64_t mean_user = mean(user_cpu, pace->kept);
    const int64_t mean_call = mean(call_cpu, pace->kept);
    // The sum is exact, the part of the calls sampled.
    const int64_t total = pace->latest.ran_ns - pace->cpu_at_start;
    int64_t user = total - calls * mean_call - users * base;
    int64_t stop_cpu = base; // of a user stretch
    if (user < users * base / 4) { // within the spread of the cost itself
        user = 0;
        stop_cpu = mean_user < base * 5 / 4 ? mean_user : base;
    }
    const int64_t call = mean_call - (stop_cpu + cost->call_cpu - cost->user_cpu);
    return (struct own_cpu){.user = user, .call = calls * (call > cost->bare_call ? call : cost->bare_call)};
}

static uint64_t positive(int64_t value) {
    return value > 0 ? (uint64_t)value : 0;
}

// Wall time of all stretches of a kind, had each of them been timed.
static int64_t wall(const struct rc_stretches *stretches) {
    return stretches->timed == 0 ? 0
                                 : (int64_t)((double)stretches->wall_ns * (double)stretches->count /
                                             (double)stretches->timed);
}

// What a stop costs unseen, where a stretch may hold waits.
static int64_t unseen_despite_waits(const struct rc_stop_cost *cost, const struct rc_pace *pace) {
    const int64_t longest = 2 * (cost->apart_wall - cost->apart_cpu);
    int64_t sum = 0;
    int64_t timed = 0;
    for (uint32_t i = 0; i < pace->kept; i++) {
        const struct rc_pace_sample *sample = &pace->samples[i];
        if (sample->user_wall >= 0) {
            sum += clamp(sample->user_wall - sample->user_cpu, 0, longest) + stop_cpu_of(cost, sample);
            timed++;
        }
    }
    return timed == 0 ? cost->apart_wall : sum / timed;
}

uint64_t rc_slowdown_own_time(struct rc_slowdown *slowdown, const struct rc_pace *pace) {
    const struct rc_stretches *users = &pace->stretches[RC_STRETCH_USER];
    const struct rc_stretches *calls = &pace->stretches[RC_STRETCH_CALL];
    const int64_t other = (int64_t)pace->stretches[RC_STRETCH_OTHER].wall_ns;
    const int64_t difference = slowdown->cost->call_wall - slowdown->cost->user_wall;
    if (!pace->measured || pace->kept < RC_SLOWDOWN_ENOUGH) {
        // Few calls: what a stop costs hardly matters.
        const int64_t user = wall(users) - (int64_t)users->count * slowdown->unseen_ns;
        const int64_t call = wall(calls) - (int64_t)calls->count * (slowdown->unseen_ns + difference);
        return positive(user) + positive(call) + positive(other);
    }
    const struct own_cpu cpu = own_cpu(slowdown, pace);
    const double ran = (double)positive(pace->latest.ran_ns - pace->cpu_at_start) + 1;
    // Untraced it would have waited for a CPU as much longer as it would have run less.
    const double crowding = 1 + (double)pace->preempted_ns / ran;
    int64_t user = (int64_t)((double)cpu.user * crowding);
    const int64_t served = (int64_t)((double)cpu.call * crowding);
    if (users->timed == 0 || calls->timed == 0) {
        return positive(user + served + other);
    }
    int64_t unseen = (int64_t)positive(wall(users) - cpu.user - (int64_t)pace->preempted_ns) / (int64_t)users->count;
    if (slowdown->filtered) {
        unseen = unseen_despite_waits(slowdown->cost, pace);
        const int64_t rest = wall(users) - (int64_t)users->count * unseen;
        user = rest > user ? rest : user;
    }
    slowdown->unseen_ns = clamp(unseen, slowdown->cost->user_wall / 2, (int64_t)RC_SLOWDOWN_WINDOW_NS);
    // Beyond the spread of the cost the wall time of calls tells how long they waited. After a wait the stop wakes us from sleep, as
    // one on another CPU does.
    const int64_t cost = slowdown->unseen_ns + difference;
    const int64_t after_wait = cost > slowdown->cost->apart_wall ? cost : slowdown->cost->apart_wall;
    const int64_t waited = wall(calls) - (int64_t)(calls->count - pace->waits) * cost * 11 / 10 -
                           (int64_t)pace->waits * after_wait;
    return positive(user + (served > waited ? served : waited) + other);
}

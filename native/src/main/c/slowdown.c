// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// How much a traced thread is slowed down.
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
// A stop may have been pending while we served others. Then its stretch is taken to have ended when we last slept in waitpid,
// for nothing was pending then: the time it queued for us counts as ours, if in doubt too much of it.
//
// What remains uncertain is told too high rather than too low. Where calls follow each other at once, own time is the small
// difference of great sums: what does not stand out from their spread is taken to be the stops', and own time to be that of
// the cheapest calls.
#define _GNU_SOURCE
#include "slowdown.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session.h"

static const uint64_t WINDOW_NS = 1000000000u;
static const uint64_t SHORTEST_WINDOW_NS = 100000000u; // of a thread that goes
static const uint64_t MAX_PERCENT = 10000000u;
static const uint64_t PREEMPTED_NS = 1000000u;         // no wake-up of ours takes so long on a machine that has a CPU free
enum { LONG_FACTOR = 4, EARLY_SAMPLES = 16, EARLY_PERIOD = 8, PERIOD = 256, ENOUGH_SAMPLES = 8, FIRST_SAMPLE = 64, WAIT_PER_TASK_NS = 25 };

void rc_slowdown_open(struct rc_slowdown *slowdown) {
    slowdown->cost = rc_stop_cost();
    slowdown->unseen_ns = slowdown->cost->user_wall;
    slowdown->random = 0x9e3779b9u;
}

int rc_slowdown_open_schedstat(pid_t tid) {
    char path[40];
    (void)snprintf(path, sizeof path, "/proc/%d/schedstat", tid); // of any thread, though listed for leaders only
    return open(path, O_RDONLY | O_CLOEXEC);
}

bool rc_slowdown_read_schedstat(int schedstat, struct rc_cpu_use *out) {
    char text[64];
    const ssize_t length = pread(schedstat, text, sizeof text - 1, 0);
    if (length <= 0) {
        return false;
    }
    text[length] = '\0';
    char *end = text;
    out->ran_ns = (int64_t)strtoll(text, &end, 10);
    out->delayed_ns = (int64_t)strtoll(end, NULL, 10);
    return true;
}

void rc_slowdown_waited(struct rc_tracer *tracer, uint64_t before, uint64_t now) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    // A waitpid that finds a stop pending returns within a fraction of what two switches of context take.
    const uint64_t at_once = (uint64_t)slowdown->cost->call_wall / 2 + tracer->tasks.count * WAIT_PER_TASK_NS;
    if (now - before > at_once) {
        slowdown->idle_ns = now;
    }
}

void rc_slowdown_stopped(struct rc_task *task, const struct rc_stop *stop) {
    struct rc_pace *pace = &task->pace;
    pace->stopped_ns = stop->time_ns;
    pace->ran_until_ns = stop->idle_ns > pace->resumed_ns ? stop->idle_ns : pace->resumed_ns;
}

// ---- what the scheduler knows

static void unfollow(struct rc_slowdown *slowdown, struct rc_pace *pace) {
    if (pace->followed) {
        (void)close(pace->schedstat);
        pace->followed = false;
        slowdown->followed--;
    }
    pace->sampling = 0;
    pace->measured = false;
}

static bool follow(struct rc_slowdown *slowdown, struct rc_task *task) {
    struct rc_pace *pace = &task->pace;
    if (!pace->followed && slowdown->followed < RC_SLOWDOWN_FOLLOWED) { // the process's descriptors are not ours alone
        pace->schedstat = rc_slowdown_open_schedstat(task->tid);
        pace->followed = pace->schedstat >= 0;
        slowdown->followed += pace->followed ? 1 : 0;
        pace->start_ns = 0; // of a window begun now all is known
    }
    return pace->followed;
}

// The task stands in a stop, so its figures stand still.
static bool read_use(struct rc_slowdown *slowdown, struct rc_pace *pace) {
    if (pace->followed && rc_slowdown_read_schedstat(pace->schedstat, &pace->latest)) {
        return true;
    }
    unfollow(slowdown, pace); // gone, or it has another tid since its exec
    return false;
}

// ---- samples

static int32_t saturated(int64_t value) {
    return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

static uint32_t next_random(struct rc_slowdown *slowdown) {
    slowdown->random ^= slowdown->random << 13;
    slowdown->random ^= slowdown->random >> 17;
    slowdown->random ^= slowdown->random << 5;
    return slowdown->random;
}

static void keep(struct rc_slowdown *slowdown, struct rc_pace *pace, struct rc_pace_sample sample) {
    pace->offered++;
    // A reservoir: each of a window's samples is kept with the same likelihood.
    const uint32_t place = pace->kept < RC_SLOWDOWN_SAMPLES ? pace->kept++ : next_random(slowdown) % pace->offered;
    if (place < RC_SLOWDOWN_SAMPLES) {
        pace->samples[place] = sample;
    }
}

// One step of a sample: before a stretch of own code, between it and the call, after the call.
static void take_sample(struct rc_slowdown *slowdown, struct rc_task *task) {
    struct rc_pace *pace = &task->pace;
    const bool known = follow(slowdown, task) && read_use(slowdown, pace);
    const int64_t cpu = pace->latest.ran_ns;
    if (known && pace->sampling == 0) {
        pace->sample_cpu[0] = cpu;
        pace->sampling = 1;
        return;
    }
    if (known && pace->sampling == 1 && task->in_call) {
        const bool exact = pace->ran_until_ns == pace->stopped_ns;
        pace->sample_cpu[1] = cpu;
        pace->sample_wall = exact ? (int64_t)(pace->stopped_ns - pace->resumed_ns) : -1;
        pace->sampling = 2;
        return;
    }
    if (known && pace->sampling == 2 && !task->in_call) {
        keep(slowdown, pace, (struct rc_pace_sample){
                                 .user_cpu = saturated(pace->sample_cpu[1] - pace->sample_cpu[0]),
                                 .user_wall = saturated(pace->sample_wall),
                                 .call_cpu = saturated(cpu - pace->sample_cpu[1]),
                             });
    }
    pace->sampling = 0; // done, or a signal or birth came in between
    pace->until_sample = known && pace->offered < EARLY_SAMPLES ? EARLY_PERIOD : PERIOD;
}

// ---- windows

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

static uint64_t own_time(struct rc_slowdown *slowdown, const struct rc_pace *pace) {
    const struct rc_stretches *users = &pace->stretches[RC_STRETCH_USER];
    const struct rc_stretches *calls = &pace->stretches[RC_STRETCH_CALL];
    const int64_t other = (int64_t)pace->stretches[RC_STRETCH_OTHER].wall_ns;
    const int64_t difference = slowdown->cost->call_wall - slowdown->cost->user_wall;
    if (!pace->measured || pace->kept < ENOUGH_SAMPLES) {
        // Few calls: what a stop costs hardly matters.
        const int64_t user = wall(users) - (int64_t)users->count * slowdown->unseen_ns;
        const int64_t call = wall(calls) - (int64_t)calls->count * (slowdown->unseen_ns + difference);
        return positive(user) + positive(call) + positive(other);
    }
    const struct own_cpu cpu = own_cpu(slowdown, pace);
    const double ran = (double)positive(pace->latest.ran_ns - pace->cpu_at_start) + 1;
    // Untraced it would have waited for a CPU as much longer as it would have run less.
    const double crowding = 1 + (double)pace->preempted_ns / ran;
    const int64_t user = (int64_t)((double)cpu.user * crowding);
    const int64_t served = (int64_t)((double)cpu.call * crowding);
    if (users->timed == 0 || calls->timed == 0) {
        return positive(user + served + other);
    }
    const int64_t unseen =
        (int64_t)positive(wall(users) - cpu.user - (int64_t)pace->preempted_ns) / (int64_t)users->count;
    slowdown->unseen_ns = clamp(unseen, slowdown->cost->user_wall / 2, (int64_t)WINDOW_NS);
    // Beyond the spread of the cost the wall time of calls tells how long they waited. After a wait the stop wakes us from sleep, as
    // one on another CPU does.
    const int64_t cost = slowdown->unseen_ns + difference;
    const int64_t after_wait = cost > slowdown->cost->apart_wall ? cost : slowdown->cost->apart_wall;
    const int64_t waited = wall(calls) - (int64_t)(calls->count - pace->waits) * cost * 11 / 10 -
                           (int64_t)pace->waits * after_wait;
    return positive(user + (served > waited ? served : waited) + other);
}

static void open_window(struct rc_pace *pace, uint64_t now) {
    pace->start_ns = now;
    pace->preempted_ns = 0;
    pace->waits = 0;
    memset(pace->stretches, 0, sizeof pace->stretches);
    pace->measured = pace->followed;
    pace->cpu_at_start = pace->latest.ran_ns;
    pace->offered = 0;
    if (pace->kept >= 2 * ENOUGH_SAMPLES) {
        pace->kept = 0; // a thread with few calls keeps its samples
    }
}

static void close_window(struct rc_tracer *tracer, const struct rc_task *task, uint64_t length, bool judged) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    uint64_t own = own_time(slowdown, &task->pace);
    own = own == 0 ? 1 : own > length ? length : own;
    uint64_t percent = (length - own) * 100 / own;
    percent = percent > MAX_PERCENT ? MAX_PERCENT : percent;
    if (percent > atomic_load_explicit(&slowdown->worst_percent, memory_order_relaxed)) {
        atomic_store_explicit(&slowdown->worst_percent, (uint32_t)percent, memory_order_relaxed);
    }
    const uint32_t bound = tracer->session->options.max_slowdown_percent;
    if (judged && bound != 0 && percent > bound) {
        int none = 0;
        (void)atomic_compare_exchange_strong(&tracer->session->stop_reason, &none, RC_DETACH_SLOWDOWN);
        tracer->attention = true;
    }
}

// Adds the stretch that ended in the stop the task stands in.
static void add_stretch(const struct rc_slowdown *slowdown, struct rc_pace *pace) {
    struct rc_stretches *stretches = &pace->stretches[pace->stretch];
    stretches->count++;
    const uint64_t long_one = LONG_FACTOR * (uint64_t)slowdown->unseen_ns;
    pace->waits += pace->stretch == RC_STRETCH_CALL && pace->ran_until_ns - pace->resumed_ns > long_one ? 1 : 0;
    // Also one whose end is known well enough for its length.
    if ((pace->stopped_ns - pace->ran_until_ns) * 8 <= pace->ran_until_ns - pace->resumed_ns) {
        stretches->timed++;
        stretches->wall_ns += pace->ran_until_ns - pace->resumed_ns;
    }
}

// ---- the way of a stop

static bool window_ends(const struct rc_pace *pace, uint64_t now) {
    return pace->start_ns != 0 && now >= pace->start_ns + WINDOW_NS;
}

uint64_t rc_slowdown_resuming(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    struct rc_pace *pace = &task->pace;
    if (pace->followed && pace->stretch == RC_STRETCH_USER && pace->ran_until_ns - pace->resumed_ns > PREEMPTED_NS) {
        const int64_t before = pace->latest.delayed_ns;
        if (read_use(slowdown, pace)) {
            const uint64_t delayed = positive(pace->latest.delayed_ns - before);
            const uint64_t most = pace->ran_until_ns - pace->resumed_ns;
            pace->preempted_ns += delayed < most ? delayed : most;
        }
    }
    if (pace->sampling != 0 || (pace->start_ns != 0 && !task->in_call && pace->until_sample-- == 0)) {
        take_sample(slowdown, task);
    }
    const uint64_t now = rc_now();
    if (pace->followed && window_ends(pace, now)) {
        (void)read_use(slowdown, pace);
        return rc_now();
    }
    return now;
}

void rc_slowdown_resumed(struct rc_tracer *tracer, struct rc_task *task, uint64_t at) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    struct rc_pace *pace = &task->pace;
    if (pace->stopped_ns != 0) {
        rc_histogram_add(&slowdown->stops, at - pace->ran_until_ns + (uint64_t)slowdown->unseen_ns);
    }
    if (pace->start_ns == 0) {
        pace->until_sample = pace->followed ? pace->until_sample : FIRST_SAMPLE;
        open_window(pace, at);
    } else if (pace->stopped_ns != 0) {
        add_stretch(slowdown, pace);
    }
    if (window_ends(pace, at)) {
        const bool judged = pace->start_ns >= task->process->judged_from_ns && task->process->leaving == 0;
        const uint64_t end = pace->start_ns + WINDOW_NS;
        struct rc_stretches *last = &pace->stretches[pace->stretch];
        // A call that waited until after the window fills it up to its end.
        const bool beyond = pace->stretch != RC_STRETCH_USER && pace->ran_until_ns > end &&
                            last->wall_ns >= pace->ran_until_ns - end;
        last->wall_ns -= beyond ? pace->ran_until_ns - end : 0;
        close_window(tracer, task, beyond ? WINDOW_NS : at - pace->start_ns, judged);
        open_window(pace, at);
    }
    pace->stopped_ns = 0;
    pace->resumed_ns = at;
    pace->stretch = task->in_call ? RC_STRETCH_CALL : RC_STRETCH_USER;
}

void rc_slowdown_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    struct rc_pace *pace = &task->pace;
    if (pace->start_ns != 0 && now >= pace->start_ns + SHORTEST_WINDOW_NS) {
        if (pace->stopped_ns == 0) { // died on its way
            pace->stretches[RC_STRETCH_OTHER].wall_ns += now - pace->resumed_ns;
        } else {
            add_stretch(&tracer->slowdown, pace);
        }
        if (pace->followed) {
            (void)read_use(&tracer->slowdown, pace);
        }
        close_window(tracer, task, now - pace->start_ns, false);
    }
    unfollow(&tracer->slowdown, pace);
    pace->start_ns = 0;
}

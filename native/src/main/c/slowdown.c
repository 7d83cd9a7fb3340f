// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Follows each traced thread through its stops, in windows of a second. own_time.c tells how the slowdown in one is known.
#define _GNU_SOURCE
#include "slowdown.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session.h"

static const uint64_t SHORTEST_WINDOW_NS = 100000000u; // of a thread that goes
static const uint64_t MAX_PERCENT = 10000000u;
static const uint64_t PREEMPTED_NS = 1000000u;         // no wake-up of ours takes so long on a machine that has a CPU free
enum { LONG_FACTOR = 4, EARLY_SAMPLES = 16, EARLY_PERIOD = 8, PERIOD = 256, FIRST_SAMPLE = 64, WAIT_PER_TASK_NS = 25 };

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

bool rc_slowdown_waited(struct rc_tracer *tracer, uint64_t before, uint64_t now) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    // A waitpid that finds a stop pending returns within a fraction of what two switches of context take.
    const uint64_t at_once = (uint64_t)slowdown->cost->call_wall / 2 + tracer->tasks.of_hand[tracer->hand] * WAIT_PER_TASK_NS;
    const bool slept = now - before > at_once;
    if (slept) {
        rc_hand_at_work(tracer)->idle_ns = now;
    }
    return slept;
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

static void open_window(struct rc_pace *pace, uint64_t now) {
    pace->start_ns = now;
    pace->preempted_ns = 0;
    pace->waits = 0;
    memset(pace->stretches, 0, sizeof pace->stretches);
    pace->measured = pace->followed;
    pace->cpu_at_start = pace->latest.ran_ns;
    pace->offered = 0;
    if (pace->kept >= 2 * RC_SLOWDOWN_ENOUGH) {
        pace->kept = 0; // a thread with few calls keeps its samples
    }
}

void rc_slowdown_note(struct rc_slowdown *slowdown, uint64_t percent) {
    if (percent > atomic_load_explicit(&slowdown->worst_percent, memory_order_relaxed)) {
        atomic_store_explicit(&slowdown->worst_percent, (uint32_t)percent, memory_order_relaxed);
    }
}

// goes_on: the task lives, and so may rest.
static void close_window(struct rc_tracer *tracer, struct rc_task *task, uint64_t length, bool judged, bool goes_on) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    uint64_t own = rc_slowdown_own_time(slowdown, &task->pace);
    own = own == 0 ? 1 : own > length ? length : own;
    uint64_t percent = (length - own) * 100 / own;
    percent = percent > MAX_PERCENT ? MAX_PERCENT : percent;
    if (rc_rest_is_possible(tracer) && goes_on) {
        percent = rc_rest_demand(tracer, task, length, percent);
    }
    rc_slowdown_note(slowdown, percent);
    const uint32_t bound = tracer->session->options.max_slowdown_percent;
    if (judged && bound != 0 && percent > bound && !rc_rest_is_possible(tracer)) {
        int none = 0;
        (void)atomic_compare_exchange_strong(&tracer->session->stop_reason, &none, RC_DETACH_SLOWDOWN);
        rc_hand_at_work(tracer)->attention = true;
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

static uint64_t window_ns(const struct rc_tracer *tracer) {
    return rc_rest_is_possible(tracer) ? RC_SLOWDOWN_DUTY_WINDOW_NS : RC_SLOWDOWN_WINDOW_NS;
}

static bool window_ends(const struct rc_tracer *tracer, const struct rc_pace *pace, uint64_t now) {
    return pace->start_ns != 0 && now >= pace->start_ns + window_ns(tracer);
}

uint64_t rc_slowdown_resuming(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    struct rc_pace *pace = &task->pace;
    if (pace->followed && pace->stretch == RC_STRETCH_USER && pace->ran_until_ns - pace->resumed_ns > PREEMPTED_NS) {
        const int64_t before = pace->latest.delayed_ns;
        if (read_use(slowdown, pace)) {
            const int64_t delayed = pace->latest.delayed_ns - before;
            const int64_t most = (int64_t)(pace->ran_until_ns - pace->resumed_ns);
            pace->preempted_ns += delayed < 0 ? 0 : (uint64_t)(delayed < most ? delayed : most);
        }
    }
    if (pace->sampling != 0 || (pace->start_ns != 0 && !task->in_call && pace->until_sample-- == 0)) {
        take_sample(slowdown, task);
    }
    const uint64_t now = rc_now();
    if (pace->followed && window_ends(tracer, pace, now)) {
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
    if (window_ends(tracer, pace, at)) {
        const bool judged = pace->start_ns >= task->process->judged_from_ns && task->process->leaving == 0;
        const uint64_t end = pace->start_ns + window_ns(tracer);
        struct rc_stretches *last = &pace->stretches[pace->stretch];
        // A call that waited until after the window fills it up to its end.
        const bool beyond = pace->stretch != RC_STRETCH_USER && pace->ran_until_ns > end &&
                            last->wall_ns >= pace->ran_until_ns - end;
        last->wall_ns -= beyond ? pace->ran_until_ns - end : 0;
        close_window(tracer, task, beyond ? window_ns(tracer) : at - pace->start_ns, judged, true);
        open_window(pace, at);
    }
    pace->stopped_ns = 0;
    pace->resumed_ns = at;
    pace->stretch = task->in_call ? RC_STRETCH_CALL : RC_STRETCH_USER;
}

void rc_slowdown_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool goes_on) {
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
        close_window(tracer, task, now - pace->start_ns, false, goes_on);
    }
    unfollow(&tracer->slowdown, pace);
    pace->start_ns = 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The slowdown over a window of time is compared with the bound; who exceeds it rests or is detached. own_time.c
// explains how the slowdown of a window is computed.
#define _GNU_SOURCE
#include "throttle/window.h"

#include <unistd.h>

#include "ring/event.h"
#include "session.h"
#include "tracee/proc/schedstat.h"
#include "tracee/tasks.h"
#include "throttle/own_time.h"
#include "throttle/sampler.h"
#include "throttle/slowdown.h"
#include "throttle/stretch.h"

static const uint64_t SHORTEST_WINDOW_NS = 100000000u;
static const uint64_t MAX_PERCENT = 10000000u;
static const uint64_t LONGEST_REST_NS = 3600u * 1000000000ull;
// A window ends early once what it shows asks for a rest longer than LONG_REST_NS. A thread slowed down a hundredfold
// is then watched often and briefly instead of once in minutes; the share of its time is the same.
static const uint64_t LONG_REST_NS = 10000000000u;
enum { MANY_STOPS = 64, WORK_SHARE = 16 };

// ---- rests

// Whether threads that are slowed down too much can rest (duty_cycle.c): there must be something that ends their rest.
static bool may_rest(const struct rc_tracer *tracer) {
    return tracer->workers[tracer->current].rest_ticks.made;
}

uint32_t rc_window_with_rest(uint64_t percent, uint64_t window_ns, uint64_t rest_ns) {
    return (uint32_t)(percent * window_ns / (window_ns + rest_ns));
}

static uint64_t rest_after(const struct rc_tracer *tracer, uint64_t window_ns, uint64_t percent) {
    const uint64_t bound = tracer->session->options.max_slowdown_percent;
    const uint64_t rest = window_ns / bound * (percent - bound);
    return rest < LONGEST_REST_NS ? rest : LONGEST_REST_NS;
}

// ---- windows

static uint64_t window_ns(const struct rc_tracer *tracer) {
    return may_rest(tracer) ? RC_SLOWDOWN_DUTY_WINDOW_NS : RC_SLOWDOWN_WINDOW_NS;
}

void rc_window_note(struct rc_slowdown *slowdown, uint64_t percent) {
    if (percent > atomic_load_explicit(&slowdown->worst_percent, memory_order_relaxed)) {
        atomic_store_explicit(&slowdown->worst_percent, (uint32_t)percent, memory_order_relaxed);
    }
}

static uint64_t percent_of(double length, double own) {
    const double percent = own > 0 ? (length - own) * 100 / own : 0;
    return percent > (double)MAX_PERCENT ? MAX_PERCENT : percent > 0 ? (uint64_t)percent : 0;
}

struct window {
    struct rc_tracer *tracer;
    struct rc_activity_cost cost;
    uint64_t end_ns;
    uint64_t beyond_ns; // all waited for this long past its end
    uint64_t length_ns;
    uint64_t percent; // of all together
    uint64_t worst;   // of all or of one process
    bool exceeded;    // ... compared with the bound
    uint64_t shortest_ns; // of less than this nothing can be said
    uint64_t rested;  // stops of the tasks that are to rest
    unsigned threads; // that were looked at
    double work;      // greatest time at work, of all together or of a thread, divided by what would have been enough
};

// CPU time of a thread since the window began; 0: not known.
static int64_t ran_in_window(struct rc_task *task) {
    struct rc_cpu_use use = {.ran_ns = 0};
    const int schedstat = rc_schedstat_open(task->tid);
    const bool known = schedstat >= 0 && rc_schedstat_read(schedstat, &use);
    if (schedstat >= 0) {
        (void)close(schedstat);
    }
    const int64_t before = task->pace.ran_ns;
    task->pace.ran_ns = known ? use.ran_ns : 0;
    return known && before != 0 ? use.ran_ns - before : 0;
}

// A thread that was at work for a large part of the window, with many stops, may be hit harder than all threads
// together.
static void look_at_thread(struct window *window, struct rc_task *task) {
    struct rc_pace *pace = &task->pace;
    if (pace->stops < MANY_STOPS ||
        pace->worked_ns < (window->end_ns - window->tracer->slowdown.activity.start_ns) / WORK_SHARE ||
        window->threads == RC_SLOWDOWN_THREADS) {
        pace->ran_ns = 0;
        return;
    }
    window->threads++;
    const int64_t ran = ran_in_window(task);
    if (ran > 0) {
        const struct rc_activity alone = {.work_ns = pace->worked_ns,
                                          .thread_ns = pace->worked_ns,
                                          .long_ns = pace->long_ns,
                                          .cpu_ns = ran,
                                          .users = pace->stops / 2,
                                          .calls = pace->stops / 2};
        const double work = (double)alone.work_ns / (double)rc_activity_own_ns(&alone, &window->cost);
        window->work = work > window->work ? work : window->work;
    }
}

static void settle_task(void *context, struct rc_task *task) {
    struct window *window = context;
    if (task->process == NULL || !task->pace.joined) {
        return;
    }
    rc_stretch_count_work(window->tracer, task, window->end_ns);
    if (task->pace.stretch == RC_STRETCH_USER && task->pace.stopped_ns == 0) {
        rc_stretch_count_long(window->tracer, task, window->end_ns);
    }
    look_at_thread(window, task);
    task->pace.worked_ns = 0;
    task->pace.long_ns = 0;
}

// The task exceeds the bound: it must rest after its call.
static void demand_rest(void *context, struct rc_task *task) {
    struct window *window = context;
    if (task->process == NULL || !task->pace.joined) {
        return;
    }
    const uint64_t own = task->process->slowdown_percent;
    const uint64_t percent = own > window->percent ? own : window->percent;
    const uint32_t bound = window->tracer->session->options.max_slowdown_percent;
    if (task->pace.stops > 0 && percent > bound) {
        task->rest_ns = rest_after(window->tracer, window->length_ns, percent);
        task->rest_after_ns = window->length_ns;
        task->rest_for_percent = percent;
        window->rested += task->pace.stops;
    }
}

static void forget_stops(void *context, struct rc_task *task) {
    (void)context;
    task->pace.stops = 0;
}

// CPU time that the process has used since the last query. now: -1: not known.
void rc_window_take_cpu(struct rc_tracer *tracer, struct rc_process *process, int64_t now) {
    if (now > process->cpu_ns) {
        process->activity.cpu_ns += now - process->cpu_ns;
        tracer->slowdown.activity.cpu_ns += now - process->cpu_ns;
        process->cpu_ns = now;
    }
}

static void judge(struct window *window, uint64_t percent, bool judged) {
    const uint32_t bound = window->tracer->session->options.max_slowdown_percent;
    window->worst = percent > window->worst ? percent : window->worst;
    window->exceeded = window->exceeded || (judged && bound != 0 && percent > bound);
}

static uint64_t percent_in(const struct window *window, const struct rc_activity *activity) {
    const uint64_t length = window->end_ns - activity->start_ns;
    const uint64_t beyond = window->beyond_ns < activity->idle_ns ? window->beyond_ns : activity->idle_ns;
    if (length < beyond + window->shortest_ns) {
        return 0;
    }
    const uint64_t enough = activity->idle_ns - beyond + rc_activity_own_ns(activity, &window->cost);
    return percent_of((double)(length - beyond), (double)enough);
}

static void close_window_of(struct window *window, struct rc_process *process) {
    struct rc_activity *activity = &process->activity;
    rc_activity_settle(activity, window->end_ns);
    const bool busy = activity->users + activity->calls > 0 || activity->at_work > 0;
    process->slowdown_percent = 0;
    if (busy) {
        rc_window_take_cpu(window->tracer, process, rc_process_cpu_ns(process->tgid));
        process->slowdown_percent = percent_in(window, activity);
        judge(window, process->slowdown_percent,
              activity->start_ns >= process->judged_from_ns && process->leaving == 0);
    }
    rc_activity_open_window(activity, window->end_ns);
}

static void add_to_all(struct rc_slowdown *slowdown, const struct window *window) {
    const double work_ns = (double)slowdown->activity.work_ns;
    const double own_ns = (double)rc_activity_own_ns(&slowdown->activity, &window->cost);
    slowdown->idle_ns += (double)slowdown->activity.idle_ns;
    slowdown->work_ns += work_ns;
    slowdown->own_ns += own_ns;
    slowdown->least_own_ns += own_ns * window->work > work_ns ? work_ns / window->work : own_ns;
    const uint64_t all = percent_of(slowdown->idle_ns + slowdown->work_ns, slowdown->idle_ns + slowdown->own_ns);
    atomic_store_explicit(&slowdown->percent, (uint32_t)all, memory_order_relaxed);
    const uint64_t work = percent_of(slowdown->work_ns, slowdown->least_own_ns);
    atomic_store_explicit(&slowdown->work_percent, (uint32_t)work, memory_order_relaxed);
}

static void let_rest(struct window *window) {
    struct rc_tracer *tracer = window->tracer;
    const uint64_t stops = tracer->slowdown.activity.users + tracer->slowdown.activity.calls;
    const uint32_t bound = tracer->session->options.max_slowdown_percent;
    if (window->worst > bound) {
        rc_tasks_each(&tracer->tasks, demand_rest, window);
    }
    // If the threads that made the calls live on, they keep to the bound on average.
    if (window->worst > bound && window->rested * 2 >= stops) {
        window->worst = rc_window_with_rest(window->worst, window->length_ns,
                                              rest_after(tracer, window->length_ns, window->worst));
    }
    rc_tasks_each(&tracer->tasks, forget_stops, NULL);
}

static struct window window_until(struct rc_tracer *tracer, uint64_t end, uint64_t shortest_ns) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    return (struct window){
        .tracer = tracer,
        .end_ns = end,
        .cost = {.stop = slowdown->cost,
                 .cpus = slowdown->cpus,
                 .user_cpu = rc_sampler_cost(&slowdown->sampler, slowdown->cost)},
        .shortest_ns = shortest_ns,
    };
}

// What is counted for the window goes on: this works on a copy.
static bool asks_for_long_rest(const struct window *window, struct rc_activity activity) {
    const uint32_t bound = window->tracer->session->options.max_slowdown_percent;
    rc_activity_settle(&activity, window->end_ns);
    const uint64_t percent = percent_in(window, &activity);
    return percent > bound &&
           rest_after(window->tracer, window->end_ns - activity.start_ns, percent) > LONG_REST_NS;
}

static bool ends_early(struct rc_tracer *tracer, uint64_t now) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    const uint64_t start = slowdown->activity.start_ns;
    const uint64_t since = slowdown->looked_ns > start ? slowdown->looked_ns : start;
    if (now < since + RC_SLOWDOWN_EARLY_NS || !may_rest(tracer)) {
        return false;
    }
    slowdown->looked_ns = now;
    const struct window window = window_until(tracer, now, RC_SLOWDOWN_EARLY_NS);
    for (struct rc_process *process = tracer->tasks.processes; process != NULL; process = process->next) {
        if (process->activity.users + process->activity.calls >= MANY_STOPS) {
            rc_window_take_cpu(tracer, process, rc_process_cpu_ns(process->tgid));
            if (asks_for_long_rest(&window, process->activity)) {
                return true;
            }
        }
    }
    return asks_for_long_rest(&window, slowdown->activity);
}

bool rc_window_is_over(struct rc_tracer *tracer, uint64_t now) {
    return now >= tracer->slowdown.activity.start_ns + window_ns(tracer) || ends_early(tracer, now);
}

void rc_window_close(struct rc_tracer *tracer, uint64_t end, bool goes_on) {
    struct rc_slowdown *slowdown = &tracer->slowdown;
    struct rc_activity *activity = &slowdown->activity;
    const bool early = goes_on && end < activity->start_ns + window_ns(tracer);
    struct window window = window_until(tracer, end, early ? RC_SLOWDOWN_EARLY_NS : SHORTEST_WINDOW_NS);
    rc_activity_settle(activity, end);
    rc_tasks_each(&tracer->tasks, settle_task, &window);
    // A call that waited beyond the end of the window fills it up to its end.
    const uint64_t due = activity->start_ns + window_ns(tracer);
    window.beyond_ns = end <= due ? 0 : end - due < activity->last_idle_ns ? end - due : activity->last_idle_ns;
    window.length_ns = end - activity->start_ns - window.beyond_ns;
    for (struct rc_process *process = tracer->tasks.processes; process != NULL; process = process->next) {
        close_window_of(&window, process);
    }
    add_to_all(slowdown, &window);
    window.percent = percent_in(&window, activity);
    judge(&window, window.percent, activity->start_ns >= slowdown->judged_from_ns && !tracer->leaving);
    if (may_rest(tracer) && goes_on) {
        let_rest(&window);
    } else if (window.exceeded && goes_on) {
        int none = 0;
        (void)atomic_compare_exchange_strong(&tracer->session->stop_reason, &none, RC_DETACH_SLOWDOWN);
        rc_current_worker(tracer)->attention = true;
    }
    rc_window_note(slowdown, window.worst);
    rc_activity_open_window(activity, end);
}

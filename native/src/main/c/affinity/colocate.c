// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which threads share a CPU with their worker, and for how long.
//
// PTRACE_SYSCALL wakes its task without saying that the caller is about to sleep, so while any CPU is idle the
// scheduler moves the task there, and every stop pays for waking a CPU. Keeping both on one CPU avoids that. It only
// pays for a thread that stops often. The moved threads share one CPU, so it only pays for as many as would not be
// faster each on a CPU of its own:
//
//   moved, a call costs each of k threads k * (own work + stops together);   not moved: own work + stops apart
//
// so k threads are moved while (own work + apart) >= k * (own work + together). A review every 10 ms decides, with
// hysteresis.
#define _GNU_SOURCE
#include "affinity/colocate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "affinity/affinity.h"
#include "affinity/journal.h"
#include "affinity/placements.h"
#include "capture.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/proc/schedstat.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "threads/ticks.h"
#include "throttle/stop_cost.h"

enum {
    HOT_PER_SECOND = 1000,
    WARM_PER_SECOND = 500,
    HOT_REVIEWS = 2,
    COLD_REVIEWS = 20,
    CANDIDATES = 64,
    APART_FACTOR = 5
};

void rc_colocation_open(struct rc_tracer *tracer) {
    struct rc_colocation *colocation = &tracer->colocation;
    colocation->cpu = -1;
    colocation->home = -1;
    // Without a timer or with more CPUs than a set holds, tracing is slower, not wrong.
    const bool several = sched_getaffinity(0, sizeof colocation->own, &colocation->own) == 0 &&
                         CPU_COUNT(&colocation->own) > 1;
    colocation->enabled = tracer->session->options.colocate && several &&
                          rc_ticks_start(&colocation->ticks, tracer->workers[0].tid, RC_COLOCATION_REVIEW_NS);
    const bool free = colocation->enabled || !tracer->session->options.colocate;
    tracer->obstacle = free ? RC_COLOCATION_POSSIBLE : several ? RC_COLOCATION_NO_TIMER : RC_COLOCATION_ONE_CPU;
    colocation->reviewed_ns = rc_now();
    colocation->review_ns = colocation->reviewed_ns + RC_COLOCATION_REVIEW_NS;
}

void rc_colocation_join(const struct rc_tracer *tracer) {
    const struct rc_colocation *colocation = &tracer->colocation;
    if (CPU_COUNT(&colocation->own) > 0) {
        // Not the affinity of the worker that has started it.
        (void)sched_setaffinity(0, sizeof colocation->own, &colocation->own);
    }
}

void rc_colocation_close(struct rc_tracer *tracer) {
    rc_ticks_stop(&tracer->colocation.ticks);
}

// ---- moving and giving back

static void only(int cpu, cpu_set_t *out) {
    CPU_ZERO(out);
    CPU_SET((size_t)cpu, out);
}

enum { ATTEMPTS = 3 }; // a moved thread must not be left where it is

static bool read_affinity(pid_t tid, cpu_set_t *out) {
    int result = -1;
    for (int i = 0; i < ATTEMPTS && result != 0; i++) {
        result = sched_getaffinity(tid, sizeof *out, out);
    }
    return result == 0;
}

// Returns false with errno; ESRCH: it is gone.
static bool give_affinity(pid_t tid, const cpu_set_t *set) {
    int result = -1;
    for (int i = 0; i < ATTEMPTS && result != 0; i++) {
        result = sched_setaffinity(tid, sizeof *set, set);
    }
    return result == 0;
}

static bool sits_on(pid_t tid, int cpu, cpu_set_t *now) {
    cpu_set_t one;
    only(cpu, &one);
    return read_affinity(tid, now) && CPU_EQUAL(now, &one);
}

static void vacate(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_colocation *colocation = &tracer->colocation;
    struct rc_worker *worker = &tracer->workers[task->worker];
    task->affinity.moved = false;
    task->affinity.hot = 0;
    if (--worker->moved == 0) {
        (void)give_affinity(worker->tid, &colocation->own); // otherwise tracing is slower, not wrong
    }
    if (--colocation->moved == 0) {
        colocation->cpu = -1;
    }
}

static void forget(struct rc_tracer *tracer, struct rc_task *task) {
    if (tracer->session->journal != NULL) {
        rc_journal_remove(tracer->session->journal, task->affinity.entry);
    }
    vacate(tracer, task);
}

void rc_colocation_release(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_affinity *affinity = &task->affinity;
    if (!affinity->moved) {
        return;
    }
    cpu_set_t now;
    if (sits_on(task->tid, tracer->colocation.cpu, &now)) {
        if (!give_affinity(task->tid, &affinity->own) && errno != ESRCH) { // ESRCH: killed meanwhile
            (void)dprintf(STDERR_FILENO, "renacer: thread %d stays on CPU %d, the kernel refused it its own CPUs: %s\n",
                          task->tid, affinity->cpu, strerrorname_np(errno));
        }
    } else {
        affinity->own = now; // somebody has moved it since: it stays there
    }
    if (tracer->leaving) {
        // It may just have created a thread that has not come to its first stop: the entry stands for that one too, and
        // disappears with the journal.
        vacate(tracer, task);
    } else {
        forget(tracer, task);
    }
}

void rc_colocation_gone(struct rc_tracer *tracer, struct rc_task *task) {
    if (task->affinity.moved) {
        forget(tracer, task);
    }
}

void rc_colocation_renamed(struct rc_tracer *tracer, struct rc_task *task) {
    if (tracer->session->placements != NULL) {
        rc_colocation_release(tracer, task); // the record of it names another tid
    } else if (task->affinity.moved && tracer->session->journal != NULL) {
        rc_journal_set_tid(tracer->session->journal, task->affinity.entry, task->tid);
    }
}

static bool confine(pid_t tid, int cpu) {
    cpu_set_t one;
    only(cpu, &one);
    return sched_setaffinity(tid, sizeof one, &one) == 0;
}

static void move(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_colocation *colocation = &tracer->colocation;
    struct rc_affinity *affinity = &task->affinity;
    int cpu = -1;
    if (!rc_affinity_choose(tracer, task, &cpu) ||
        (tracer->session->journal != NULL && !rc_journal_add(tracer->session->journal, task->process->tgid, task->tid,
                                                             cpu, &affinity->own, &affinity->entry))) {
        return;
    }
    affinity->moved = true;
    affinity->once = true;
    affinity->cpu = cpu;
    colocation->cpu = cpu;
    colocation->moved++;
    struct rc_worker *worker = &tracer->workers[task->worker];
    const bool first = worker->moved++ == 0;
    const bool done = (!first || confine(worker->tid, cpu)) && confine(task->tid, cpu);
    if (!done) {
        // EPERM: it is another user's process, and we lack CAP_SYS_NICE. None of its other threads can be moved either.
        if (errno == EPERM) {
            colocation->refused = true;
            tracer->obstacle = RC_COLOCATION_REFUSED;
        }
        forget(tracer, task);
        return;
    }
    colocation->ever_moved++;
    rc_count(&tracer->moved, 1);
}

// ---- the review

struct candidate {
    struct rc_task *task;
    double own_ns; // work between two calls
};

struct review {
    struct rc_tracer *tracer;
    uint64_t elapsed_ns;
    size_t count;
    struct candidate candidates[CANDIDATES];
};

static int by_own(const void *a, const void *b) {
    const double left = ((const struct candidate *)a)->own_ns;
    const double right = ((const struct candidate *)b)->own_ns;
    return left < right ? -1 : left > right;
}

// CPU time of a call and the work before it, without the cost of the stops.
static bool own_work(struct rc_task *task, uint32_t calls, double *out) {
    const int schedstat = rc_schedstat_open(task->tid);
    struct rc_cpu_use use;
    const bool known = schedstat >= 0 && rc_schedstat_read(schedstat, &use);
    if (schedstat >= 0) {
        (void)close(schedstat);
    }
    const int64_t before = task->affinity.ran_ns;
    task->affinity.ran_ns = known ? use.ran_ns : 0;
    if (!known || before == 0 || calls == 0) {
        return false;
    }
    const struct rc_stop_cost *cost = rc_stop_cost();
    const double own = (double)(use.ran_ns - before) / calls - (double)(cost->user_cpu + cost->call_cpu);
    *out = own > 0 ? own : 0;
    return true;
}

static void look_at(void *context, struct rc_task *task) {
    struct review *review = context;
    struct rc_affinity *affinity = &task->affinity;
    if (task->state != RC_TASK_TRACED || task->process->leaving != 0 || task->launching) {
        return;
    }
    const uint32_t calls = affinity->calls;
    const uint64_t per_second = (uint64_t)calls * 1000000000u / review->elapsed_ns;
    affinity->calls = 0;
    cpu_set_t now;
    if (affinity->moved && !sits_on(task->tid, review->tracer->colocation.cpu, &now)) {
        affinity->own = now;
        forget(review->tracer, task); // somebody has moved it
    }
    if (per_second < WARM_PER_SECOND) {
        affinity->hot = 0;
        affinity->ran_ns = 0;
        if (affinity->moved && ++affinity->cold >= COLD_REVIEWS) {
            rc_colocation_release(review->tracer, task);
        }
        return;
    }
    double own = 0;
    const bool known = own_work(task, calls, &own);
    affinity->hot = affinity->hot < HOT_REVIEWS ? affinity->hot + 1 : HOT_REVIEWS;
    if (!known || affinity->hot < HOT_REVIEWS || (!affinity->moved && per_second < HOT_PER_SECOND) ||
        review->count == CANDIDATES) {
        return;
    }
    review->candidates[review->count++] = (struct candidate){.task = task, .own_ns = own};
}

// How many of the candidates, sorted by their work, are faster together than apart.
static size_t worth_moving(const struct review *review) {
    const struct rc_stop_cost *cost = rc_stop_cost();
    const double together = (double)(cost->user_wall + cost->call_wall);
    // Measured on a child that does nothing but stop: its CPU never sleeps, so waking it is as cheap as it can be. A
    // thread with work of its own was seen to pay 5 to 7 times as much apart as together.
    const double measured = 2 * (double)cost->apart_wall;
    const double apart = measured > APART_FACTOR * together ? measured : APART_FACTOR * together;
    size_t best = 0;
    double sum = 0;
    for (size_t k = 1; k <= review->count; k++) {
        sum += review->candidates[k - 1].own_ns;
        const double own = sum / (double)k;
        if (own + apart >= (double)k * (own + together)) {
            best = k;
        }
    }
    return best;
}

// The more often a record changes, the more it costs to keep: so all hot threads are recorded together.
static void ask_ahead(struct rc_tracer *tracer, const struct review *review) {
    for (size_t i = 0; i < review->count && tracer->session->placements != NULL; i++) {
        struct rc_task *task = review->candidates[i].task;
        int cpu = -1;
        if (!task->affinity.moved && !task->affinity.asked) {
            (void)rc_affinity_choose(tracer, task, &cpu);
        }
    }
}

static void review_all(struct rc_tracer *tracer, uint64_t now) {
    struct rc_colocation *colocation = &tracer->colocation;
    struct review review = {.tracer = tracer, .elapsed_ns = now - colocation->reviewed_ns};
    colocation->reviewed_ns = now;
    rc_tasks_each(&tracer->tasks, look_at, &review);
    qsort(review.candidates, review.count, sizeof *review.candidates, by_own);
    const size_t worth = worth_moving(&review);
    for (size_t i = 0; i < review.count; i++) {
        struct rc_task *task = review.candidates[i].task;
        if (i >= worth && task->affinity.moved && ++task->affinity.cold >= COLD_REVIEWS) {
            rc_colocation_release(tracer, task);
        }
    }
    for (size_t i = 0; i < worth; i++) {
        struct rc_task *task = review.candidates[i].task;
        task->affinity.cold = 0;
        if (!task->affinity.moved && !colocation->refused) {
            move(tracer, task);
        }
    }
    ask_ahead(tracer, &review);
}

enum rc_colocation_obstacle rc_session_colocation_obstacle(const struct rc_session *session) {
    return (enum rc_colocation_obstacle)session->tracer.obstacle;
}

void rc_colocation_review(struct rc_tracer *tracer, uint64_t now) {
    struct rc_colocation *colocation = &tracer->colocation;
    if (!colocation->enabled || now < colocation->review_ns || tracer->leaving) {
        return;
    }
    review_all(tracer, now);
    colocation->review_ns = now + RC_COLOCATION_REVIEW_NS;
}

// ---- what the target sees

// The task from which a new one may have inherited its affinity: its creator, or its parent if the creator's event
// never came.
static const struct rc_task *origin_of(const struct rc_tracer *tracer, const struct rc_task *task) {
    const struct rc_task *creator = task->creator == 0 ? NULL : rc_tasks_find(&tracer->tasks, task->creator);
    if (creator == NULL) {
        struct rc_proc_status status;
        const bool known = rc_proc_status(task->tid, &status) == 0;
        creator = known ? rc_tasks_find(&tracer->tasks, status.tgid == task->tid ? status.ppid : status.tgid) : NULL;
    }
    return creator;
}

void rc_colocation_created(struct rc_tracer *tracer, struct rc_task *task) {
    if (tracer->colocation.ever_moved == 0) {
        return;
    }
    const struct rc_task *origin = origin_of(tracer, task);
    if (origin == NULL || !origin->affinity.once) {
        return;
    }
    cpu_set_t expected = origin->affinity.own;
    cpu_set_t now;
    if (!origin->affinity.moved && !read_affinity(origin->tid, &expected)) {
        return; // it is gone, and got its own back after this one had been created
    }
    if (sits_on(task->tid, origin->affinity.cpu, &now) && !CPU_EQUAL(&now, &expected)) {
        (void)give_affinity(task->tid, &expected); // fails only for a task killed meanwhile
    }
}

struct search {
    pid_t inner;
    struct rc_task *found;
};

static void compare(void *context, struct rc_task *task) {
    struct search *search = context;
    struct rc_proc_status status;
    if (task->affinity.moved && rc_proc_status(task->tid, &status) == 0 && status.inner_pid == search->inner) {
        search->found = task;
    }
}

// The thread that a call's first argument names in the caller's PID namespace; NULL: it is not a moved one.
static struct rc_task *named(struct rc_tracer *tracer, const struct rc_task *caller) {
    struct search search = {.inner = (pid_t)caller->call.args[0]};
    if (search.inner == 0) {
        struct rc_task *self = rc_tasks_find(&tracer->tasks, caller->tid);
        return self != NULL && self->affinity.moved ? self : NULL;
    }
    rc_tasks_each(&tracer->tasks, compare, &search);
    return search.found;
}

void rc_colocation_asked(struct rc_tracer *tracer, const struct rc_task *task, int64_t result) {
    if (result <= 0) {
        return;
    }
    const struct rc_task *asked = named(tracer, task);
    if (asked == NULL) {
        return;
    }
    cpu_set_t own = asked->affinity.own;
    const size_t length = (size_t)result < sizeof own ? (size_t)result : sizeof own;
    const struct iovec local = {.iov_base = &own, .iov_len = length};
    const struct iovec remote = {.iov_base = (void *)(uintptr_t)task->call.args[2], .iov_len = length};
    (void)process_vm_writev(task->tid, &local, 1, &remote, 1, 0); // a buffer the kernel has just written to
}

void rc_colocation_set(struct rc_tracer *tracer, const struct rc_task *task) {
    struct rc_task *set = named(tracer, task);
    cpu_set_t now;
    if (set != NULL && sched_getaffinity(set->tid, sizeof now, &now) == 0) {
        set->affinity.own = now;
        forget(tracer, set);
        if (tracer->session->placements != NULL) {
            rc_placements_forget(tracer->session->placements, set->tid);
        }
    }
}

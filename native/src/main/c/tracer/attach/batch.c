// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which worker traces which thread.
//
// waitpid looks at each tracee of the thread that calls it, twice per stop if it has to sleep, so a call costs more the
// more tracees its worker has. A stop also looks at each waiting worker. The first worker therefore keeps a few
// threads, those that have used most CPU time, and the others go to further workers, in large batches. A tracee cannot
// pass to another worker later: PTRACE_DETACH and another SEIZE would lose calls in between. The tasks it creates are
// tracees of the same worker.
//
// Workers seize their batches one after the other, while the first one waits and collects its stops with their times.
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/proc/schedstat.h"
#include "tracee/tasks.h"
#include "threads/wakeup.h"
#include "tracer/attach/batch.h"
#include "tracer/loop/loop.h"
#include "tracer/tasks/seize.h"
#include "tracer/workers/tracer_lock.h"
#include "tracer/workers/workers.h"

enum { FEW = 16, MANY = 64, LISTED_AT_ONCE = 16 };

struct listed {
    pid_t tid;
    int64_t ran_ns; // CPU time since it started
};

// Threads that a worker must seize.
struct rc_batch {
    struct rc_seizing *seizing;
    const struct listed *threads;
    size_t count;
    _Atomic bool done;
};

struct thread_list {
    struct rc_tracer *tracer;
    struct listed *threads;
    size_t count;
    size_t capacity;
};

static int64_t cpu_time(pid_t tid) {
    struct rc_cpu_use use = {.ran_ns = 0};
    const int schedstat = rc_schedstat_open(tid);
    if (schedstat >= 0) {
        (void)rc_schedstat_read(schedstat, &use); // a thread that is gone has none
        (void)close(schedstat);
    }
    return use.ran_ns;
}

static void let_others_work(struct rc_tracer *tracer) {
    rc_serve_pending_stops(tracer);
    rc_tracer_lock_pass(rc_current_worker(tracer));
}

bool rc_seize_in_steps(void *context, pid_t tid) {
    struct rc_seizing *seizing = context;
    const unsigned found = seizing->found;
    if (!rc_seize_thread(seizing, tid)) {
        return false;
    }
    if (seizing->found != found && ++seizing->unserved == RC_INTERRUPTED_AT_ONCE) {
        seizing->unserved = 0;
        let_others_work(seizing->tracer);
    }
    return true;
}

static bool list_thread(void *context, pid_t tid) {
    struct thread_list *list = context;
    if (rc_tasks_find(&list->tracer->tasks, tid) != NULL) {
        return true;
    }
    if (list->count == list->capacity) {
        const size_t larger = list->capacity == 0 ? MANY : list->capacity * 2;
        struct listed *threads = realloc(list->threads, larger * sizeof *threads);
        if (threads == NULL) {
            return false; // those not listed stay with the first worker
        }
        list->threads = threads;
        list->capacity = larger;
    }
    list->threads[list->count++] = (struct listed){.tid = tid, .ran_ns = cpu_time(tid)};
    if (list->count % LISTED_AT_ONCE == 0) {
        let_others_work(list->tracer);
    }
    return true;
}

static int by_cpu_time(const void *a, const void *b) {
    const int64_t left = ((const struct listed *)a)->ran_ns;
    const int64_t right = ((const struct listed *)b)->ran_ns;
    return left < right ? 1 : left > right ? -1 : 0;
}

// How many more threads a worker may get.
static size_t room(const struct rc_tracer *tracer, unsigned worker) {
    const size_t most = worker == 0 ? FEW : MANY;
    const size_t has = tracer->tasks.of_worker[worker];
    return has < most ? most - has : 0;
}

// A worker from `first` on that has room, a new one if necessary, otherwise any: 0 is the current worker.
static unsigned choose(struct rc_tracer *tracer, unsigned first) {
    unsigned emptiest = first < tracer->worker_count ? first : 0;
    for (unsigned i = first; i < tracer->worker_count; i++) {
        if (room(tracer, i) > 0) {
            return i;
        }
        emptiest = tracer->tasks.of_worker[i] < tracer->tasks.of_worker[emptiest] ? i : emptiest;
    }
    return rc_worker_start(tracer, rc_current_worker(tracer)->run) == 0 ? tracer->worker_count - 1 : emptiest;
}

static void have_seized(struct rc_seizing *seizing, unsigned worker, const struct listed *threads, size_t count) {
    struct rc_tracer *tracer = seizing->tracer;
    struct rc_session *session = tracer->session;
    struct rc_worker *self = rc_current_worker(tracer);
    struct rc_batch batch = {.seizing = seizing, .threads = threads, .count = count};
    (void)pthread_mutex_lock(&session->lock);
    tracer->workers[worker].batch = &batch;
    rc_worker_call(&tracer->workers[worker]);
    (void)pthread_cond_signal(&session->watchful); // the watchdog wakes it again until it has looked
    (void)pthread_mutex_unlock(&session->lock);
    rc_tracer_lock_give(self);
    rc_tracer_lock_await(self, &batch.done);
    (void)rc_tracer_lock_take(self);
    rc_serve_pending_stops(tracer);
}

void rc_batch_take(struct rc_tracer *tracer) {
    struct rc_session *session = tracer->session;
    struct rc_worker *worker = rc_current_worker(tracer);
    (void)pthread_mutex_lock(&session->lock);
    struct rc_batch *batch = worker->batch;
    worker->batch = NULL;
    (void)pthread_mutex_unlock(&session->lock);
    if (batch == NULL) {
        return;
    }
    bool go_on = true;
    for (size_t i = 0; i < batch->count && go_on; i++) {
        go_on = rc_seize_in_steps(batch->seizing, batch->threads[i].tid);
    }
    rc_serve_pending_stops(tracer);
    (void)pthread_mutex_lock(&session->lock);
    batch->done = true; // from here on it is the waiting worker's again
    rc_wakeup_send(&tracer->workers[0]);
    (void)pthread_mutex_unlock(&session->lock);
}

void rc_batch_leader(struct rc_seizing *seizing, pid_t tgid) {
    const unsigned worker = choose(seizing->tracer, 0);
    if (worker == 0) {
        (void)rc_seize_in_steps(seizing, tgid);
    } else {
        const struct listed leader = {.tid = tgid};
        have_seized(seizing, worker, &leader, 1);
    }
}

void rc_batch_threads(struct rc_seizing *seizing) {
    struct rc_tracer *tracer = seizing->tracer;
    struct thread_list list = {.tracer = tracer};
    struct rc_proc_status status;
    const pid_t tgid = seizing->process->tgid;
    const bool many =
        rc_proc_status(tgid, &status) == 0 && status.threads > 0 && (size_t)status.threads > room(tracer, 0);
    if (!many || rc_proc_tasks(tgid, list_thread, &list) != 0 || list.count == 0) {
        free(list.threads);
        return;
    }
    qsort(list.threads, list.count, sizeof *list.threads, by_cpu_time);
    size_t at = room(tracer, 0); // the first ones are left to this worker
    while (at < list.count && seizing->error == 0) {
        const unsigned worker = choose(tracer, 1);
        if (worker == 0) {
            break; // there is no other
        }
        const size_t left = list.count - at;
        const size_t fits = room(tracer, worker) > 0 ? room(tracer, worker) : MANY;
        const size_t count = left < fits ? left : fits;
        have_seized(seizing, worker, &list.threads[at], count);
        at += count;
    }
    free(list.threads);
}

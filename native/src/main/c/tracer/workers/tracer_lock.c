// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The lock for what the workers of a tracer share. It is a ticket lock: first come, first served. It is handed to the
// next worker rather than released: otherwise a worker with busy tasks would be back before one that has to wake up
// first, whose tasks would then wait for ever.
//
// It is held while a stop is handled, and a limited number of those that have come meanwhile: passing it on costs more
// than a stop if the next worker sleeps. Only if the ring is full and may be waited for is it held for long. A waiting
// worker collects the stops of its tasks meanwhile, so that their times are true.
#define _GNU_SOURCE
#include "tracer/workers/tracer_lock.h"

#include "session.h"
#include "tracee/stop_queue.h"
#include "threads/clock.h"
#include "threads/ticks.h"
#include "threads/wakeup.h"

static const uint64_t SPIN_NS = 5000u; // about a stop
static const uint64_t SHORT_WAIT_NS = 100000u;
static const uint64_t LOOK_AGAIN_NS = 1000000u; // the wake-up may come just before waitpid is called

int rc_tracer_lock_open(struct rc_tracer *tracer) {
    tracer->lock.last = &tracer->lock.first;
    return pthread_mutex_init(&tracer->lock.mutex, NULL);
}

void rc_tracer_lock_close(struct rc_tracer *tracer) {
    (void)pthread_mutex_destroy(&tracer->lock.mutex);
}

// Returns whether its turn has come.
static bool await_shortly(struct rc_worker *worker) {
    const uint64_t began = rc_now();
    while (!worker->granted && rc_now() < began + SPIN_NS) {
    }
    const uint64_t end = began + SHORT_WAIT_NS;
    const struct timespec until = {.tv_sec = (time_t)(end / 1000000000u), .tv_nsec = (long)(end % 1000000000u)};
    pthread_mutex_t *mutex = &worker->tracer->lock.mutex;
    (void)pthread_mutex_lock(mutex);
    int error = 0;
    while (!worker->granted && error == 0) {
        error = pthread_cond_timedwait(&worker->granting, mutex, &until);
    }
    (void)pthread_mutex_unlock(mutex);
    return worker->granted;
}

void rc_tracer_lock_await(struct rc_worker *worker, const _Atomic bool *over) {
    const bool ticking = rc_ticks_start(&worker->lock_ticks, worker->tid, LOOK_AGAIN_NS);
    worker->collecting = true;
    while (!*over) {
        rc_stops_await(worker, ticking);
    }
    worker->collecting = false;
    rc_ticks_pause(&worker->lock_ticks);
}

static void await(struct rc_worker *worker) {
    if (!await_shortly(worker)) {
        rc_tracer_lock_await(worker, &worker->granted);
    }
}

bool rc_tracer_lock_take(struct rc_worker *worker) {
    struct rc_tracer *tracer = worker->tracer;
    if (!tracer->several) {
        return false;
    }
    struct rc_tracer_lock *lock = &tracer->lock;
    (void)pthread_mutex_lock(&lock->mutex);
    const bool free = !lock->taken;
    if (free) {
        lock->taken = true;
        tracer->current = worker->index;
    } else {
        worker->granted = false;
        worker->next = NULL;
        *lock->last = worker;
        lock->last = &worker->next;
    }
    (void)pthread_mutex_unlock(&lock->mutex);
    if (!free) {
        await(worker);
    }
    return !free;
}

void rc_tracer_lock_give(struct rc_worker *worker) {
    struct rc_tracer *tracer = worker->tracer;
    if (!tracer->several) {
        return;
    }
    struct rc_tracer_lock *lock = &tracer->lock;
    (void)pthread_mutex_lock(&lock->mutex);
    struct rc_worker *next = lock->first;
    if (next == NULL) {
        lock->taken = false;
    } else {
        lock->first = next->next;
        lock->last = lock->first == NULL ? &lock->first : lock->last;
        tracer->current = next->index;
        next->granted = true;
        (void)pthread_cond_signal(&next->granting);
        if (next->collecting) {
            rc_wakeup_send(next); // while we have the lock it cannot end
        }
    }
    (void)pthread_mutex_unlock(&lock->mutex);
}

void rc_tracer_lock_end(struct rc_worker *worker) {
    struct rc_tracer_lock *lock = &worker->tracer->lock;
    rc_tracer_lock_give(worker);
    (void)pthread_mutex_lock(&worker->tracer->session->lock);
    (void)pthread_mutex_lock(&lock->mutex);
    worker->tid = 0; // the number is free for others as soon as this thread ends: nobody must wake it any more
    (void)pthread_mutex_unlock(&lock->mutex);
    (void)pthread_mutex_unlock(&worker->tracer->session->lock);
}

void rc_tracer_lock_pass(struct rc_worker *worker) {
    rc_tracer_lock_give(worker);
    (void)rc_tracer_lock_take(worker);
}

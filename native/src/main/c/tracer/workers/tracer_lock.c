// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Whose turn it is to work on what the workers of a tracer share. First come, first served, and a turn is handed to the next rather than
// let go: a worker with busy tasks would otherwise be back before one that has to wake up first, and its tasks would wait for ever.
//
// A turn lasts for the handling of a stop, and of those that have come meanwhile up to a number: passing it on costs more than a stop
// where the next one sleeps. Only where the ring is full and may be waited for it lasts long. A worker that waits collects the stops of
// its tasks meanwhile, so that the times told of them are true.
#define _GNU_SOURCE
#include "tracer/workers/tracer_lock.h"

#include "session.h"
#include "target/stop_queue.h"
#include "threads/clock.h"
#include "threads/ticks.h"
#include "threads/wakeup.h"

static const uint64_t SPIN_NS = 5000u; // about a stop
static const uint64_t SHORT_WAIT_NS = 100000u;
static const uint64_t LOOK_AGAIN_NS = 1000000u; // the doorbell may ring just before waitpid is called

int rc_turn_open(struct rc_tracer *tracer) {
    tracer->turn.last = &tracer->turn.first;
    return pthread_mutex_init(&tracer->turn.lock, NULL);
}

void rc_turn_close(struct rc_tracer *tracer) {
    (void)pthread_mutex_destroy(&tracer->turn.lock);
}

// Returns whether it has come.
static bool await_shortly(struct rc_worker *worker) {
    const uint64_t began = rc_now();
    while (!worker->granted && rc_now() < began + SPIN_NS) {
    }
    const uint64_t end = began + SHORT_WAIT_NS;
    const struct timespec until = {.tv_sec = (time_t)(end / 1000000000u), .tv_nsec = (long)(end % 1000000000u)};
    pthread_mutex_t *lock = &worker->tracer->turn.lock;
    (void)pthread_mutex_lock(lock);
    int error = 0;
    while (!worker->granted && error == 0) {
        error = pthread_cond_timedwait(&worker->its_turn, lock, &until);
    }
    (void)pthread_mutex_unlock(lock);
    return worker->granted;
}

void rc_turn_await(struct rc_worker *worker, const _Atomic bool *over) {
    const bool ticking = rc_ticks_start(&worker->turn_ticks, worker->tid, LOOK_AGAIN_NS);
    worker->collecting = true;
    while (!*over) {
        rc_stops_await(worker, ticking);
    }
    worker->collecting = false;
    rc_ticks_pause(&worker->turn_ticks);
}

static void await(struct rc_worker *worker) {
    if (!await_shortly(worker)) {
        rc_turn_await(worker, &worker->granted);
    }
}

bool rc_turn_take(struct rc_worker *worker) {
    struct rc_tracer *tracer = worker->tracer;
    if (!tracer->several) {
        return false;
    }
    struct rc_turn *turn = &tracer->turn;
    (void)pthread_mutex_lock(&turn->lock);
    const bool free = !turn->taken;
    if (free) {
        turn->taken = true;
        tracer->current = worker->index;
    } else {
        worker->granted = false;
        worker->next = NULL;
        *turn->last = worker;
        turn->last = &worker->next;
    }
    (void)pthread_mutex_unlock(&turn->lock);
    if (!free) {
        await(worker);
    }
    return !free;
}

void rc_turn_give(struct rc_worker *worker) {
    struct rc_tracer *tracer = worker->tracer;
    if (!tracer->several) {
        return;
    }
    struct rc_turn *turn = &tracer->turn;
    (void)pthread_mutex_lock(&turn->lock);
    struct rc_worker *next = turn->first;
    if (next == NULL) {
        turn->taken = false;
    } else {
        turn->first = next->next;
        turn->last = turn->first == NULL ? &turn->first : turn->last;
        tracer->current = next->index;
        next->granted = true;
        (void)pthread_cond_signal(&next->its_turn);
        if (next->collecting) {
            rc_doorbell_ring(next); // while we have the lock it cannot end
        }
    }
    (void)pthread_mutex_unlock(&turn->lock);
}

void rc_turn_end(struct rc_worker *worker) {
    struct rc_turn *turn = &worker->tracer->turn;
    rc_turn_give(worker);
    (void)pthread_mutex_lock(&worker->tracer->session->lock);
    (void)pthread_mutex_lock(&turn->lock);
    worker->tid = 0; // the number is free for others as soon as this thread ends: nobody is to ring for it any more
    (void)pthread_mutex_unlock(&turn->lock);
    (void)pthread_mutex_unlock(&worker->tracer->session->lock);
}

void rc_turn_pass(struct rc_worker *worker) {
    rc_turn_give(worker);
    (void)rc_turn_take(worker);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Whose turn it is to work on what the hands of a tracer share. First come, first served, and a turn is handed to the next rather than
// let go: a hand with busy tasks would otherwise be back before one that has to wake up first, and its tasks would wait for ever.
//
// A turn lasts for the handling of a stop, and of those that have come meanwhile up to a number: passing it on costs more than a stop
// where the next one sleeps. Only where the ring is full and may be waited for it lasts long. A hand that waits collects the stops of
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
static bool await_shortly(struct rc_hand *hand) {
    const uint64_t began = rc_now();
    while (!hand->granted && rc_now() < began + SPIN_NS) {
    }
    const uint64_t end = began + SHORT_WAIT_NS;
    const struct timespec until = {.tv_sec = (time_t)(end / 1000000000u), .tv_nsec = (long)(end % 1000000000u)};
    pthread_mutex_t *lock = &hand->tracer->turn.lock;
    (void)pthread_mutex_lock(lock);
    int error = 0;
    while (!hand->granted && error == 0) {
        error = pthread_cond_timedwait(&hand->its_turn, lock, &until);
    }
    (void)pthread_mutex_unlock(lock);
    return hand->granted;
}

void rc_turn_await(struct rc_hand *hand, const _Atomic bool *over) {
    const bool ticking = rc_ticks_start(&hand->turn_ticks, hand->tid, LOOK_AGAIN_NS);
    hand->collecting = true;
    while (!*over) {
        rc_stops_await(hand, ticking);
    }
    hand->collecting = false;
    rc_ticks_pause(&hand->turn_ticks);
}

static void await(struct rc_hand *hand) {
    if (!await_shortly(hand)) {
        rc_turn_await(hand, &hand->granted);
    }
}

bool rc_turn_take(struct rc_hand *hand) {
    struct rc_tracer *tracer = hand->tracer;
    if (!tracer->several) {
        return false;
    }
    struct rc_turn *turn = &tracer->turn;
    (void)pthread_mutex_lock(&turn->lock);
    const bool free = !turn->taken;
    if (free) {
        turn->taken = true;
        tracer->hand = hand->index;
    } else {
        hand->granted = false;
        hand->next = NULL;
        *turn->last = hand;
        turn->last = &hand->next;
    }
    (void)pthread_mutex_unlock(&turn->lock);
    if (!free) {
        await(hand);
    }
    return !free;
}

void rc_turn_give(struct rc_hand *hand) {
    struct rc_tracer *tracer = hand->tracer;
    if (!tracer->several) {
        return;
    }
    struct rc_turn *turn = &tracer->turn;
    (void)pthread_mutex_lock(&turn->lock);
    struct rc_hand *next = turn->first;
    if (next == NULL) {
        turn->taken = false;
    } else {
        turn->first = next->next;
        turn->last = turn->first == NULL ? &turn->first : turn->last;
        tracer->hand = next->index;
        next->granted = true;
        (void)pthread_cond_signal(&next->its_turn);
        if (next->collecting) {
            rc_doorbell_ring(next); // while we have the lock it cannot end
        }
    }
    (void)pthread_mutex_unlock(&turn->lock);
}

void rc_turn_end(struct rc_hand *hand) {
    struct rc_turn *turn = &hand->tracer->turn;
    rc_turn_give(hand);
    (void)pthread_mutex_lock(&hand->tracer->session->lock);
    (void)pthread_mutex_lock(&turn->lock);
    hand->tid = 0; // the number is free for others as soon as this thread ends: nobody is to ring for it any more
    (void)pthread_mutex_unlock(&turn->lock);
    (void)pthread_mutex_unlock(&hand->tracer->session->lock);
}

void rc_turn_pass(struct rc_hand *hand) {
    rc_turn_give(hand);
    (void)rc_turn_take(hand);
}

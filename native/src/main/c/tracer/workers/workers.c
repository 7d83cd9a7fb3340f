// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The OS threads of a tracer: how they are started and called.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "session.h"
#include "target/tasks.h"
#include "threads/ticks.h"
#include "threads/wakeup.h"
#include "tracer/workers/workers.h"

int rc_make_condition(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    int error = pthread_condattr_init(&attributes);
    if (error != 0) {
        return error;
    }
    error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (error == 0) {
        error = pthread_cond_init(condition, &attributes);
    }
    (void)pthread_condattr_destroy(&attributes);
    return error;
}

int rc_start_thread(pthread_t *thread, void *(*run)(void *), void *argument) {
    static const int let_in[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}; // blocked they would kill without a trace
    sigset_t mask;
    sigset_t former;
    (void)sigfillset(&mask);
    (void)sigdelset(&mask, rc_doorbell_signal());
    for (size_t i = 0; i < sizeof let_in / sizeof let_in[0]; i++) {
        (void)sigdelset(&mask, let_in[i]);
    }
    int error = pthread_sigmask(SIG_SETMASK, &mask, &former);
    if (error == 0) {
        error = pthread_create(thread, NULL, run, argument);
        (void)pthread_sigmask(SIG_SETMASK, &former, NULL);
    }
    return error;
}

// The first is started by whoever opens the session, the others by the first, which is at work then.
int rc_hand_start(struct rc_tracer *tracer, void *(*run)(void *hand)) {
    const unsigned index = tracer->hand_count;
    if (index == RC_HANDS) {
        return EAGAIN;
    }
    struct rc_hand *hand = &tracer->hands[index];
    hand->tracer = tracer;
    hand->index = index;
    hand->run = run;
    int error = rc_make_condition(&hand->its_turn);
    if (error != 0) {
        return error;
    }
    if (index > 0 && !tracer->several) {
        tracer->turn.taken = true; // by the hand at work
        tracer->several = true;
    }
    error = rc_start_thread(&hand->thread, run, hand);
    if (error != 0) {
        (void)pthread_cond_destroy(&hand->its_turn);
    } else {
        tracer->hand_count++;
    }
    return error;
}

void rc_hand_close(struct rc_hand *hand) {
    rc_ticks_stop(&hand->room_ticks);
    rc_ticks_stop(&hand->turn_ticks);
    rc_ticks_stop(&hand->held_ticks);
    free(hand->queue.stops);
    (void)pthread_cond_destroy(&hand->its_turn);
}

void rc_hand_call(struct rc_hand *hand) {
    hand->attention = true;
    rc_doorbell_ring(hand);
    (void)pthread_cond_broadcast(&hand->tracer->session->changed);
}

void rc_hands_call_others(struct rc_tracer *tracer) {
    (void)pthread_mutex_lock(&tracer->session->lock);
    for (unsigned i = 0; i < tracer->hand_count; i++) {
        if (i != tracer->hand) {
            rc_hand_call(&tracer->hands[i]);
        }
    }
    (void)pthread_cond_signal(&tracer->session->watchful); // rings again until they have looked
    (void)pthread_mutex_unlock(&tracer->session->lock);
}

bool rc_is_hand(const struct rc_tracer *tracer, pid_t tid) {
    bool found = false;
    for (unsigned i = 0; i < tracer->hand_count && tid != 0; i++) {
        found = found || tracer->hands[i].tid == tid;
    }
    return found;
}

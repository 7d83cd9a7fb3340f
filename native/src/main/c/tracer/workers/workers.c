// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The OS threads of a tracer: how they are started and called.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "session.h"
#include "tracee/tasks.h"
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
    // If blocked, they would kill without a trace.
    static const int let_in[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
    sigset_t mask;
    sigset_t former;
    (void)sigfillset(&mask);
    (void)sigdelset(&mask, rc_wakeup_signal());
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

// The first worker is started by the thread that opens the session, the others by the first, which is running by then.
int rc_worker_start(struct rc_tracer *tracer, void *(*run)(void *worker)) {
    const unsigned index = tracer->worker_count;
    if (index == RC_WORKERS) {
        return EAGAIN;
    }
    struct rc_worker *worker = &tracer->workers[index];
    worker->tracer = tracer;
    worker->index = index;
    worker->run = run;
    int error = rc_make_condition(&worker->granting);
    if (error != 0) {
        return error;
    }
    if (index > 0 && !tracer->several) {
        tracer->lock.taken = true; // by the current worker
        tracer->several = true;
    }
    error = rc_start_thread(&worker->thread, run, worker);
    if (error != 0) {
        (void)pthread_cond_destroy(&worker->granting);
    } else {
        tracer->worker_count++;
    }
    return error;
}

void rc_worker_close(struct rc_worker *worker) {
    rc_ticks_stop(&worker->room_ticks);
    rc_ticks_stop(&worker->lock_ticks);
    rc_ticks_stop(&worker->held_ticks);
    rc_ticks_stop(&worker->leader_ticks);
    free(worker->queue.stops);
    (void)pthread_cond_destroy(&worker->granting);
}

void rc_worker_call(struct rc_worker *worker) {
    worker->attention = true;
    rc_wakeup_send(worker);
    (void)pthread_cond_broadcast(&worker->tracer->session->changed);
}

void rc_workers_call_others(struct rc_tracer *tracer) {
    (void)pthread_mutex_lock(&tracer->session->lock);
    for (unsigned i = 0; i < tracer->worker_count; i++) {
        if (i != tracer->current) {
            rc_worker_call(&tracer->workers[i]);
        }
    }
    (void)pthread_cond_signal(&tracer->session->watchful); // the watchdog wakes them again until they have looked
    (void)pthread_mutex_unlock(&tracer->session->lock);
}

bool rc_is_worker(const struct rc_tracer *tracer, pid_t tid) {
    bool found = false;
    for (unsigned i = 0; i < tracer->worker_count && tid != 0; i++) {
        found = found || tracer->workers[i].tid == tid;
    }
    return found;
}

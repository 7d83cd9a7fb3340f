// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A worker's life: it serves commands and stops, and sleeps while it has no tracee. Only the first worker serves
// commands, and it reports when all is done.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "affinity/colocate.h"
#include "capture.h"
#include "launcher/launch_state.h"
#include "ring/publish.h"
#include "session.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "throttle/duty_cycle.h"
#include "throttle/slowdown.h"
#include "throttle/thread_time.h"
#include "tracer/attach/attach.h"
#include "tracer/attach/batch.h"
#include "tracer/attach/detach.h"
#include "tracer/loop/loop.h"
#include "tracer/loop/stops.h"
#include "tracer/tasks/ends.h"
#include "tracer/tasks/launch.h"
#include "tracer/tasks/seize.h"
#include "tracer/tracer_thread.h"
#include "tracer/workers/command.h"
#include "tracer/workers/tracer_lock.h"
#include "tracer/workers/workers.h"

static void count_tasks(struct rc_tracer *tracer) {
    atomic_store_explicit(&tracer->task_count, tracer->tasks.count, memory_order_relaxed);
}

static void serve(struct rc_tracer *tracer, struct rc_command *command) {
    if (tracer->leaving) {
        rc_command_finish(tracer->session, command, (struct rc_result){.refusal = RC_STOPPED});
        return;
    }
    tracer->may_wait = false; // a caller waits for us
    if (command->kind == RC_COMMAND_ATTACH) {
        const struct rc_result result = rc_attach_process(tracer, command->pid);
        count_tasks(tracer); // the caller may ask for it at once
        rc_command_finish(tracer->session, command, result);
    } else {
        rc_launch_begin(tracer, command);
    }
    tracer->may_wait = true;
}

// Returns false if the thread must end.
static bool serve_command(struct rc_tracer *tracer) {
    struct rc_session *session = tracer->session;
    (void)pthread_mutex_lock(&session->lock);
    struct rc_command *command = tracer->current == 0 ? session->command : NULL;
    const bool quit = session->quit;
    if (command != NULL) {
        session->command = NULL;
        command->taken = true;
        session->finished = false;
    }
    (void)pthread_mutex_unlock(&session->lock);
    if (command != NULL) {
        serve(tracer, command);
    }
    return !quit;
}

// Looks at what other threads want. Returns false if the thread must end.
static bool attend(struct rc_tracer *tracer) {
    struct rc_session *session = tracer->session;
    rc_current_worker(tracer)->attention = false;
    if (session->stop_reason != 0 && !tracer->leaving) {
        rc_leave_all(tracer);
    } else {
        rc_leave_own(tracer);
    }
    if (session->closing && tracer->bound) {
        rc_end_bound(tracer);
    }
    rc_batch_take(tracer);
    return serve_command(tracer);
}

// Sleeps, without a tracee, until somebody wants something from this worker. The session's lock is held.
static void await_attention(struct rc_worker *worker, bool reviews) {
    struct rc_session *session = worker->tracer->session;
    while (!worker->attention && !session->quit && !reviews) {
        (void)pthread_cond_wait(&session->changed, &session->lock);
    }
    if (session->quit) {
        worker->attention = true; // it may have been started after all were called
    }
    if (!worker->attention) {
        const uint64_t end = rc_now() + RC_COLOCATION_REVIEW_NS;
        const struct timespec until = {.tv_sec = (time_t)(end / 1000000000u), .tv_nsec = (long)(end % 1000000000u)};
        (void)pthread_cond_timedwait(&session->changed, &session->lock, &until); // when it ends, this only looks
    }
}

// For a worker without a tracee. If no worker has any, everything is published, and the first worker reports that.
static void idle(struct rc_worker *worker) {
    struct rc_tracer *tracer = worker->tracer;
    struct rc_session *session = tracer->session;
    const bool first = worker->index == 0;
    const bool all = tracer->tasks.count == 0;
    const bool reviews = first && !all && tracer->colocation.enabled;
    if (first && all) {
        rc_forget_early_exits(tracer);
        rc_publish_backlog(tracer);
    }
    rc_tracer_lock_give(worker);
    (void)pthread_mutex_lock(&session->lock);
    if (all && first) {
        session->finished = session->opened || session->stop_reason != 0;
        (void)pthread_cond_broadcast(&session->changed);
    } else if (all) {
        rc_worker_call(&tracer->workers[0]);
        (void)pthread_cond_signal(&session->watchful); // the watchdog wakes it again until it has looked
    }
    await_attention(worker, reviews);
    (void)pthread_mutex_unlock(&session->lock);
    (void)rc_tracer_lock_take(worker);
}

static void open_worker(struct rc_worker *worker) {
    struct rc_tracer *tracer = worker->tracer;
    struct rc_session *session = tracer->session;
    const bool first = worker->index == 0;
    (void)pthread_setname_np(pthread_self(), "renacer-tracer");
    if (first) {
        (void)rc_launch_state_pin_thread(session->options.inherited); // if this fails, tracing is slower, not wrong
        rc_slowdown_open(&tracer->slowdown);
    }
    (void)pthread_mutex_lock(&session->lock);
    worker->tid = (pid_t)syscall(SYS_gettid);
    (void)pthread_cond_broadcast(&session->changed);
    (void)pthread_mutex_unlock(&session->lock);
    if (first) {
        rc_colocation_open(tracer);
    }
    (void)rc_tracer_lock_take(worker);
    if (!first) {
        rc_colocation_join(tracer);
    }
    rc_duty_cycle_open(worker);
}

struct look {
    struct rc_tracer *tracer;
    uint64_t now;
};

static void watch_if_rested(void *context, struct rc_task *task) {
    const struct look *look = context;
    if (!rc_is_own_tracee(look->tracer, task)) {
        return;
    }
    if (rc_duty_cycle_rested(task, look->now)) {
        rc_seize_rested(look->tracer, task);
    } else {
        rc_thread_time_look(look->tracer, task, look->now);
    }
}

static void watch_rested(struct rc_tracer *tracer, uint64_t now) {
    if (rc_duty_cycle_look(tracer, now)) {
        struct look look = {.tracer = tracer, .now = now};
        rc_tasks_each(&tracer->tasks, watch_if_rested, &look);
    }
}

void *rc_worker_run(void *argument) {
    struct rc_worker *worker = argument;
    struct rc_tracer *tracer = worker->tracer;
    open_worker(worker);
    for (;;) {
        if (worker->attention && !attend(tracer)) {
            break;
        }
        count_tasks(tracer);
        if (tracer->tasks.of_worker[worker->index] == 0 && !rc_stops_are_owed(tracer)) {
            idle(worker);
            rc_colocation_review(tracer, rc_now());
            continue;
        }
        if (!rc_backlog_is_empty(tracer)) {
            rc_publish_backlog(tracer);
        }
        struct rc_stop stop;
        const int none = rc_next_stop(tracer, &stop);
        if (none == 0) {
            rc_handle_stop(tracer, &stop);
        } else if (none == ECHILD) {
            rc_forget_all(tracer); // tasks in the table, but none in the kernel
        }
        rc_colocation_review(tracer, stop.time_ns);
        watch_rested(tracer, stop.time_ns);
        rc_held_review(tracer, stop.time_ns);
        rc_leave_review(tracer, stop.time_ns);
    }
    rc_duty_cycle_close(worker);
    if (worker->index == 0) {
        rc_colocation_close(tracer);
    }
    rc_tracer_lock_end(worker);
    return NULL;
}

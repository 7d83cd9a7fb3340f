// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The tracer thread: serves commands and stops, sleeps without a tracee, and tells when all is done.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher/launch_state.h"
#include "session.h"

void rc_command_finish(struct rc_session *session, struct rc_command *command, struct rc_result result) {
    (void)pthread_mutex_lock(&session->lock);
    command->result = result;
    command->done = true;
    session->opened = session->opened || result.refusal == RC_OK;
    (void)pthread_cond_broadcast(&session->changed);
    (void)pthread_mutex_unlock(&session->lock);
}

void rc_engine_failure(struct rc_tracer *tracer, const char *request, int error) {
    int none = 0;
    if (atomic_compare_exchange_strong(&tracer->session->stop_reason, &none, RC_DETACH_ENGINE_FAILURE)) {
        (void)dprintf(STDERR_FILENO, "renacer: tracing ends, the kernel refused %s: %s\n", request,
                      strerrorname_np(error));
    }
    tracer->attention = true;
}

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

// Looks at what other threads want. Returns false if the thread is to end.
static bool attend(struct rc_tracer *tracer) {
    struct rc_session *session = tracer->session;
    tracer->attention = false;
    if (session->stop_reason != 0 && !tracer->leaving) {
        rc_leave_all(tracer);
    }
    if (session->closing && tracer->bound) {
        rc_end_bound(tracer);
    }
    (void)pthread_mutex_lock(&session->lock);
    struct rc_command *command = session->command;
    session->command = NULL;
    const bool quit = session->quit;
    if (command != NULL) {
        command->taken = true;
        session->finished = false;
    }
    (void)pthread_mutex_unlock(&session->lock);
    if (command != NULL) {
        serve(tracer, command);
    }
    return !quit;
}

// Without a tracee: everything is published, so say so, and sleep until somebody wants something.
static void rest(struct rc_tracer *tracer) {
    struct rc_session *session = tracer->session;
    rc_forget_ghosts(tracer);
    rc_publish_backlog(tracer);
    (void)pthread_mutex_lock(&session->lock);
    session->finished = session->opened || session->stop_reason != 0;
    (void)pthread_cond_broadcast(&session->changed);
    while (!tracer->attention) {
        (void)pthread_cond_wait(&session->changed, &session->lock);
    }
    (void)pthread_mutex_unlock(&session->lock);
}

void *rc_tracer_run(void *argument) {
    struct rc_tracer *tracer = argument;
    struct rc_session *session = tracer->session;
    (void)pthread_setname_np(pthread_self(), "renacer-tracer");
    (void)rc_launch_state_pin_thread(session->options.inherited); // without it tracing is slower, not wrong
    rc_slowdown_open(&tracer->slowdown);
    (void)pthread_mutex_lock(&session->lock);
    tracer->tid = (pid_t)syscall(SYS_gettid);
    (void)pthread_cond_broadcast(&session->changed);
    (void)pthread_mutex_unlock(&session->lock);
    rc_colocation_open(tracer);
    rc_rest_open(tracer);
    for (;;) {
        if (tracer->attention && !attend(tracer)) {
            break;
        }
        count_tasks(tracer);
        if (tracer->tasks.count == 0) {
            rest(tracer);
            continue;
        }
        if (!rc_backlog_is_empty(tracer)) {
            rc_publish_backlog(tracer);
        }
        struct rc_stop stop;
        if (rc_next_stop(tracer, &stop)) {
            rc_handle_stop(tracer, &stop);
        }
        rc_colocation_turn(tracer, stop.time_ns);
        rc_rest_turn(tracer, stop.time_ns);
    }
    rc_rest_close(tracer);
    rc_colocation_close(tracer);
    return NULL;
}

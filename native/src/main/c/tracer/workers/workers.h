// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The OS threads of a tracer.
#pragma once

#include "session.h"

// A condition whose waits are timed by CLOCK_MONOTONIC; returns 0 or an errno value.
int rc_make_condition(pthread_cond_t *condition);
// Starts a thread to which no signals of the program around us are delivered, except that of wake-ups and those of
// faults.
int rc_start_thread(pthread_t *thread, void *(*run)(void *), void *argument);
// Starts the next worker, whose life is `run`; returns 0 or an errno value.
int rc_worker_start(struct rc_tracer *tracer, void *(*run)(void *worker));
// Cleans up after a thread that has ended.
void rc_worker_close(struct rc_worker *worker);
// Makes a worker look at what others want from it. The session's lock is held.
void rc_worker_call(struct rc_worker *worker);
// Makes all workers except the current one look.
void rc_workers_call_others(struct rc_tracer *tracer);
// Whether this is the tid of a worker.
bool rc_is_worker(const struct rc_tracer *tracer, pid_t tid);

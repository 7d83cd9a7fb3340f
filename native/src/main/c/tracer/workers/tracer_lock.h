// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The lock of what the workers of a tracer share. Until a second worker comes nothing is to be taken.
#pragma once

#include "session.h"

int rc_tracer_lock_open(struct rc_tracer *tracer);
void rc_tracer_lock_close(struct rc_tracer *tracer);
// Returns whether it had to wait for another worker.
bool rc_tracer_lock_take(struct rc_worker *worker);
void rc_tracer_lock_give(struct rc_worker *worker);
// Without the lock: collects stops, so that their times are true, until something is over; a wake-up makes it look at
// once.
void rc_tracer_lock_await(struct rc_worker *worker, const _Atomic bool *over);
// Of a worker that ends: it is not to be woken any more.
void rc_tracer_lock_end(struct rc_worker *worker);
// Gives it to those that wait, and takes it again.
void rc_tracer_lock_pass(struct rc_worker *worker);

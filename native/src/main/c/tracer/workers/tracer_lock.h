// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The lock for what the workers of a tracer share. It need not be taken until there is a second worker.
#pragma once

#include "session.h"

int rc_tracer_lock_open(struct rc_tracer *tracer);
void rc_tracer_lock_close(struct rc_tracer *tracer);
// Returns whether it had to wait for another worker.
bool rc_tracer_lock_take(struct rc_worker *worker);
void rc_tracer_lock_give(struct rc_worker *worker);
// Without the lock: collects stops, so that their times are true, until a condition holds; a wake-up makes it check at
// once.
void rc_tracer_lock_await(struct rc_worker *worker, const _Atomic bool *over);
// For a worker that ends: it must not be woken any more.
void rc_tracer_lock_end(struct rc_worker *worker);
// Gives the lock to those that wait, and takes it again.
void rc_tracer_lock_pass(struct rc_worker *worker);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Whose turn it is. Until a second worker comes nothing is to be taken.
#pragma once

#include "session.h"

int rc_turn_open(struct rc_tracer *tracer);
void rc_turn_close(struct rc_tracer *tracer);
// Returns whether it had to wait for another worker.
bool rc_turn_take(struct rc_worker *worker);
void rc_turn_give(struct rc_worker *worker);
// Without a turn: collects stops, so that their times are true, until something is over; the doorbell makes it look at once.
void rc_turn_await(struct rc_worker *worker, const _Atomic bool *over);
// Of a worker that ends: it is not to be rung for any more.
void rc_turn_end(struct rc_worker *worker);
// Lets those that wait have theirs.
void rc_turn_pass(struct rc_worker *worker);

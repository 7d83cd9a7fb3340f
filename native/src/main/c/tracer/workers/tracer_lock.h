// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Whose turn it is. Until a second hand comes nothing is to be taken.
#pragma once

#include "session.h"

int rc_turn_open(struct rc_tracer *tracer);
void rc_turn_close(struct rc_tracer *tracer);
// Returns whether it had to wait for another hand.
bool rc_turn_take(struct rc_hand *hand);
void rc_turn_give(struct rc_hand *hand);
// Without a turn: collects stops, so that their times are true, until something is over; the doorbell makes it look at once.
void rc_turn_await(struct rc_hand *hand, const _Atomic bool *over);
// Of a hand that ends: it is not to be rung for any more.
void rc_turn_end(struct rc_hand *hand);
// Lets those that wait have theirs.
void rc_turn_pass(struct rc_hand *hand);

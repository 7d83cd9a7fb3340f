// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The OS threads of a tracer.
#pragma once

#include "session.h"

// Starts a thread that no signal of the program around us is delivered to, but the doorbell's and those of faults.
// A condition whose waits are timed by CLOCK_MONOTONIC; returns 0 or an errno value.
int rc_make_condition(pthread_cond_t *condition);
int rc_start_thread(pthread_t *thread, void *(*run)(void *), void *argument);
// Starts the next hand, whose life is `run`; returns 0 or an errno value.
int rc_hand_start(struct rc_tracer *tracer, void *(*run)(void *hand));
// Of a thread that has ended.
void rc_hand_close(struct rc_hand *hand);
// Has a hand look at what others want of it. The session's lock is held.
void rc_hand_call(struct rc_hand *hand);
// Has all hands but that at work look.
void rc_hands_call_others(struct rc_tracer *tracer);
// Whether this is the tid of a hand.
bool rc_is_hand(const struct rc_tracer *tracer, pid_t tid);

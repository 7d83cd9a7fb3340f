// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Threads that are slowed down too much are traced only part of the time. Only for the current worker.
#pragma once

#include "session.h"

void rc_duty_cycle_open(struct rc_worker *worker);
void rc_duty_cycle_close(struct rc_worker *worker);
// At the exit stop of a call; the task is resumed by the caller.
void rc_duty_cycle_rest(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// After that call was published: from here on calls of the task are missing.
void rc_duty_cycle_tell(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// Before anything is published of a task that had rested: from now on its calls are seen.
void rc_duty_cycle_tell_end(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
void rc_duty_cycle_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool alive);
// Whether it is time for the current worker to check whose rest is over; afterwards it is not time for a while.
bool rc_duty_cycle_look(struct rc_tracer *tracer, uint64_t now);
bool rc_duty_cycle_rested(const struct rc_task *task, uint64_t now);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Tasks that appear, change their program and end.
#pragma once

#include "session.h"

// What is left to the loop.
enum rc_verdict {
    RC_NOTHING_MORE,
    RC_DISPATCH,     // the reason for the task's stop must be looked at
    RC_RELEASE_HELD, // nothing would wake us for the waiting tasks
};
// The first stop of a task (NULL: not in the table) that was not seized but created under trace.
enum rc_verdict rc_first_stop(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop);
// A creator's event. Returns the child if it waited for that: it must be adopted.
struct rc_task *rc_task_created(struct rc_tracer *tracer, pid_t creator, pid_t child);
// Takes up a task that waited in RC_TASK_HELD. Returns whether the reason for its stop, which this fills in, must be
// looked at.
bool rc_adopt_held(struct rc_tracer *tracer, struct rc_task *task, struct rc_stop *stop);
// Before an exec stop is handled: a thread that executes a program takes over the pid of its leader.
void rc_take_over_leader(struct rc_tracer *tracer, const struct rc_stop *stop);
void rc_task_executed(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop);
// Returns whether the tasks that wait for their creators' events must continue without them: it may have been such a
// creator.
bool rc_task_died(struct rc_tracer *tracer, const struct rc_stop *stop);
// Gets rid of a stopped task that cannot be taken up. Returns false if it is no longer stopped: it was killed.
bool rc_give_up_task(const struct rc_tracer *tracer, const struct rc_stop *stop);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Detaches tasks, as if they had never been traced.
#pragma once

#include "session.h"

void rc_leave_all(struct rc_tracer *tracer);
// Asks the tasks of the current worker that are to be detached to stop.
void rc_leave_own(struct rc_tracer *tracer);
void rc_leave_process(struct rc_tracer *tracer, struct rc_process *process, enum rc_detach_reason reason);
// To be called now and then: forgets tasks that have left without a stop. For the current worker.
void rc_leave_review(struct rc_tracer *tracer, uint64_t now);
// Kills the tasks that cannot be detached.
void rc_end_bound(struct rc_tracer *tracer);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Threads, in batches for the workers.
#pragma once

#include "session.h"
#include "tracer/tasks/seize.h"

// rc_seize_thread; the stops that have come are served after so many.
bool rc_seize_in_steps(void *seizing, pid_t tid);
void rc_batch_leader(struct rc_seizing *seizing, pid_t tgid);
// The other threads of a process, if there are too many for the current worker.
void rc_batch_threads(struct rc_seizing *seizing);
// The batch of the current worker.
void rc_batch_take(struct rc_tracer *tracer);

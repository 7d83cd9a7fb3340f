// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Distributes threads to the workers in batches.
#pragma once

#include "session.h"
#include "tracer/tasks/seize.h"

// rc_seize_thread; after a number of calls the stops that have come are served.
bool rc_seize_in_steps(void *seizing, pid_t tid);
void rc_batch_leader(struct rc_seizing *seizing, pid_t tgid);
// Distributes the other threads of a process, if there are too many for the current worker.
void rc_batch_threads(struct rc_seizing *seizing);
// Seizes the batch of the current worker.
void rc_batch_take(struct rc_tracer *tracer);

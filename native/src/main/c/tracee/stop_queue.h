// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Stops of a worker, collected before they can be looked at.
#pragma once

#include "session.h"

// Makes room for one more. Returns false if memory is short.
bool rc_stop_queue_reserve(struct rc_stop_queue *queue);
// Queues a stop just collected. idle_ns: as in rc_stop; 0: it was collected the moment it came. Returns false if memory
// is short.
bool rc_stop_queue_keep(struct rc_stop_queue *queue, pid_t tid, int status, uint64_t idle_ns);
// Takes the oldest one; there must be one.
struct rc_stop rc_stop_queue_take(struct rc_stop_queue *queue);
// As in rc_stop, for a stop or death with this status.
int64_t rc_cpu_of_dead(pid_t tid, int status);
// Queues a worker's next stop the moment it comes, or returns after a tick. Needs no lock. ticking: its waitpid is
// interrupted regularly.
void rc_stops_await(struct rc_worker *worker, bool ticking);

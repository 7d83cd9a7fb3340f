// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which stop is looked at next.
#pragma once

#include "session.h"

// Takes the oldest one collected, else waits, while others have the lock. Returns 0, or an errno value without one:
// ECHILD: the kernel has no tracee of the current worker; EINTR: it was woken; any other ends the trace.
int rc_next_stop(struct rc_tracer *tracer, struct rc_stop *stop);
// Queues all stops that wait to be looked at; none is waited for.
void rc_stops_collect(struct rc_tracer *tracer);
// Whether the kernel has tracees of the current worker that it does not know of: a child that asked for our trace
// itself (CLONE_PTRACE) may have been made by a task that was detached directly afterwards.
bool rc_stops_are_owed(struct rc_tracer *tracer);
// Takes the oldest one collected. Returns false if there is none.
bool rc_stops_take(struct rc_tracer *tracer, struct rc_stop *stop);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Chooses the stop that is looked at next.
#pragma once

#include "session.h"

// Takes the oldest one collected, otherwise waits, while others have the lock. Returns 0, or an errno value if there is
// none: ECHILD: the kernel has no tracee of the current worker; EINTR: it was woken; any other ends the trace.
int rc_next_stop(struct rc_tracer *tracer, struct rc_stop *stop);
// Queues all stops that are pending, without waiting for any.
void rc_stops_collect(struct rc_tracer *tracer);
// Whether the kernel has tracees of the current worker that the worker does not know about: a task that was then
// detached may have created a child that asked for our trace itself (CLONE_PTRACE).
bool rc_stops_are_owed(struct rc_tracer *tracer);
// Takes the oldest one collected. Returns false if there is none.
bool rc_stops_take(struct rc_tracer *tracer, struct rc_stop *stop);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What applications publish about themselves, passed on whenever they do.
#pragma once

#include "session.h"

// The most bytes of one process; what has more is not read, and counted.
enum { RC_PUBLISHED_BYTES = 16384 };

int rc_published_open(struct rc_tracer *tracer);
void rc_published_close(struct rc_tracer *tracer);
// At the first entry of a process that was attached to: it may have published long ago.
void rc_published_look(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// At the exit of prctl: an application names the mapping each time it has published.
void rc_published_named(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
// Publishes what was read, once the task runs again.
void rc_published_tell(struct rc_tracer *tracer);

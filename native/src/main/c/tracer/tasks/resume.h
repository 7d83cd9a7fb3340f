// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A stopped task goes on, or is let go.
#pragma once

#include "session.h"

// Lets a task go on with a signal (0: none) that stands in any stop but a group-stop.
void rc_go_on(struct rc_tracer *tracer, struct rc_task *task, int signal);
// Lets a stopped task go on with a signal (0: none), or detaches it if it is to be let go; it may be out of the table
// then.
void rc_resume(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now);
void rc_detach(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now);

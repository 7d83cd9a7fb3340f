// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A stopped task goes on, or is detached.
#pragma once

#include "session.h"

// Resumes a task with a signal (0: none) that stands in any stop but a group-stop.
void rc_go_on(struct rc_tracer *tracer, struct rc_task *task, int signal);
// Resumes a stopped task with a signal (0: none), or detaches it if it is to be detached; it may be out of the table
// then.
void rc_resume(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now);
void rc_detach(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Resumes a stopped task, or detaches it.
#pragma once

#include "session.h"

// Resumes a task, with a signal (0: none), that is in any stop except a group-stop.
void rc_go_on(struct rc_tracer *tracer, struct rc_task *task, int signal);
// Resumes a stopped task with a signal (0: none), or detaches it if it is to be detached; it may be out of the table
// then.
void rc_resume(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now);
void rc_detach(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What is done if even repeated requests fail.
#pragma once

#include "session.h"

// PTRACE_DETACH of a stopped task. Returns false if it was killed, or if it continues traced and will stop again to be
// detached.
bool rc_let_go(struct rc_tracer *tracer, struct rc_task *task, int signal);
// Resumes a task that a request has just failed to resume, so that it is not left stopped whatever happened.
void rc_insist(struct rc_tracer *tracer, int request, struct rc_task *task, int signal);
// The same in a stop at a call that the kernel does not describe.
void rc_leave_unknown_stop(struct rc_tracer *tracer, struct rc_task *task);

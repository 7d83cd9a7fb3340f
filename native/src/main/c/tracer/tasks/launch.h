// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Starts a program under trace. Only for the first worker.
#pragma once

#include "session.h"

void rc_launch_begin(struct rc_tracer *tracer, struct rc_command *command);
void rc_launch_succeeded(struct rc_tracer *tracer);
void rc_launch_failed(struct rc_tracer *tracer, int status); // as waitpid(2) reported it for the child
// The launched program has ended after it was detached.
void rc_launched_ended(struct rc_session *session, int status);
// Whether new tasks are bound.
void rc_launch_bind(struct rc_tracer *tracer, bool bound);

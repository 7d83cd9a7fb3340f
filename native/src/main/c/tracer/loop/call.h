// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The stops of a system call.
#pragma once

#include "session.h"

// For a traced task in a stop of a system call or of a seccomp filter: looks at it, resumes it, and only then publishes
// a call that has ended.
void rc_call_stopped(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop);

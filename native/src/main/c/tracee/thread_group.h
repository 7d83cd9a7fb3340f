// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which process a tracee belongs to, according to the kernel, without /proc.
#pragma once

#include "session.h"

// The process a living tracee belongs to; creator: the task that created it, 0: not known. Returns 0 if there is no
// such task.
pid_t rc_thread_group_of(const struct rc_tracer *tracer, pid_t tid, pid_t creator);
// Whether the calling worker traces this task, and its death has not been reported yet.
bool rc_is_tracee(pid_t tid);

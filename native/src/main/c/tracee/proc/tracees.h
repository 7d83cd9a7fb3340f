// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Who traces whom: a process that traces others itself (gdb, strace) is not a target, for each of our stops would hold
// those up.
//
// The kernel tells it from the other side only: TracerPid of a tracee names the thread that traces it. So all processes
// have to be looked at, which takes tens of milliseconds where there are thousands: once for all attaches of about a
// second, and never on a tracer thread, whose tracees would wait meanwhile.
#pragma once

#include <sys/types.h>

struct rc_tracees;

// Returns NULL without memory.
struct rc_tracees *rc_tracees_open(void);
void rc_tracees_close(struct rc_tracees *tracees);

// Any thread: finds a process that any thread of pid's process traces; 0: none, or pid is not to be judged here: it is
// this process, is traced itself, or is not there. Returns 0 or an errno value (memory or descriptors are short).
//
// Not seen: a tracee that /proc hides from us (hidepid), one of which not the leader but another thread alone is
// traced, and whoever begins to trace after the look: its ptrace calls are then traced as any other call.
int rc_tracees_find(struct rc_tracees *tracees, pid_t pid, pid_t *tracee);

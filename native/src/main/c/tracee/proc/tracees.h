// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Who traces whom: a process that traces others itself (gdb, strace) is not a target, because each of our stops would
// delay those.
//
// The kernel shows this only from the other side: TracerPid of a tracee names the thread that traces it. So all
// processes have to be looked at, which takes tens of milliseconds if there are thousands. This is done once for all
// attaches of about a second, and never on a tracer thread, whose tracees would have to wait.
#pragma once

#include <sys/types.h>

struct rc_tracees;

// Returns NULL if memory is short.
struct rc_tracees *rc_tracees_open(void);
void rc_tracees_close(struct rc_tracees *tracees);

// On any thread: finds a process that any thread of pid's process traces; 0: none, or pid is not judged here: it is
// this process, is traced itself, or does not exist. Returns 0 or an errno value (memory or descriptors are short).
//
// Not seen: a tracee that /proc hides from us (hidepid); one whose leader is not traced but only another thread; a
// process that begins to trace after the look: its ptrace calls are then traced like any other call.
int rc_tracees_find(struct rc_tracees *tracees, pid_t pid, pid_t *tracee);

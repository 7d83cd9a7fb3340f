// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the tests share: a session with a consumer that keeps every event, small programs to trace, the engine's own
// steps, and looks at a process from outside.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <sys/syscall.h>

#include <cmocka.h>

#include "capture.h"
#include "child.h"
#include "patience.h"
#include "recorder.h"
#include "ring/event.h"
#include "session.h"
#include "tracee/tasks.h"

// Places of the frame pointer, the stack pointer and the instruction pointer among the registers of a stack.
#if defined(__aarch64__)
enum { RC_DWARF_FP = 29, RC_DWARF_SP = 31, RC_DWARF_IP = 32 };
#else
enum { RC_DWARF_FP = 6, RC_DWARF_SP = 7, RC_DWARF_IP = 16 };
#endif

// Launches the program NAME of tracees/ under trace with arguments (NULL ends them).
// Filtered where it can be.
pid_t launch_tracee(struct recorder *recorder, const char *name, const char *argument, ...);
void attach_to(struct recorder *recorder, pid_t pid);

// ---- the engine's own steps, one by one
struct rc_task;
// Waits for a stop of a tracee of this thread; returns its status.
int await_stop(pid_t pid);
// Detaches from a task that the engine has settled at its first stop, and sends those signals on that come before that,
// as the engine does.
void let_go(struct rc_task *task);

// Skips a test of 32-bit programs where the processor has none of those that have a table of their own.
void need_32_bit_programs(void);

// Skips a test for which so many threads must make calls often enough to be hot (colocate.c), where the machine is too
// slow for that.
void need_hot_threads(unsigned count);

// ---- looking at a process from outside
char process_state(pid_t pid);
void await_state(pid_t pid, char state);
pid_t tracer_of(pid_t pid);
// Waits until the thread is blocked in this call.
void await_in_call(pid_t tid, long nr);

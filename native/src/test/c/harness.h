// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the tests share: a session with a consumer that keeps every event, and small programs to trace.
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
#include "ring/event.h"
#include "session.h"
#include "tracee/tasks.h"

// The plan's table of this processor's own calls, and what its C library makes of pause() and vfork().
#if defined(__aarch64__)
enum { RC_ABI_NATIVE = RC_ABI_AARCH64, NR_PAUSE = SYS_ppoll, NR_VFORK = SYS_clone };
#else
enum { RC_ABI_NATIVE = RC_ABI_X86_64, NR_PAUSE = SYS_pause, NR_VFORK = SYS_vfork };
#endif

enum { RC_TEST_SMALL_RING = 1024 };
// No test depends on GENEROUS_S but to fail instead of hanging. What a test does MANY times it does less often on an
// emulated machine.
#ifdef RC_BUILD_emulated
enum { GENEROUS_S = 200 };
#define MANY(times) ((times) / 10)
#else
enum { GENEROUS_S = 60 };
#define MANY(times) (times)
#endif

// Places of the frame pointer, the stack pointer and the instruction pointer among the registers of a stack.
#if defined(__aarch64__)
enum { RC_DWARF_FP = 29, RC_DWARF_SP = 31, RC_DWARF_IP = 32 };
#else
enum { RC_DWARF_FP = 6, RC_DWARF_SP = 7, RC_DWARF_IP = 16 };
#endif

// ---- a session whose events are kept
struct recorder;
struct recorder *recorder_open(const struct rc_options *options);
struct rc_session *recorder_session(struct recorder *recorder);
// Starts draining the ring in a thread of its own; pause_us lies between two drains, batch is the most events of one.
void recorder_drain(struct recorder *recorder, unsigned pause_us, unsigned batch);
// Waits until the session is finished and everything is drained.
void recorder_finish(struct recorder *recorder);
void recorder_close(struct recorder *recorder);

size_t recorder_count(struct recorder *recorder);
struct rc_event recorder_event(struct recorder *recorder, size_t index);
// Piece of an event's side data for an argument, as text; NULL if there is none. flags may be NULL.
const char *recorder_text(struct recorder *recorder, size_t index, unsigned arg, unsigned *flags);

// -1 as a filter matches everything.
size_t count_events(struct recorder *recorder, int kind, pid_t tid, int nr);
// Index of the first such event, or SIZE_MAX.
size_t find_event(struct recorder *recorder, int kind, pid_t tid, int nr);
// Waits until there are at least so many such events.
void await_events(struct recorder *recorder, int kind, pid_t tid, int nr, size_t count);

struct rc_options default_options(void);

// ---- programs to trace
// Path of a program in tracees/.
const char *tracee(const char *name);
struct child {
    pid_t pid;
    pid_t parent; // a process that waits for it
    FILE *out; // its stdout
    int in;    // its stdin
};
// Starts tracees/NAME untraced with up to three arguments (NULL ends them).
struct child child_start(const char *name, const char *argument, ...);
// Reads a line of its output (newline cut off); fails at its end.
void child_line(struct child *child, char *line, size_t size);
void child_expect(struct child *child, const char *line);
long child_number(struct child *child);
void child_tell(struct child *child, const char *text);
// Waits for its end; returns its exit code, or 128 and the signal that killed it.
int child_wait(struct child *child);
void child_kill(struct child *child);

// Launches tracees/NAME under trace with arguments (NULL ends them).
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

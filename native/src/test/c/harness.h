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

#include <cmocka.h>

#include "capture.h"

enum { RC_TEST_SMALL_RING = 1024 };
enum { GENEROUS_S = 60 }; // no test depends on it but to fail instead of hanging

// ---- a session whose events are kept
struct recorder;
struct recorder *recorder_open(const struct rc_options *options);
struct rc_session *recorder_session(struct recorder *recorder);
// Starts draining the rings in a thread of its own; pause_us lies between two drains, batch is the most events of one.
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
pid_t launch_tracee(struct recorder *recorder, const char *name, const char *argument, ...);
void attach_to(struct recorder *recorder, pid_t pid);

// ---- looking at a process from outside
char process_state(pid_t pid);
void await_state(pid_t pid, char state);
pid_t tracer_of(pid_t pid);
// Waits until the thread is blocked in this call.
void await_in_call(pid_t tid, long nr);

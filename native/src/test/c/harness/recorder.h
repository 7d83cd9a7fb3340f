// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A session with a consumer that keeps every event.
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

// The plan's table of this processor's own calls, and what its C library makes of pause() and vfork().
#if defined(__aarch64__)
enum { RC_ABI_NATIVE = RC_ABI_AARCH64, NR_PAUSE = SYS_ppoll, NR_VFORK = SYS_clone };
#else
enum { RC_ABI_NATIVE = RC_ABI_X86_64, NR_PAUSE = SYS_pause, NR_VFORK = SYS_vfork };
#endif

enum { RC_TEST_SMALL_RING = 1024 };

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

// The n-th piece of an event, from 0, and its bytes, to be used before the next look at a piece; NULL if there are
// fewer.
const uint8_t *recorder_piece(struct recorder *recorder, size_t index, size_t n, struct rc_piece *piece);

// -1 as a filter matches everything.
size_t count_events(struct recorder *recorder, int kind, pid_t tid, int nr);
// Index of the first such event, or SIZE_MAX.
size_t find_event(struct recorder *recorder, int kind, pid_t tid, int nr);
// Waits until there are at least so many such events.
void await_events(struct recorder *recorder, int kind, pid_t tid, int nr, size_t count);

struct rc_options default_options(void);
// Has the arguments of a call read so; units are of one byte unless said otherwise.
void plan_reads(struct rc_options *options, int abi, int nr, const struct rc_read *reads, size_t count);
// Has an argument of a call read as a string.
void plan_string(struct rc_options *options, int abi, int nr, unsigned arg);
// A session with those options, which drains the ring at once; and its end.
struct recorder *recorder_open_draining(void);
void recorder_stop_and_close(struct recorder *recorder);

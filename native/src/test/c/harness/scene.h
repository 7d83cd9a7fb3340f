// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What tests of co-location share: a thread that makes many calls, which its tracer may take to its own CPU.
#pragma once

#ifndef _GNU_SOURCE
#error "cpu_set_t needs _GNU_SOURCE"
#endif
#include <sched.h>
#include <stddef.h>
#include <sys/types.h>

#include "capture.h"
#include "harness.h"

cpu_set_t affinity_of(pid_t tid);
void await_cpus(pid_t tid, int count);
void assert_cpus(pid_t tid, const cpu_set_t *expected);
// Skips the test where nothing can be moved, or no thread is hot.
void need_two_cpus(void);
struct rc_options colocating(void);

// A hot thread (tracees/calls/placed.c), where it belongs, and who traces it.
struct scene {
    struct child child;
    cpu_set_t before;
    struct recorder *recorder; // NULL: it is not traced by this process
};

struct scene scene_open(void);
void scene_trace(struct scene *scene, const struct rc_options *options);
struct scene scene_open_traced(struct rc_options options);
// Traced, and on its tracer's CPU.
struct scene scene_open_moved(void);
// Waits until it has made so many calls under trace.
void scene_await_calls(const struct scene *scene, size_t count);
void scene_let_go(struct scene *scene);
void scene_close(struct scene *scene);

// Kills a tracer of another process, which leaves its target on one CPU.
void kill_tracer(pid_t tracer, pid_t target);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Co-location: a hot thread and its tracer on one CPU. A stop then costs two context switches and no wake-up of another
// CPU, which is several times cheaper on most machines. This changes the affinity of a target's threads while they are
// hot, so it is an option.
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "threads/ticks.h"

struct rc_task;
struct rc_tracer;

#define RC_COLOCATION_REVIEW_NS 10000000ull

// Of one tracer.
struct rc_colocation {
    bool enabled;
    bool refused; // the kernel does not let us move this target's threads
    int cpu;             // where the moved ones are; -1: none is moved
    int home;            // where the requested ones are to go; -1: not known yet
    cpu_set_t own;       // affinity that each worker would have without us
    unsigned moved;      // tasks
    uint64_t ever_moved; // number of moves
    uint64_t reviewed_ns;
    uint64_t review_ns; // the next
    struct rc_ticks ticks; // for reviews
};

// In the first worker, before its first task and after its last one.
void rc_colocation_open(struct rc_tracer *tracer);
void rc_colocation_close(struct rc_tracer *tracer);
// In each other worker.
void rc_colocation_join(const struct rc_tracer *tracer);
// Decides which tasks are moved, when a review is due.
void rc_colocation_review(struct rc_tracer *tracer, uint64_t now);
// A stopped task was created by another one: it must not inherit its creator's place.
void rc_colocation_created(struct rc_tracer *tracer, struct rc_task *task);
// Gives a task its own affinity back; nothing if it was not moved.
void rc_colocation_release(struct rc_tracer *tracer, struct rc_task *task);
// A task is dead, or has another tid since its exec.
void rc_colocation_gone(struct rc_tracer *tracer, struct rc_task *task);
void rc_colocation_renamed(struct rc_tracer *tracer, struct rc_task *task);
// At the exit stop of a call that reads or sets an affinity: the program sees its own affinity, and keeps what it sets.
void rc_colocation_asked(struct rc_tracer *tracer, const struct rc_task *task, int64_t result);
void rc_colocation_set(struct rc_tracer *tracer, const struct rc_task *task);

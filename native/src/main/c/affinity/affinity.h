// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a task would be moved to, and whether it may be.
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

struct rc_task;
struct rc_tracer;

// Of one task. Only the current worker touches it.
struct rc_affinity {
    cpu_set_t own;    // while moved: the affinity it would have without us
    int64_t ran_ns;   // CPU time at the last review
    uint32_t calls;   // ended since the last review
    uint8_t hot;      // reviews in a row in which it was hot
    uint8_t cold;     // ... and in which it was not
    bool moved;       // it may run only on its worker's CPU
    bool once;        // it has been moved before, last to `cpu`
    int cpu;
    uint16_t entry;   // of the journal, while moved
    bool asked;       // to be moved, ahead of time
};

// Whether the task may go to the CPU its neighbours are on, or will be on; asks for permission if needed. Reads the
// task's affinity.
bool rc_affinity_choose(struct rc_tracer *tracer, struct rc_task *task, int *cpu);

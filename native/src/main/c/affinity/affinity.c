// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a task would be moved to, and whether it may be.
#define _GNU_SOURCE
#include <string.h>

#include "affinity/affinity.h"
#include "affinity/colocate.h"
#include "affinity/placements.h"
#include "capture.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"

// A CPU on which both may run, if possible the one where the task ran last; -1: there is none.
static int choose_cpu(const struct rc_colocation *colocation, const struct rc_task *task) {
    cpu_set_t both;
    CPU_AND(&both, &colocation->own, &task->affinity.own);
    struct rc_proc_stat stat;
    if (rc_proc_stat(task->tid, &stat) == 0 && stat.cpu >= 0 && stat.cpu < CPU_SETSIZE &&
        CPU_ISSET((size_t)stat.cpu, &both)) {
        return stat.cpu;
    }
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &both)) {
            return (int)cpu;
        }
    }
    return -1;
}

// Requested threads keep to one CPU: it is in the record.
static int cpu_for_next(struct rc_tracer *tracer, const struct rc_task *task) {
    struct rc_colocation *colocation = &tracer->colocation;
    if (colocation->moved > 0) {
        return colocation->cpu;
    }
    if (tracer->session->placements == NULL || colocation->home < 0 ||
        !CPU_ISSET((size_t)colocation->home, &task->affinity.own)) {
        colocation->home = choose_cpu(colocation, task);
        tracer->obstacle = colocation->home < 0 ? RC_COLOCATION_NO_COMMON_CPU : RC_COLOCATION_POSSIBLE;
    }
    return colocation->home;
}

static bool is_permitted(struct rc_tracer *tracer, struct rc_task *task, int cpu) {
    struct rc_proc_stat stat;
    if (tracer->session->placements == NULL) {
        return true;
    }
    if (rc_proc_stat(task->tid, &stat) != 0) {
        return false; // killed meanwhile
    }
    struct rc_placement wanted = {.tgid = task->process->tgid, .tid = task->tid, .start = stat.start, .cpu = cpu};
    memcpy(wanted.own, &task->affinity.own, sizeof wanted.own);
    task->affinity.asked = true;
    return rc_placements_ask(tracer->session->placements, &wanted);
}

bool rc_affinity_choose(struct rc_tracer *tracer, struct rc_task *task, int *cpu) {
    struct rc_affinity *affinity = &task->affinity;
    if (sched_getaffinity(task->tid, sizeof affinity->own, &affinity->own) != 0) {
        return false; // killed meanwhile
    }
    *cpu = cpu_for_next(tracer, task);
    return *cpu >= 0 && CPU_ISSET((size_t)*cpu, &affinity->own) && is_permitted(tracer, task, *cpu);
}

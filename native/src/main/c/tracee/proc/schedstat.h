// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the scheduler knows about a thread, and about a process.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// What the scheduler knows about a thread.
struct rc_cpu_use {
    int64_t ran_ns;
    int64_t delayed_ns; // ready to run, on no CPU
};

// CPU time of the process whose leader is pid, including its threads that have ended; -1: not known.
int64_t rc_process_cpu_ns(pid_t pid);
// CPU time of the children of this process that have ended and been waited for, and of theirs.
int64_t rc_children_cpu_ns(void);
// /proc/TID/schedstat. Returns a descriptor, or -1.
int rc_schedstat_open(pid_t tid);
// Reads it without keeping it open. Returns false if the thread is gone, or no descriptor is left.
bool rc_schedstat_read_once(pid_t tid, struct rc_cpu_use *out);
// Returns false if the thread is gone.
bool rc_schedstat_read(int schedstat, struct rc_cpu_use *out);

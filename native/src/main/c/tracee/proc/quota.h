// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// How long the cgroups of a process had used up their quotas of CPU time.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// A cgroup, with those that it is in.
struct rc_quota;

// Of one tracer. Only the current worker touches it.
struct rc_quotas {
    struct rc_quota *first;
    unsigned count;
    bool looked; // at where cgroups are mounted
    char mount[128];
    char root[256]; // of the mount, within its hierarchy
    bool unified;   // version 2 of cgroups
};

// That of a process; NULL if it has none, or if that cannot be read. It stays valid until all are closed.
struct rc_quota *rc_quota_of(struct rc_quotas *quotas, pid_t pid);
// For how long in all its processes could not run since a quota was used up, in nanoseconds, summed over CPUs.
uint64_t rc_quota_read(struct rc_quota *quota);
// What that was when it was last read.
uint64_t rc_quota_last(const struct rc_quota *quota);
void rc_quotas_close(struct rc_quotas *quotas);

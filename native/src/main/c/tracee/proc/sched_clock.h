// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The clock in which /proc/TID/sched says when a thread last ran.
#pragma once

#include <stdint.h>

// The time of a CPU's scheduler in nanoseconds: a short-lived thread of ours runs there and reads its own
// se.exec_start. Each CPU's clock leaves out the time of its interrupts and what a hypervisor took, so that times of
// different CPUs cannot be compared. Returns a negative errno value: EINVAL if this process may not run there, ENODATA
// if the kernel does not show it.
int64_t rc_sched_clock_of(int cpu);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Wakes a worker at regular times; see ticks.c.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct rc_ticks {
    bool made;
    timer_t timer;
};

// Starts or restarts the timer; the period is less than a second. Returns false if the kernel provides no timer.
bool rc_ticks_start(struct rc_ticks *ticks, pid_t tid, uint64_t period_ns);
void rc_ticks_pause(struct rc_ticks *ticks);
void rc_ticks_stop(struct rc_ticks *ticks);

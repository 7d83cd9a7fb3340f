// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The slowdown over a window of time, compared with the bound. Only for the current worker.
#pragma once

#include "throttle/slowdown.h"

// Whether the window ends now: its time is up, or what it shows asks for a long rest.
bool rc_window_is_over(struct rc_tracer *tracer, uint64_t now);
// Ends the window and begins the next. goes_on: something stays traced, and may have to rest or be detached.
void rc_window_close(struct rc_tracer *tracer, uint64_t end, bool goes_on);
// CPU time that the process has used since the last query. now: -1: not known.
void rc_window_take_cpu(struct rc_tracer *tracer, struct rc_process *process, int64_t now);
void rc_window_note(struct rc_slowdown *slowdown, uint64_t percent);
// The slowdown over the window that made a task rest and a rest of this length.
uint32_t rc_window_with_rest(uint64_t percent, uint64_t window_ns, uint64_t rest_ns);

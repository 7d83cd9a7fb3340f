// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which threads may be moved where somebody else keeps the record of where they belong: the tracer asks, the one who
// keeps the record lists what was asked for, records it, and permits it. struct rc_placement is in capture.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "capture.h"

struct rc_placements; // any thread may use it

// NULL without memory.
struct rc_placements *rc_placements_open(void);
void rc_placements_close(struct rc_placements *placements);
// Tracer thread: whether this may be done now. If not it is noted as asked for, as far as there is room; fills in
// `since`. Never waits.
bool rc_placements_ask(struct rc_placements *placements, struct rc_placement *wanted);
// The program has chosen an affinity of its own for this thread: what was recorded of it holds no more.
void rc_placements_forget(struct rc_placements *placements, pid_t tid);

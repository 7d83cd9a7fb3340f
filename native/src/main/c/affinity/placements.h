// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which threads may be moved when somebody else records where they belong: the tracer asks for a move; the record
// keeper lists what was asked for, records it, and permits it. struct rc_placement is in capture.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "capture.h"

struct rc_placements; // any thread may use it

// Returns NULL if memory is short.
struct rc_placements *rc_placements_open(void);
void rc_placements_close(struct rc_placements *placements);
// On a tracer thread: whether this move may be made now. If not, it is noted as asked for, provided there is room;
// fills in `since`. Never waits.
bool rc_placements_ask(struct rc_placements *placements, struct rc_placement *wanted);
// The program has chosen an affinity of its own for this thread: what was recorded about it is no longer valid.
void rc_placements_forget(struct rc_placements *placements, pid_t tid);

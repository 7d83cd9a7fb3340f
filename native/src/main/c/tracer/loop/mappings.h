// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a process's code is mapped, published whenever it has changed.
#pragma once

#include "session.h"

// The most text of one event.
enum { RC_MAPPINGS_TEXT = 49152 };

int rc_mappings_open(struct rc_tracer *tracer);
void rc_mappings_close(struct rc_tracer *tracer);
// Reads where the code of a stopped task's process is mapped; rc_mappings_publish publishes it once the task runs
// again.
void rc_mappings_take(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
void rc_mappings_publish(struct rc_tracer *tracer);

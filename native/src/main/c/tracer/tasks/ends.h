// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Tasks and processes that are no longer traced.
#pragma once

#include "session.h"

// Reports nothing more about any process; they continue as if they had been detached.
void rc_fall_silent(struct rc_tracer *tracer, enum rc_detach_reason reason);
// Its tid passes to the thread of its process that executes a program.
void rc_leader_vanishes(struct rc_tracer *tracer, struct rc_task *leader, uint64_t now);
// Takes a task out of the table: dead, or detached alive.
void rc_task_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool alive);
// None of its tasks is left: reports how it ended and forgets it.
void rc_process_gone(struct rc_tracer *tracer, struct rc_process *process, uint64_t now);
// Those of the current worker: the kernel has none of them any more.
void rc_forget_all(struct rc_tracer *tracer);
void rc_forget_early_exits(struct rc_tracer *tracer);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a traced thread does from one stop to the next. Only for the current worker.
#pragma once

#include "throttle/slowdown.h"

// A stretch of this kind begins.
void rc_stretch_begin(struct rc_tracer *tracer, struct rc_task *task, uint64_t at, enum rc_stretch stretch);
// Counts the stretch that ended at that time, in a stop or a death. The task is at work afterwards.
void rc_stretch_count(struct rc_tracer *tracer, struct rc_task *task, uint64_t until);
// Counts the time at work so far, and how much longer than its stops explain a stretch of own code has lasted.
void rc_stretch_count_work(struct rc_tracer *tracer, struct rc_task *task, uint64_t at);
void rc_stretch_count_long(struct rc_tracer *tracer, struct rc_task *task, uint64_t until);
void rc_stretch_end_work(struct rc_tracer *tracer, struct rc_task *task, uint64_t at);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a call's arguments point to, read as the plan says. Nothing here knows a call by its name.
#pragma once

#include "session.h"

// At the entry stop of a call with RC_PLAN_READS_AT_ENTRY.
void rc_read_at_entry(struct rc_task *task, const struct rc_options *options);
// At the exit stop of a call with RC_PLAN_READS_AT_EXIT, once call.result and call.flags show how it ended.
void rc_read_at_exit(struct rc_task *task, const struct rc_options *options);

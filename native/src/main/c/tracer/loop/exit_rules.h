// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Calls that need further treatment once they have returned.
#pragma once

#include "session.h"

// At the exit stop of a call with RC_PLAN_AT_EXIT, once call.result and call.flags show how it ended.
void rc_apply_exit_rule(const struct rc_tracer *tracer, struct rc_task *task);

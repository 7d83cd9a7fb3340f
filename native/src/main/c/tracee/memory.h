// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The data that a call points to: its input is read at entry, what it wrote at exit.
#pragma once

#include "session.h"

void rc_read_strings(struct rc_task *task, uint32_t limit);
// At a call's exit stop, reads what it wrote, as named by the rule.
void rc_read_written(struct rc_task *task, const struct rc_exit_rule *rule);

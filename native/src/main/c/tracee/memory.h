// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a call points to: read at its entry, and what it wrote at its exit.
#pragma once

#include "session.h"

void rc_read_strings(struct rc_task *task, uint32_t limit);
// Reads what a call wrote that the rule names, at its exit stop.
void rc_read_written(struct rc_task *task, const struct rc_exit_rule *rule);

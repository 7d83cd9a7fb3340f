// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A copy of a task's registers and stack, to be unwound later.
#pragma once

#include "session.h"

void rc_read_stack(struct rc_task *task, uint32_t bytes);

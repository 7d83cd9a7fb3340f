// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A copy of a task's registers and stack, to be unwound later.
#pragma once

#include "session.h"

// That of the call whose entry is read, as a further piece of it.
void rc_read_stack(struct rc_task *task, uint32_t bytes);
// That of a task whose instruction has faulted, over the side data of its call before, which is published. Returns the
// length of the side data; 0: none.
uint32_t rc_read_stack_of_fault(struct rc_task *task, uint32_t bytes);

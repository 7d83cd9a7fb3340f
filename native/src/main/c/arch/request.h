// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The only way to make a ptrace request that may fail.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

// Makes a ptrace request, again if necessary. Returns false with errno if it cannot be made (ESRCH: the task was
// killed).
bool rc_request(int request, pid_t tid, void *address, void *data);

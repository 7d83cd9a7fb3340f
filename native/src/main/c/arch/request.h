// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The one way to make a ptrace request that may fail.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

// A ptrace request that is made again rather than fail. Returns false with errno if it cannot be made: ESRCH: the task
// was killed.
bool rc_request(int request, pid_t tid, void *address, void *data);

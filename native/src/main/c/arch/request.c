// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A ptrace request that is made again when it fails.
#define _GNU_SOURCE
#include <sys/ptrace.h>

#include "arch/request.h"

bool rc_request(int request, pid_t tid, void *address, void *data) {
    enum { ATTEMPTS = 3 };
    for (int i = 0; i < ATTEMPTS; i++) {
        if (ptrace((enum __ptrace_request)request, tid, address, data) != -1) {
            return true;
        }
    }
    return false;
}

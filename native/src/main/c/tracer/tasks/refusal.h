// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Why a process cannot be traced.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "capture.h"
#include "tracee/proc/procfs.h"

static inline struct rc_result rc_refuse(enum rc_refusal refusal, int error, long detail) {
    return (struct rc_result){.refusal = refusal, .error = error, .detail = detail};
}
// Why the kernel refused to trace this process.
struct rc_result rc_refusal_of(pid_t pid, int error);
// What can be known without trying; RC_OK: nothing speaks against it. Fills in status.
struct rc_result rc_examine(pid_t pid, struct rc_proc_status *status);
// Whether an errno value means that memory or descriptors are short.
bool rc_is_shortage(int error);

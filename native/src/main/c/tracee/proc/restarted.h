// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which call a thread continues by restart_syscall(2).
#pragma once

#include <stdint.h>
#include <sys/types.h>

// The call, with its arguments, that a thread in restart_syscall continues; -1: not known.
int64_t rc_proc_restarted(pid_t tgid, pid_t tid, const uint64_t args[6]);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Job control.
#pragma once

#include <signal.h>
#include <stdbool.h>

// Whether it is one of the signals that stop a process.
static inline bool rc_is_stopping(int signal) {
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

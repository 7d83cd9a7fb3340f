// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Attaches to every thread of a running process. Only for the first worker.
#pragma once

#include "session.h"

struct rc_result rc_attach_process(struct rc_tracer *tracer, pid_t pid);

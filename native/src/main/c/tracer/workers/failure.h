// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// An indispensable request that the kernel refuses.
#pragma once

#include "session.h"

// On the current worker: all tasks must be detached. The first failure is reported.
void rc_engine_failure(struct rc_tracer *tracer, const char *request, int error);

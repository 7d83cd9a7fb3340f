// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A request that the kernel refuses and that cannot be done without.
#pragma once

#include "session.h"

// Of the current worker: all tasks are to be detached. The first failure is told.
void rc_engine_failure(struct rc_tracer *tracer, const char *request, int error);

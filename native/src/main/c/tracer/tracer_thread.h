// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A worker's life.
#pragma once

#include "session.h"

void *rc_worker_run(void *worker);

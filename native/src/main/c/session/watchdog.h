// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "session.h"

void *rc_watchdog_run(void *session);

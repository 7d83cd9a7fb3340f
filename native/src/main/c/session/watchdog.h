// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The watchdog thread: deadline, heartbeat, and wake-ups until they are heard.
#pragma once

#include "session.h"

void *rc_watchdog_run(void *session);

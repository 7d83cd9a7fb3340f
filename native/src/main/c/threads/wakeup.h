// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A signal that ends waitpid.
#pragma once

#include "session.h"

int rc_wakeup_install(void);
int rc_wakeup_signal(void);
void rc_wakeup_send(const struct rc_worker *worker);

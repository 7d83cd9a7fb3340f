// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A signal that ends waitpid.
#pragma once

#include "session.h"

int rc_doorbell_install(void);
int rc_doorbell_signal(void);
void rc_doorbell_ring(const struct rc_worker *worker);

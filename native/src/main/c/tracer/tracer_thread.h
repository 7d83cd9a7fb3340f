// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A hand's life.
#pragma once

#include "session.h"

void *rc_hand_run(void *hand);

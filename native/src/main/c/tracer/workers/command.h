// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The answer to what another thread asked of the first worker.
#pragma once

#include "session.h"

// Tells the caller who waits for it; the command is its own again.
void rc_command_finish(struct rc_session *session, struct rc_command *command, struct rc_result result);

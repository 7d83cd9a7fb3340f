// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The answer to a request of another thread to the first worker.
#pragma once

#include "session.h"

// Notifies the waiting caller; the command then belongs to the caller again.
void rc_command_finish(struct rc_session *session, struct rc_command *command, struct rc_result result);

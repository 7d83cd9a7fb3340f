// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Answers the requests of other threads to the first worker (session.c).
#define _GNU_SOURCE
#include "tracer/workers/command.h"

#include "capture.h"
#include "session.h"

void rc_command_finish(struct rc_session *session, struct rc_command *command, struct rc_result result) {
    (void)pthread_mutex_lock(&session->lock);
    command->result = result;
    command->done = true;
    session->opened = session->opened || result.refusal == RC_OK;
    (void)pthread_cond_broadcast(&session->changed);
    (void)pthread_mutex_unlock(&session->lock);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes the threads of a session look at it anew, and asks it to end.
#define _GNU_SOURCE
#include "session/attention.h"

#include "capture.h"
#include "session.h"
#include "tracer/workers/workers.h"

void rc_session_draw_attention(struct rc_session *session) {
    for (unsigned i = 0; i < session->tracer.worker_count; i++) {
        rc_worker_call(&session->tracer.workers[i]);
    }
    (void)pthread_cond_broadcast(&session->changed);
    (void)pthread_cond_signal(&session->watchful);
}

void rc_session_stop(struct rc_session *session, enum rc_detach_reason reason) {
    int none = 0;
    (void)atomic_compare_exchange_strong(&session->stop_reason, &none, (int)reason); // the first reason counts
    (void)pthread_mutex_lock(&session->lock);
    rc_session_draw_attention(session);
    (void)pthread_mutex_unlock(&session->lock);
}

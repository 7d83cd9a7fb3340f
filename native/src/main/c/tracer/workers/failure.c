// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// An indispensable request that the kernel refuses: the trace ends, and that is reported.
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ring/event.h"
#include "session.h"
#include "tracer/workers/failure.h"

void rc_engine_failure(struct rc_tracer *tracer, const char *request, int error) {
    int none = 0;
    if (atomic_compare_exchange_strong(&tracer->session->stop_reason, &none, RC_DETACH_ENGINE_FAILURE)) {
        (void)dprintf(STDERR_FILENO, "renacer: tracing ends, the kernel refused %s: %s\n", request,
                      strerrorname_np(error));
    }
    rc_current_worker(tracer)->attention = true;
}

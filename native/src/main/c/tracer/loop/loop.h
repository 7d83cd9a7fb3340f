// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The life of a stop.
#pragma once

#include "session.h"

void rc_handle_stop(struct rc_tracer *tracer, const struct rc_stop *stop);
// Serves the stops that are there now; those that come meanwhile are left for the next time, or busy threads would keep
// us here.
void rc_serve_pending_stops(struct rc_tracer *tracer);
// The current worker's tasks that wait for their creators' events continue without them.
void rc_release_held(struct rc_tracer *tracer);
// ... that have waited long enough.
void rc_held_review(struct rc_tracer *tracer, uint64_t now);

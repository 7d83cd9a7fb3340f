// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// From the current worker to the ring, and what happens when the ring is full.
#pragma once

#include "ring/process_events.h"
#include "session.h"

void rc_publish(struct rc_tracer *tracer, const struct rc_event *event, const uint8_t *side, uint32_t side_length);
void rc_publish_call(struct rc_tracer *tracer, struct rc_task *task);
void rc_publish_process_event(struct rc_tracer *tracer, const struct rc_process_event *event);
// Publishes events that are late, waiting for room as long as the policy and the session's state allow.
void rc_publish_backlog(struct rc_tracer *tracer);
bool rc_backlog_is_empty(const struct rc_tracer *tracer);
void rc_publish_close(struct rc_tracer *tracer);

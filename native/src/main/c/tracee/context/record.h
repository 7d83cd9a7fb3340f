// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The context that an application has published for the thread that makes a call.
#pragma once

struct rc_task;
struct rc_tracer;

// At the entry stop of a call: adds the thread's context to the side data, if there is one. OTEP 4947 wants it to be
// read only while the thread is stopped, and this is such a stop.
void rc_read_context(struct rc_tracer *tracer, struct rc_task *task);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The context that an application has published for the thread that makes a call.
#pragma once

struct rc_process;
struct rc_task;
struct rc_tracer;

// The thread's context is added to the side data of its call, if there is one. OTEP 4947 wants it to be read only while
// the thread is stopped or interrupted. The first is called at the entry stop; the second once the thread was resumed
// from there, while it is in the kernel: it reads what could wait until then, which is most of it, so that the target
// does not wait for that. The thread cannot be back in its own code before the worker that reads has seen its exit
// stop.
void rc_read_context(struct rc_tracer *tracer, struct rc_task *task);
void rc_read_context_left(struct rc_tracer *tracer, struct rc_task *task);
// The program has ended, or is not traced any more: counts it if its contexts were announced and not found.
void rc_context_ended(struct rc_tracer *tracer, const struct rc_process *process);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes threads tracees of the current worker; serves no stop.
#pragma once

#include "session.h"

// An attach on its way.
struct rc_seizing {
    struct rc_tracer *tracer;
    struct rc_process *process;
    uint64_t began_ns;
    bool start_published; // of the process, with the first thread seized
    unsigned unserved;    // threads seized since stops were last served
    unsigned found;       // new tasks in this pass
    long listed;          // all tasks in this pass
    int error;            // why a living thread could not be seized
};
// Options of every PTRACE_SEIZE: in SEIZE itself, so that no thread made meanwhile is missed.
uintptr_t rc_trace_options(const struct rc_tracer *tracer);
// PTRACE_INTERRUPT of a task that may have died, which waitpid reports. Returns false if it cannot be made; that ends
// the trace.
bool rc_interrupt(struct rc_tracer *tracer, pid_t tid);
// Interrupts a thread, after noting what it is doing.
void rc_attach_interrupt(struct rc_tracer *tracer, struct rc_task *task);
// The same for a task that runs unwatched: its next stop is like the first one after an attach.
void rc_seize_again(struct rc_tracer *tracer, struct rc_task *task);
// ... and for one that rests.
void rc_seize_rested(struct rc_tracer *tracer, struct rc_task *task);
// Makes a thread a tracee of the current worker. Returns false if the attach must end.
bool rc_seize_thread(void *seizing, pid_t tid);
// One pass over the threads, by rc_seize_thread or a function that calls it for each. Returns whether another is
// needed: new ones were found, or the list was cut short. (The kernel ends the list early when the thread it has
// reached dies.)
bool rc_seize_listed(struct rc_seizing *seizing, bool (*seize)(void *seizing, pid_t tid));
// Seizes the threads that were created during an attach, once all threads of the process have stopped.
void rc_attach_late(struct rc_tracer *tracer, pid_t tgid);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What tests that kill tracers share: rounds, in each of which one tracer is killed and its target looked at.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture.h"
#include "../tracees/calls/checked/tally.h"

// What a tracer is about to do; the moments it may be killed in.
enum phase { OPENING, ATTACHING, TRACING, LETTING_GO, PHASES };

struct round {
    char folder[32];
    char file[64]; // of the tally
    char journal[64];
    char owner[16];
    struct tally *tally; // shared with the target
    _Atomic int *phase;  // enum phase; shared with the tracer
    pid_t tracer;
};

struct outcome {
    unsigned kills;
    unsigned in[PHASES];
    unsigned stuck;
    unsigned dead;
    unsigned unborn; // killed before its program was executed
    unsigned ended;  // programs that ended with their tracer
    unsigned moved;  // left on one CPU
    unsigned restored;
    uint64_t wrong;
    uint64_t interrupted;
    uint64_t unimplemented;
};

// What the tracer of a round does until it is killed.
typedef void trace_fn(const struct round *round, const struct rc_options *options);
trace_fn attach_again_and_again; // to the target of the round, which runs before
trace_fn launch_and_wait;        // starts the target

struct way {
    const char *name;
    void (*adjust)(const struct round *round, struct rc_options *options); // NULL: the options are good as they are
    trace_fn *trace;
    // Waits for the moment to kill the tracer in. which: counts the rounds down.
    void (*await_moment)(const struct round *round, unsigned which);
    // After the kill.
    void (*look_after)(const struct round *round, struct outcome *outcome);
};

// Group setup: orphans of killed tracers come to us, and what tracing costs is measured once for all tracers.
int kills_setup(void **state);
// As many rounds as RENACER_KILLS says; prints how they went, without the line's end.
struct outcome kill_tracers(const struct way *way);
// No target was stuck, dead or told a wrong result.
void expect_unharmed(const struct outcome *outcome);

// ---- for await_moment and look_after
uint64_t below(uint64_t bound); // a random number
// Fails when what is waited for does not come, and at once when the tracer has ended by itself.
void check_wait(const struct round *round, uint64_t since);
// In that phase if it comes again and again, or else in that one or after it.
void await_phase(const struct round *round, enum phase phase, bool again);
// The target goes on, and ends well when it is told to.
void end_target(const struct round *round, struct outcome *outcome);

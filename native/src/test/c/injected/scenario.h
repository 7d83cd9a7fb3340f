// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// One trace of one target from begin to end, and what can be said of it afterwards.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "injection.h"

enum { SCENARIO_TEXT = 240 };

// A way to trace.
struct mode {
    const char *name;
    bool launched;
    bool follow;
    bool stacks;
    bool filtered;  // only some calls are wanted
    bool colocated;
    bool duty_cycle;
    bool kept;      // a launched program is not detached but traced to its end
};

// What a trace has told, to be compared with that of a trace in which nothing failed.
struct told {
    uint64_t marks;     // calls of `lives` whose number is known
    uint64_t names;     // of files, readable
    uint64_t stacks;
    uint64_t processes; // that started, with the name of their program
    uint64_t threads;   // that started
    uint64_t ends;      // of processes and threads, or of their trace
    uint64_t execs;
};

struct verdict {
    bool ran;     // the worker has come to an end
    bool stopped; // a task is still stopped or traced
    bool harmed;  // a target is dead, or did not do what it does untraced
    bool said;    // the failure was told, or what it cost
    struct told told;
    char text[SCENARIO_TEXT]; // what was said, or what is wrong
};

// Runs in a process of its own.
void scenario_run(const struct mode *mode, const char *target, struct injection *injection, struct verdict *verdict);

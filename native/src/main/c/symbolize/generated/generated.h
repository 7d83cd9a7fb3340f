// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the names in perf maps mean: those of V8 (Node), CPython and HotSpot each have a form of their own.
#pragma once

#include <stdbool.h>

#include "symbolize/lines.h"

enum rs_generated_kind {
    RS_GENERATED_USER,    // a function of the user's own
    RS_GENERATED_LIBRARY, // of the language's library, of a package, or of what runs the program
    RS_GENERATED_UNKNOWN, // some function of which nothing is known
};

// Reads a name, which is changed in the process. *out: the place, if it is the user's own.
enum rs_generated_kind rs_generated_place(char *name, struct rs_place *out);

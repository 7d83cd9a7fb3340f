// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stdint.h>

#include "units.h"

// Where a call comes from, as far as the debug information shows. The texts live as long as the module.
struct rs_place {
    const char *function; // NULL: unknown
    const char *file;     // NULL: unknown
    uint32_t line;        // 0: unknown
};

// The innermost function at this address, inlined ones included, that is the user's own and not part of a language's
// library. Returns false if there is none; *out is then the innermost of all.
bool rs_user_place(Dwfl_Module *module, struct rs_units *units, uint64_t pc, struct rs_place *out);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stdint.h>

#include "units.h"

// Where a call comes from, as far as the debug information tells. The texts live as long as the module.
struct rs_place {
    const char *function; // NULL: unknown
    const char *file;     // NULL: unknown
    uint32_t line;        // 0: unknown
};

// The innermost function at this address that is the user's own and not a language's library, inlined ones included.
// Returns false if there is none, with the innermost of all in *out.
bool rs_user_place(Dwfl_Module *module, struct rs_units *units, uint64_t pc, struct rs_place *out);

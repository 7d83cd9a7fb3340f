// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which compilation unit an address belongs to. libdw knows this only from .debug_aranges, which Go and clang do not
// write; here it comes from the units themselves.
#pragma once

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>

struct rs_unit_range {
    Dwarf_Addr low;
    Dwarf_Addr high;
    Dwarf_Die unit;
};

struct rs_units {
    bool built;
    size_t count;
    size_t capacity;
    struct rs_unit_range *ranges; // by `low`
};

// The unit that contains an address of the module; NULL if none is known. *bias is the offset by which the module's
// addresses are moved.
Dwarf_Die *rs_unit_at(struct rs_units *units, Dwfl_Module *module, Dwarf_Addr address, Dwarf_Addr *bias);
void rs_units_free(struct rs_units *units);

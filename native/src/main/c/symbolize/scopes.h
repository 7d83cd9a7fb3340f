// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <elfutils/libdw.h>
#include <stddef.h>

enum { RS_MAX_SCOPES = 32 };

// The functions that contain an address of a unit: the innermost inlined one first, the one that has the machine code
// last. Returns how many there are. (libdw's dwarf_getscopes gives up on a unit at the first entry it cannot place;
// Rust's units have such entries.)
size_t rs_functions_at(Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die out[RS_MAX_SCOPES]);

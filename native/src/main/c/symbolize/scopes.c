// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#include "scopes.h"

#include <dwarf.h>
#include <stdbool.h>

enum { MOST_ENTRIES = 4000000, DEEPEST = 64 };

struct search {
    Dwarf_Addr address;
    size_t count;
    Dwarf_Die found[RS_MAX_SCOPES]; // the outermost first
    unsigned entries; // number of entries looked at: crafted ones can form a circle
};

static bool holds_functions(int tag) {
    return tag == DW_TAG_namespace || tag == DW_TAG_module || tag == DW_TAG_class_type ||
           tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_enumeration_type;
}

static void descend(struct search *search, Dwarf_Die *parent, int depth);

// Looks into an entry that may contain the address. Returns whether it does; then no other entry needs to be looked at.
static bool visit(struct search *search, Dwarf_Die *die, int depth) {
    const int tag = dwarf_tag(die);
    if (holds_functions(tag)) {
        const size_t before = search->count;
        descend(search, die, depth + 1);
        return search->count > before;
    }
    const bool function = tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_entry_point;
    if (!function && tag != DW_TAG_lexical_block) {
        return false;
    }
    if (dwarf_haspc(die, search->address) != 1) {
        // A function may be declared inside another one whose code does not contain it.
        if (tag == DW_TAG_subprogram && search->count == 0) {
            descend(search, die, depth + 1);
        }
        return search->count > 0;
    }
    if (function && search->count < RS_MAX_SCOPES) {
        search->found[search->count++] = *die;
    }
    descend(search, die, depth + 1);
    return true;
}

static void descend(struct search *search, Dwarf_Die *parent, int depth) {
    Dwarf_Die die;
    if (depth > DEEPEST || dwarf_child(parent, &die) != 0) {
        return;
    }
    do {
        if (visit(search, &die, depth)) {
            return;
        }
    } while (++search->entries < MOST_ENTRIES && dwarf_siblingof(&die, &die) == 0);
}

size_t rs_functions_at(Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die out[RS_MAX_SCOPES]) {
    struct search search = {.address = address};
    descend(&search, unit, 0);
    for (size_t i = 0; i < search.count; i++) {
        out[i] = search.found[search.count - 1 - i];
    }
    return search.count;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "units.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 1024, MOST_RANGES = 1 << 20 };

static bool add(struct rs_units *units, Dwarf_Addr low, Dwarf_Addr high, const Dwarf_Die *unit) {
    if (units->count == units->capacity) {
        const size_t larger = units->capacity == 0 ? FIRST_CAPACITY : 2 * units->capacity;
        struct rs_unit_range *ranges = reallocarray(units->ranges, larger, sizeof *ranges);
        if (larger > MOST_RANGES || ranges == NULL) {
            units->ranges = ranges == NULL ? units->ranges : ranges;
            return false;
        }
        units->ranges = ranges;
        units->capacity = larger;
    }
    units->ranges[units->count++] = (struct rs_unit_range){.low = low, .high = high, .unit = *unit};
    return true;
}

static int by_low(const void *left, const void *right) {
    const Dwarf_Addr one = ((const struct rs_unit_range *)left)->low;
    const Dwarf_Addr other = ((const struct rs_unit_range *)right)->low;
    return one < other ? -1 : one > other;
}

static void build(struct rs_units *units, Dwfl_Module *module) {
    Dwarf_Die *unit = NULL;
    Dwarf_Addr bias = 0;
    bool room = true;
    while (room && (unit = dwfl_module_nextcu(module, unit, &bias)) != NULL) {
        Dwarf_Addr base = 0;
        Dwarf_Addr low = 0;
        Dwarf_Addr high = 0;
        ptrdiff_t at = 0;
        while (room && (at = dwarf_ranges(unit, at, &base, &low, &high)) > 0) {
            room = low >= high || add(units, low, high, unit);
        }
    }
    if (units->count > 1) {
        qsort(units->ranges, units->count, sizeof units->ranges[0], by_low);
    }
    units->built = true;
}

static Dwarf_Die *search(const struct rs_units *units, Dwarf_Addr address) {
    size_t low = 0;
    size_t high = units->count;
    while (low < high) { // the first range that starts after the address
        const size_t middle = low + (high - low) / 2;
        if (units->ranges[middle].low <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && address < units->ranges[low - 1].high ? &units->ranges[low - 1].unit : NULL;
}

Dwarf_Die *rs_unit_at(struct rs_units *units, Dwfl_Module *module, Dwarf_Addr address, Dwarf_Addr *bias) {
    Dwarf_Die *unit = dwfl_module_addrdie(module, address, bias);
    if (unit != NULL || dwfl_module_getdwarf(module, bias) == NULL) {
        return unit;
    }
    if (!units->built) {
        build(units, module);
    }
    return search(units, address - *bias);
}

void rs_units_free(struct rs_units *units) {
    free(units->ranges);
}

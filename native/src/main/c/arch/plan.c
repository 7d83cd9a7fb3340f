// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the core does with a call, by its number: the plan is data that Java has made.
#define _GNU_SOURCE
#include "arch/plan.h"

#include "arch/arch.h"
#include "capture.h"
#include "ring/event.h"

enum { X32 = 0x40000000, ARGS = sizeof((struct rc_event *)NULL)->args / sizeof(uint64_t) };

uint8_t rc_plan_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr) {
    const int abi = rc_arch_abi(arch);
    const uint64_t number = nr & ~(uint64_t)X32;
    return abi >= 0 && number < RC_TABLE_SIZE ? plan->table[abi][number] : plan->unlisted;
}

static bool is_argument(int32_t arg) {
    return arg >= -1 && arg < ARGS;
}

static bool exit_rules_are_sound(const struct rc_plan *plan) {
    for (unsigned i = 0; i < RC_EXIT_RULES; i++) {
        const struct rc_exit_rule *rule = &plan->exit_rules[i];
        bool sound = is_argument(rule->read_arg) && is_argument(rule->length_arg);
        for (unsigned k = 0; k < RC_EXIT_CONDITIONS; k++) {
            sound = sound && is_argument(rule->when_arg[k]);
        }
        if (!sound) {
            return false;
        }
    }
    return true;
}

// What only some shapes have.
static bool fields_are_sound(const struct rc_read *read) {
    switch ((enum rc_read_shape)read->shape) {
    case RC_SHAPE_RECORDS:
        return read->length == RC_LENGTH_RESULT;
    case RC_SHAPE_INDIRECT:
        return read->count != 0 && read->count_width <= sizeof(uint64_t);
    case RC_SHAPE_POINTERS:
        return read->field != 0;
    case RC_SHAPE_LINKS:
        return read->field < RC_LINKS_COUNT && (read->when & RC_READ_AT_ENTRY) == 0 &&
               read->count <= RC_LINKS_OF_ARRAY;
    case RC_SHAPE_HEAD:
        return (read->field & (RC_HEAD_RECEIVED - 1)) < RC_HEAD_IN_COUNT && read->field >> RC_HEAD_FLAGS < ARGS &&
               (read->when & RC_READ_AT_ENTRY) == 0 && (read->flags & RC_READ_COMPAT) == 0;
    default:
        return true;
    }
}

static bool is_sound(const struct rc_read *read) {
    enum {
        EVER = RC_READ_AT_ENTRY | RC_READ_AT_EXIT | RC_READ_INTERRUPTED | RC_READ_IF_POSITIVE | RC_READ_FAILED,
        IFS = RC_READ_IF | RC_READ_IF_BITS,
    };
    const bool of_argument = read->shape != RC_SHAPE_INDIRECT && read->length != RC_LENGTH_FIELD;
    return read->arg < ARGS && (read->of < ARGS || !of_argument) && read->if_arg < ARGS &&
           (read->flags & IFS) != IFS && read->shape < RC_SHAPE_COUNT && read->length < RC_LENGTH_COUNT &&
           read->unit != 0 && (read->when & EVER) != 0 && (read->when & ~EVER) == 0 && fields_are_sound(read);
}

// Whether the reads from this one on end in time, and can all be made. Of those with a condition few are, and a task
// counts them (arguments.c).
static bool end_in_time(const struct rc_plan *plan, unsigned first) {
    unsigned strings = 0;
    unsigned reads = 0;
    unsigned heads = 0;
    bool has_string = false;
    for (unsigned i = first; i < RC_READS && i < first + RC_READS_LISTED; i++) {
        const struct rc_read *read = &plan->reads[i];
        const bool always = (read->flags & (RC_READ_IF | RC_READ_IF_BITS)) == 0;
        const unsigned times = always ? (unsigned)__builtin_popcount(read->when) : 0;
        reads += times;
        strings += read->shape == RC_SHAPE_STRING ? times : 0;
        heads += read->shape == RC_SHAPE_HEAD;
        has_string = has_string || read->shape == RC_SHAPE_STRING;
        if (heads > 1 || (heads == 1 && has_string)) {
            return false; // there is room for one of both
        }
        if (!is_sound(read) || reads > RC_READS_OF_CALL || strings > RC_STRINGS_OF_CALL) {
            return false;
        }
        if ((read->flags & RC_READ_LAST) != 0) {
            return true;
        }
    }
    return false;
}

static bool reads_are_sound(const struct rc_plan *plan) {
    enum { READS = RC_PLAN_READS_AT_ENTRY | RC_PLAN_READS_AT_EXIT };
    for (unsigned abi = 0; abi < RC_ABI_COUNT; abi++) {
        for (unsigned nr = 0; nr < RC_TABLE_SIZE; nr++) {
            if ((plan->table[abi][nr] & READS) != 0 && !end_in_time(plan, plan->first_read[abi][nr])) {
                return false;
            }
        }
    }
    return (plan->unlisted & ~RC_PLAN_SKIP) == 0;
}

bool rc_plan_is_sound(const struct rc_plan *plan) {
    return exit_rules_are_sound(plan) && reads_are_sound(plan);
}

const struct rc_read *rc_reads_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr) {
    // It is known to be in a table: only those have RC_PLAN_READS_*.
    return &plan->reads[plan->first_read[rc_arch_abi(arch)][nr & ~(uint64_t)X32]];
}

const struct rc_exit_rule *rc_exit_rule_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr) {
    const int abi = rc_arch_abi(arch);
    const uint64_t number = nr & ~(uint64_t)X32;
    if (abi < 0 || number >= RC_TABLE_SIZE || (plan->table[abi][number] & RC_PLAN_AT_EXIT) == 0) {
        return NULL;
    }
    return &plan->exit_rules[plan->exit_rule[abi][number] % RC_EXIT_RULES];
}

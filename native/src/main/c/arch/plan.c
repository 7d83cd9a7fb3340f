// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the core does with a call, by its number: the plan is data that Java has made.
#define _GNU_SOURCE
#include "arch/plan.h"

#include "arch/arch.h"
#include "capture.h"
#include "ring/event.h"

uint8_t rc_plan_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr) {
    enum { X32 = 0x40000000 };
    const int abi = rc_arch_abi(arch);
    const uint64_t number = nr & ~(uint64_t)X32;
    return abi >= 0 && number < RC_TABLE_SIZE ? plan->table[abi][number] : plan->unlisted;
}

static bool is_argument(int32_t arg) {
    enum { ARGS = sizeof((struct rc_event *)NULL)->args / sizeof(uint64_t) };
    return arg >= -1 && arg < ARGS;
}

bool rc_exit_rules_are_sound(const struct rc_plan *plan) {
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

const struct rc_exit_rule *rc_exit_rule_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr) {
    enum { X32 = 0x40000000 };
    const int abi = rc_arch_abi(arch);
    const uint64_t number = nr & ~(uint64_t)X32;
    if (abi < 0 || number >= RC_TABLE_SIZE || (plan->table[abi][number] & RC_PLAN_AT_EXIT) == 0) {
        return NULL;
    }
    return &plan->exit_rules[plan->exit_rule[abi][number] % RC_EXIT_RULES];
}

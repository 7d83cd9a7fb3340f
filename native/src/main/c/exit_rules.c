// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Calls of which more is wanted once they have returned: what they wrote, or that they are told of after all.
#define _GNU_SOURCE
#include "arch.h"
#include "session.h"

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

static bool applies(const struct rc_exit_rule *rule, const struct rc_event *call) {
    for (unsigned i = 0; i < RC_EXIT_CONDITIONS; i++) {
        const int arg = rule->when_arg[i];
        if (arg >= 0 && (uint32_t)call->args[arg] != rule->when_value[i]) {
            return false;
        }
    }
    return rule->failed_only == 0 || (call->flags & RC_ERROR) != 0;
}

void rc_apply_exit_rule(const struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_event *call = &task->call;
    const struct rc_exit_rule *rule = rc_exit_rule_of(&tracer->session->options.plan, call->arch, (uint64_t)call->nr);
    // A call that the kernel makes again has not returned.
    if (rule == NULL || (call->flags & RC_RESTARTED) != 0 || !applies(rule, call)) {
        return;
    }
    if (rule->read_arg >= 0 && (call->flags & RC_ERROR) == 0) {
        rc_read_written(task, rule);
    }
    if ((task->plan & RC_PLAN_SKIP) != 0) {
        task->plan &= (uint8_t)~RC_PLAN_SKIP;
        call->flags |= RC_UNASKED;
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Calls that need further treatment once they have returned: what they wrote is read, or they are reported after all.
#define _GNU_SOURCE
#include "tracer/loop/exit_rules.h"

#include "arch/plan.h"
#include "capture.h"
#include "ring/event.h"
#include "session.h"
#include "tracee/memory.h"
#include "tracee/tasks.h"

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

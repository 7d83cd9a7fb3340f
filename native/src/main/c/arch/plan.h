// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the core does with a call, by its number.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "capture.h"

// The plan byte of a call.
uint8_t rc_plan_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr);
// Whether everything the plan says can be followed blindly.
bool rc_plan_is_sound(const struct rc_plan *plan);
// The rule for the exit of a call, or NULL.
const struct rc_exit_rule *rc_exit_rule_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr);
// The first read of a call that has any; the others follow it up to RC_READ_LAST.
const struct rc_read *rc_reads_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "image.h"
#include "lines.h"

struct rs_unwound {
    enum rs_status status;
    struct rs_place place;
    uint32_t frame_count;
    struct rs_frame frames[RS_MAX_FRAMES]; // all that were looked at: the same ones lead to the same place again
};

// Follows a stack up to the user's own code.
void rs_unwind_stack(struct rs_code *code, const struct rs_sample *sample, struct rs_unwound *out);

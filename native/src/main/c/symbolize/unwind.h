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

// Gets ready to follow a stack: the file with its innermost frame is loaded. Returns false if it cannot be followed.
bool rs_begin(struct rs_code *code, const struct rs_sample *sample);
// Follows it frame by frame, as dwfl_getthread_frames.
int rs_follow(struct rs_code *code, int (*on_frame)(Dwfl_Frame *, void *), void *context);
// The offset from the stack pointer of the word that leads to this frame; negative: there is none.
int32_t rs_slot_of(const struct rs_sample *sample, Dwfl_Frame *frame, bool innermost);
// Follows a stack up to the user's own code.
void rs_unwind_stack(struct rs_code *code, const struct rs_sample *sample, struct rs_unwound *out);

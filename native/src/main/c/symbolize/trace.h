// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A whole stack, each frame with the function it is in.
#pragma once

#include "image.h"
#include "wire.h"

enum { RS_TRACE_NAMES = 65536 }; // bytes of all names together: they and the frames fit into a message

struct rs_trace {
    enum rs_end end;
    uint32_t frame_count; // at least 1
    uint32_t names_length;
    struct rs_traced_frame frames[RS_MAX_TRACE];
    char names[RS_TRACE_NAMES]; // one after another, in the order of the frames
};

// Follows a stack as far as it is known. A frame whose code is in no file is the last.
void rs_trace_stack(struct rs_code *code, const struct rs_sample *sample, struct rs_trace *out);

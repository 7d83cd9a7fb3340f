// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A page of the target's memory, copied at once: what a struct points to often lies beside it on the stack, and one
// copy of a page takes a fraction of the time of a read for each part.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_task;

enum { RC_WINDOW_BYTES = 4096 };

struct rc_window {
    uint64_t address; // a multiple of its size
    size_t length;    // 0: nothing could be read
    uint8_t bytes[RC_WINDOW_BYTES];
};

// Fills the window with what stands around the address. `task` is stopped; its other threads may go on writing.
void rc_window_open(struct rc_window *window, const struct rc_task *task, uint64_t address);
// Copies `length` bytes from the window. Returns whether all of them are in it.
bool rc_window_copy(const struct rc_window *window, uint64_t address, void *out, size_t length);

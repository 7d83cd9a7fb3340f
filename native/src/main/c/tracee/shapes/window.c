// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#include "tracee/shapes/window.h"

#include <string.h>

#include "tracee/memory.h"
#include "tracee/tasks.h"

void rc_window_open(struct rc_window *window, const struct rc_task *task, uint64_t address) {
    window->address = address & ~(uint64_t)(RC_WINDOW_BYTES - 1);
    const int got = rc_memory_read(task, window->address, window->bytes, sizeof window->bytes);
    window->length = got < 0 ? 0 : (size_t)got;
}

bool rc_window_copy(const struct rc_window *window, uint64_t address, void *out, size_t length) {
    const uint64_t from = address - window->address; // of an address before it: beyond any length
    if (length > window->length || from > window->length - length) {
        return false;
    }
    memcpy(out, window->bytes + from, length);
    return true;
}

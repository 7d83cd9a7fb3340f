// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Whether descriptors were left open.
#pragma once

#include <unistd.h>

#include "input.h"

// The lowest free descriptor: the same before and after unless one was left open.
static inline int lowest_free_descriptor(void) {
    const int fd = dup(0);
    REQUIRE(fd >= 0);
    (void)close(fd);
    return fd;
}

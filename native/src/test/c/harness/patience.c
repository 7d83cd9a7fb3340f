// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

void pause_for(uint64_t ns) {
    const struct timespec time = {.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
    (void)nanosleep(&time, NULL);
}

void waited_too_long(const char *what) {
    print_error("gave up after %d s: %s\n", GENEROUS_S, what);
    fail();
}

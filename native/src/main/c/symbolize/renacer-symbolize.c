// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Turns copied stacks into source lines. The tracer starts it with one end of a socket pair as descriptor 3 (wire.h).
// It ends when the other end is closed, and whenever anything is wrong: the tracer then starts another.
#define _GNU_SOURCE
#include <libelf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "requests.h"
#include "sandbox.h"
#include "wire.h"

enum { MALFORMED = 2, NO_SANDBOX = 3, NO_MEMORY = 4, PATIENCE_SECONDS = 10 };

// A file that leads it into an endless loop ends it, even if the tracer is gone.
static bool set_patience(time_t seconds) {
    const struct itimerval timer = {.it_value = {.tv_sec = seconds}};
    return setitimer(ITIMER_REAL, &timer, NULL) == 0;
}

int main(void) {
    (void)elf_version(EV_CURRENT);
    if (!rs_enter_sandbox()) {
        return NO_SANDBOX;
    }
    uint8_t *payload = malloc(RS_MAX_MESSAGE);
    if (payload == NULL) {
        return NO_MEMORY;
    }
    while (true) {
        uint32_t type = 0;
        int fd = -1;
        const long length = rs_receive(&type, payload, RS_MAX_MESSAGE - sizeof(struct rs_header), &fd);
        if (length < 0) {
            return 0; // the tracer is done
        }
        if (fd >= 0) {
            return MALFORMED; // nobody asked for a file
        }
        if (!set_patience(PATIENCE_SECONDS) || !rs_handle(type, payload, (size_t)length) || !set_patience(0)) {
            return MALFORMED;
        }
    }
}

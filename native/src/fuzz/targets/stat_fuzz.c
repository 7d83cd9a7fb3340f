// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// /proc/PID/stat: a program's name in it, which the program chooses, moves no field.
#include <stdio.h>

#include "input.h"
#include "tracee/proc/proc_text.h"
#include "tracee/proc/procfs.h"

static void a_name_moves_nothing(const char *name) {
    char text[1024];
    (void)snprintf(
        text, sizeof text,
        "7 (%.15s) S 1 7 7 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 3 0 0", name);
    struct rc_proc_stat stat;
    REQUIRE(rc_proc_parse_stat(text, &stat) == 0);
    REQUIRE(stat.state == 'S' && stat.flags == 4194560 && stat.start == 4242 && stat.cpu == 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = input_text(data, size);
    struct rc_proc_stat stat;
    (void)rc_proc_parse_stat(text, &stat);
    a_name_moves_nothing(text);
    free(text);
    return 0;
}

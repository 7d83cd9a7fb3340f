// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// /proc/PID/task/TID/syscall.

#include "input.h"
#include "tracee/proc/proc_text.h"
#include "tracee/proc/procfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = input_text(data, size);
    struct rc_proc_call call;
    rc_proc_parse_call(text, &call);
    REQUIRE(!call.known || call.nr >= 0);
    free(text);
    return 0;
}

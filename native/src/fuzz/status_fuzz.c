// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// /proc/PID/status.
#include "input.h"
#include "procfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = input_text(data, size);
    struct rc_proc_status status;
    const int error = rc_proc_parse_status(text, &status);
    REQUIRE((error == 0) == (status.tgid > 0));
    free(text);
    return 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// /proc/PID/status.

#include "input.h"
#include "tracee/proc/proc_text.h"
#include "tracee/proc/procfs.h"

// In any two pieces, lines are cut and nothing else is changed as long as there is room.
static void check_lines(const char *text, size_t size) {
    struct rc_proc_lines lines = {.length = 0};
    const size_t first = size == 0 ? 0 : (unsigned char)text[0] % size;
    rc_proc_add_lines(&lines, text, first);
    rc_proc_add_lines(&lines, text + first, size - first);
    REQUIRE(lines.length < sizeof lines.text && lines.text[lines.length] == '\0' && lines.length <= size);
    size_t at = 0;
    size_t column = 0;
    for (size_t i = 0; i < size && at < lines.length; i++) {
        column = text[i] == '\n' ? 0 : column + 1;
        if (column < RC_PROC_LINE) {
            REQUIRE(lines.text[at++] == text[i]);
        }
    }
    REQUIRE(at == lines.length);
    struct rc_proc_status status;
    (void)rc_proc_parse_status(lines.text, &status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = input_text(data, size);
    struct rc_proc_status status;
    const int error = rc_proc_parse_status(text, &status);
    REQUIRE((error == 0) == (status.tgid > 0));
    check_lines(text, size);
    free(text);
    return 0;
}

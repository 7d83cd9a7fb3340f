// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// /proc/PID/maps: what is kept does not depend on how much of it each read brings.

#include "input.h"
#include "tracee/proc/code_lines.h"

enum { CAPACITY = 512, LONGEST = 8192 };

// Reads the text in pieces of this size, as rc_mappings_take does.
static void keep_all(struct rc_code_lines *lines, const uint8_t *data, size_t size, size_t piece) {
    char *buffer = malloc(LONGEST);
    REQUIRE(buffer != NULL);
    size_t pending = 0;
    for (size_t at = 0; at < size; at += piece) {
        const size_t more = size - at < piece ? size - at : piece;
        memcpy(buffer + pending, data + at, more);
        const size_t length = pending + more;
        pending = rc_code_lines_keep(lines, buffer, length);
        REQUIRE(pending <= length && lines->length <= lines->capacity);
        memmove(buffer, buffer + length - pending, pending);
    }
    free(buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > LONGEST) {
        return 0;
    }
    uint8_t *whole = malloc(CAPACITY);
    uint8_t *pieces = malloc(CAPACITY);
    REQUIRE(whole != NULL && pieces != NULL);
    struct rc_code_lines one = {.text = whole, .capacity = CAPACITY};
    struct rc_code_lines other = {.text = pieces, .capacity = CAPACITY};
    keep_all(&one, data + 1, size - 1, size);
    keep_all(&other, data + 1, size - 1, data[0] + 1u);
    REQUIRE(one.length == other.length && one.cut == other.cut && memcmp(whole, pieces, one.length) == 0);
    free(whole);
    free(pieces);
    return 0;
}

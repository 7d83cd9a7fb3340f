// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#include "tracee/proc/code_lines.h"

#include <string.h>

// "START-END r-xp OFFSET DEV INODE   /path": code that comes from a file.
static bool is_code_of_a_file(const char *line, size_t length) {
    const char *permissions = memchr(line, ' ', length);
    return permissions != NULL && permissions + 4 < line + length && permissions[3] == 'x' &&
           memchr(line, '/', length) != NULL;
}

size_t rc_code_lines_keep(struct rc_code_lines *lines, const char *buffer, size_t length) {
    const char *line = buffer;
    const char *end = NULL;
    while ((end = memchr(line, '\n', length - (size_t)(line - buffer))) != NULL) {
        const size_t size = (size_t)(end - line) + 1;
        if (is_code_of_a_file(line, size)) {
            if (lines->length + size <= lines->capacity) {
                memcpy(lines->text + lines->length, line, size);
                lines->length += size;
            } else {
                lines->cut = true;
            }
        }
        line = end + 1;
    }
    return length - (size_t)(line - buffer);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Copies standard input to standard output, 64 KiB at a time.
#include <unistd.h>

int main(void) {
    static char block[64 << 10];
    ssize_t length;
    while ((length = read(STDIN_FILENO, block, sizeof block)) > 0) {
        if (write(STDOUT_FILENO, block, (size_t)length) != length) {
            return 1;
        }
    }
    return length == 0 ? 0 : 1;
}

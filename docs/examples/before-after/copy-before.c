// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Copies standard input to standard output, byte by byte: two system calls for each.
#include <unistd.h>

int main(void) {
    char byte;
    while (read(STDIN_FILENO, &byte, 1) == 1) {
        if (write(STDOUT_FILENO, &byte, 1) != 1) {
            return 1;
        }
    }
    return 0;
}

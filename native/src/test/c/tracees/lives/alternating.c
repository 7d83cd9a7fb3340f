// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Executes the program at the path given, which is a copy of this one, which executes this one, and so on until it is
// killed.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    if (argc > 2 && strcmp(argv[2], "first") == 0) {
        (void)puts("ready");
        (void)fflush(stdout);
    }
    char *const next[] = {argv[1], argv[0], NULL};
    char *const environment[] = {NULL};
    (void)execve(argv[1], next, environment);
    return 1;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: calls COUNT   prints "ready", waits for a line, calls getppid COUNT times, prints "done" and waits for the
//                      end of stdin
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
    const long count = argc > 1 ? atol(argv[1]) : 0;
    puts("ready");
    fflush(stdout);
    if (getchar() == EOF) {
        return 3;
    }
    for (long i = 0; i < count; i++) {
        syscall(SYS_getppid);
    }
    puts("done");
    fflush(stdout);
    while (getchar() != EOF) {
    }
    return 7;
}

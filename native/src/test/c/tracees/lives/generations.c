// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Starts one child after another and waits for each, without end: a child makes CALLS getppid and ends.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    const long calls = argc > 1 ? atol(argv[1]) : 100;
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        const pid_t pid = fork();
        if (pid == 0) {
            for (long i = 0; i < calls; i++) {
                (void)syscall(SYS_getppid);
            }
            _exit(0);
        }
        if (pid < 0 || waitpid(pid, NULL, 0) != pid) {
            return 1;
        }
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A parent inside vfork, which no interrupt ends: the child says "ready" and waits for input, then ends (or, with an
// argument, becomes /bin/true).
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    (void)argv;
    const pid_t pid = vfork();
    if (pid == 0) {
        char byte;
        (void)!write(STDOUT_FILENO, "ready\n", 6);
        (void)!read(STDIN_FILENO, &byte, 1);
        if (argc > 1) {
            (void)execl("/bin/true", "true", (char *)NULL);
        }
        _exit(3);
    }
    int status = 0;
    (void)waitpid(pid, &status, 0);
    printf("child %d\n", WEXITSTATUS(status));
    return 0;
}

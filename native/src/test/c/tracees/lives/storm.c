// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Creates and joins threads without a pause until it has input: "ready" first. Each thread makes one getppid. With an
// argument it forks children instead.
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_ONCE = 8 };

static void *call(void *unused) {
    (void)unused;
    (void)syscall(SYS_getppid);
    return NULL;
}

static int fork_some(void) {
    for (int i = 0; i < AT_ONCE; i++) {
        const pid_t pid = fork();
        if (pid == 0) {
            (void)syscall(SYS_getppid);
            _exit(0);
        }
        if (pid < 0) {
            return 1;
        }
    }
    for (int i = 0; i < AT_ONCE; i++) {
        int status = 0;
        if (wait(&status) < 0 || status != 0) {
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv) {
    (void)argv;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    printf("ready\n");
    fflush(stdout);
    while (poll(&input, 1, 0) == 0) {
        if (argc > 1) {
            if (fork_some() != 0) {
                return 1;
            }
            continue;
        }
        pthread_t threads[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            if (pthread_create(&threads[i], NULL, call, NULL) != 0) {
                return 1;
            }
        }
        for (int i = 0; i < AT_ONCE; i++) {
            pthread_join(threads[i], NULL);
        }
    }
    return 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Creates and joins threads without a pause until its input ends: "ready" first. Each thread makes one getppid.
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { AT_ONCE = 8 };

static void *call(void *unused) {
    (void)unused;
    (void)syscall(SYS_getppid);
    return NULL;
}

int main(void) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    printf("ready\n");
    fflush(stdout);
    while (poll(&input, 1, 0) == 0) {
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

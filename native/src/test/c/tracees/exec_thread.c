// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A thread that is not the leader executes this program anew ("again"), while leader and a sibling are blocked.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *path;

static _Noreturn void *block(void *unused) {
    (void)unused;
    for (;;) {
        (void)pause();
    }
}

static void *become(void *unused) {
    (void)unused;
    char *const argv[] = {path, "again", NULL};
    char *const environment[] = {NULL};
    (void)execve(path, argv, environment);
    return NULL;
}

int main(int argc, char **argv) {
    path = argv[0];
    if (argc > 1) {
        (void)syscall(SYS_getppid);
        return open("/nonexistent/after-exec", O_RDONLY) >= 0;
    }
    pthread_t thread;
    (void)pthread_create(&thread, NULL, block, NULL);
    (void)pthread_create(&thread, NULL, become, NULL);
    block(NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A thread that is not the leader executes this program anew ("again"), while leader and a sibling are blocked, or
// ("busy") make calls without a pause.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *path;
static bool busy;

static _Noreturn void *stay(void *unused) {
    (void)unused;
    for (;;) {
        (void)(busy ? syscall(SYS_getuid) : pause());
    }
}

static void *become(void *unused) {
    (void)unused;
    for (int i = 0; busy && i < 100; i++) {
        (void)syscall(SYS_getuid);
    }
    char *const argv[] = {path, "again", NULL};
    char *const environment[] = {NULL};
    (void)execve(path, argv, environment);
    return NULL;
}

int main(int argc, char **argv) {
    path = argv[0];
    busy = argc > 1 && strcmp(argv[1], "busy") == 0;
    if (argc > 1 && !busy) {
        (void)syscall(SYS_getppid);
        return open("/nonexistent/after-exec", O_RDONLY) >= 0;
    }
    pthread_t thread;
    (void)pthread_create(&thread, NULL, stay, NULL);
    (void)pthread_create(&thread, NULL, become, NULL);
    stay(NULL);
}

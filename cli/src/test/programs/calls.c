// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A known number of calls: 4 threads x 50,000 getppid and 200 children x 10 getppid, each child exiting with 3. With an
// argument it first waits for a byte on standard input, so that a tracer can attach.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, CALLS = 50000, CHILDREN = 200, CALLS_OF_CHILD = 10, CHILD_CODE = 3 };

static void *call(void *unused) {
    (void)unused;
    for (int i = 0; i < CALLS; i++) {
        syscall(SYS_getppid);
    }
    return NULL;
}

static int fork_child(void) {
    const pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < CALLS_OF_CHILD; i++) {
            syscall(SYS_getppid);
        }
        _exit(CHILD_CODE);
    }
    int status = 0;
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == CHILD_CODE ? 0 : 1;
}

int main(int argc, char **argv) {
    (void)argv;
    char go;
    if (argc > 1 && read(STDIN_FILENO, &go, 1) != 1) {
        return 1;
    }
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, call, NULL) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < CHILDREN; i++) {
        if (fork_child() != 0) {
            return 2;
        }
    }
    for (int i = 0; i < THREADS; i++) {
        if (pthread_join(threads[i], NULL) != 0) {
            return 1;
        }
    }
    puts("done");
    return 0;
}

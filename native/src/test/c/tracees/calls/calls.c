// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: calls [THREADS [CALLS [FORKS [wait [WORK]]]]]   Makes a known number of calls: THREADS threads with CALLS
// getppid each, then FORKS children with one getppid each. wait: not before it gets a line. WORK: so many rounds of a
// loop are computed between two calls of a thread.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long calls;
static long work;

static void *call(void *unused) {
    (void)unused;
    for (long i = 0; i < calls; i++) {
        (void)syscall(SYS_getppid);
        for (volatile long round = 0; round < work; round++) {
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    const int threads = argc > 1 ? atoi(argv[1]) : 4;
    calls = argc > 2 ? atol(argv[2]) : 1000;
    const int forks = argc > 3 ? atoi(argv[3]) : 0;
    work = argc > 5 ? atol(argv[5]) : 0;
    if (argc > 4) { // wait until told to go, so that somebody may attach
        printf("ready\n");
        fflush(stdout);
        if (getchar() == EOF) {
            return 1;
        }
    }
    pthread_t thread[64];
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&thread[i], NULL, call, NULL) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(thread[i], NULL);
    }
    for (int i = 0; i < forks; i++) {
        const pid_t pid = fork();
        if (pid == 0) {
            (void)syscall(SYS_getppid);
            _exit(0);
        }
        if (pid < 0 || waitpid(pid, NULL, 0) != pid) {
            return 1;
        }
    }
    return 0;
}

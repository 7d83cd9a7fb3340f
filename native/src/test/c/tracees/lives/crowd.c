// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Many threads: THREADS that wait, make CALLS getppid each once there is a line of input, and end; with "storm" in
// front THREADS short ones, few at a time. "ready" first, and "N wrong" at the end. A thread that gets SIGUSR1 executes
// this program anew, which then only says "executed".
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { AT_ONCE = 20, STACK_BYTES = 131072 };

static long calls = 1;
static _Atomic long wrong;
static pthread_barrier_t gate;
static pid_t parent;

static void make_calls(void) {
    for (long i = 0; i < calls; i++) {
        if (syscall(SYS_getppid) != parent) {
            wrong++;
        }
    }
}

static void *call(void *unused) {
    make_calls();
    return unused;
}

static void *wait_and_call(void *unused) {
    (void)pthread_barrier_wait(&gate);
    make_calls();
    return unused;
}

static bool start(pthread_t *thread, void *(*run)(void *)) {
    pthread_attr_t attributes;
    return pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
           pthread_create(thread, &attributes, run, NULL) == 0;
}

static void execute(int signal) {
    (void)signal;
    char *const arguments[] = {"crowd", "executed", NULL};
    char *const environment[] = {NULL};
    (void)execve("/proc/self/exe", arguments, environment);
    _exit(3);
}

static bool await_input(void) {
    char line[8];
    printf("ready\n");
    (void)fflush(stdout);
    return fgets(line, sizeof line, stdin) != NULL;
}

static bool storm(long threads) {
    if (!await_input()) {
        return false;
    }
    for (long made = 0; made < threads; made += AT_ONCE) {
        pthread_t some[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            if (!start(&some[i], call)) {
                return false;
            }
        }
        for (int i = 0; i < AT_ONCE; i++) {
            (void)pthread_join(some[i], NULL);
        }
    }
    return true;
}

static bool crowd(long threads) {
    pthread_t *all = calloc((size_t)threads, sizeof *all);
    if (all == NULL || pthread_barrier_init(&gate, NULL, (unsigned)threads + 1) != 0) {
        return false;
    }
    for (long i = 0; i < threads; i++) {
        if (!start(&all[i], wait_and_call)) {
            return false;
        }
    }
    if (!await_input()) {
        return false;
    }
    (void)pthread_barrier_wait(&gate);
    for (long i = 0; i < threads; i++) {
        (void)pthread_join(all[i], NULL);
    }
    free(all);
    return true;
}

int main(int argc, char **argv) {
    parent = getppid();
    if (argc == 2 && strcmp(argv[1], "executed") == 0) {
        printf("executed\n");
        return 0;
    }
    if (argc < 3 || signal(SIGUSR1, execute) == SIG_ERR) {
        return 2;
    }
    const bool short_lived = strcmp(argv[1], "storm") == 0;
    calls = short_lived ? 1 : atol(argv[2]);
    if (!(short_lived ? storm(atol(argv[2])) : crowd(atol(argv[1])))) {
        return 1;
    }
    printf("%ld wrong\n", wrong);
    return 0;
}

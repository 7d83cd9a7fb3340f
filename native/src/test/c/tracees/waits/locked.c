// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Two threads take turns at a lock, without end. Each waits for its turn in a call, and makes CALLS getppid while it
// has it.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t passed = PTHREAD_COND_INITIALIZER;
static int turn;
static long calls;

static void *take_turns(void *argument) {
    const int own = argument != NULL;
    (void)pthread_mutex_lock(&lock);
    for (;;) {
        while (turn != own) {
            (void)pthread_cond_wait(&passed, &lock);
        }
        for (long i = 0; i < calls; i++) {
            (void)syscall(SYS_getppid);
        }
        turn = 1 - own;
        (void)pthread_cond_signal(&passed);
    }
    return NULL;
}

int main(int argc, char **argv) {
    calls = argc > 1 ? atol(argv[1]) : 100;
    pthread_t other;
    printf("ready\n");
    fflush(stdout);
    if (pthread_create(&other, NULL, take_turns, &lock) != 0) {
        return 1;
    }
    (void)take_turns(NULL);
}

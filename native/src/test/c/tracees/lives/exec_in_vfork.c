// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The leader is inside vfork, where nothing but its death ends its wait; another thread executes this program anew
// ("again", which waits) once it gets SIGUSR1. "child": a child does so, the new program ends, and this one waits.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char *path;
static char *next = "again";

static void *become(void *signals) {
    int signal = 0;
    if (sigwait(signals, &signal) == 0) {
        char *const argv[] = {path, next, NULL};
        char *const environment[] = {NULL};
        (void)execve(path, argv, environment);
    }
    return NULL;
}

static _Noreturn void wait_for_ever(void) {
    for (;;) {
        (void)pause();
    }
}

int main(int argc, char **argv) {
    sigset_t signals;
    pthread_t thread;
    path = argv[0];
    if (argc > 1 && strcmp(argv[1], "end") == 0) {
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "child") == 0) {
        next = "end";
        const pid_t pid = fork();
        if (pid != 0) {
            (void)waitpid(pid, NULL, 0);
            wait_for_ever();
        }
    } else if (argc > 1) {
        wait_for_ever();
    }
    if (sigemptyset(&signals) != 0 || sigaddset(&signals, SIGUSR1) != 0 ||
        sigprocmask(SIG_BLOCK, &signals, NULL) != 0 || pthread_create(&thread, NULL, become, &signals) != 0) {
        return 1;
    }
    if (vfork() == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        wait_for_ever();
    }
    return 1;
}

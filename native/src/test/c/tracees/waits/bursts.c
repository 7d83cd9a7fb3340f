// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: bursts COUNT   Calls without a pause, then waits in a call that an interrupt makes return EINTR; COUNT times
// over. Waits for a line first. Prints how many waits did not simply time out, and how many signals it got of those it
// sent itself.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CALLS = 20000, WAIT_MS = 100 };
static volatile sig_atomic_t got;

static void on_signal(int signal) {
    (void)signal;
    got++;
}

int main(int argc, char **argv) {
    const int count = argc > 1 ? atoi(argv[1]) : 1;
    const int fd = epoll_create1(0);
    (void)signal(SIGUSR1, on_signal);
    printf("ready\n");
    (void)fflush(stdout);
    if (getchar() == EOF) {
        return 1;
    }
    int disturbed = 0;
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < CALLS; j++) {
            (void)syscall(SYS_getppid);
        }
        (void)raise(SIGUSR1);
        struct epoll_event event;
        disturbed += epoll_wait(fd, &event, 1, WAIT_MS) != 0;
    }
    printf("%d\n%d\n", disturbed, (int)got);
    return 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Counts real-time signals: "ready", then for each line of input the number handled so far, how many of them did not
// have the value after that of the one before, and how many were not from the sender of the first, by sigqueue. With an
// argument they can come only inside epoll_pwait, and each must end it: "." then for each.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

static volatile sig_atomic_t handled;
static volatile sig_atomic_t disordered;
static volatile sig_atomic_t foreign;
static volatile pid_t sender;

static void on_signal(int signal, siginfo_t *info, void *context) {
    (void)context;
    if (handled == 0) {
        sender = info->si_pid;
    }
    if (info->si_value.sival_int != handled) {
        disordered++;
    }
    if (signal != info->si_signo || info->si_code != SI_QUEUE || info->si_pid != sender || info->si_uid != getuid()) {
        foreign++;
    }
    handled++;
}

static int wait_for_each(void) {
    struct epoll_event event;
    sigset_t none;
    sigset_t blocked;
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGRTMIN);
    (void)sigprocmask(SIG_BLOCK, &blocked, NULL);
    const int fd = epoll_create1(0);
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        const int before = handled;
        const int result = epoll_pwait(fd, &event, 1, -1, &none);
        if (result != -1 || errno != EINTR || handled != before + 1) {
            printf("returned %d, errno %d, %d handled\n", result, errno, handled - before);
            return 1;
        }
        printf(".\n");
        fflush(stdout);
    }
}

int main(int argc, char **argv) {
    (void)argv;
    const struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | (argc > 1 ? 0 : SA_RESTART)};
    (void)sigaction(SIGRTMIN, &action, NULL);
    if (argc > 1) {
        return wait_for_each();
    }
    printf("ready\n");
    fflush(stdout);
    char byte;
    for (;;) {
        const ssize_t got = read(STDIN_FILENO, &byte, 1);
        if (got == 0) {
            return 0;
        }
        if (got == 1 && byte == '\n') {
            printf("%d %d %d\n", (int)handled, (int)disordered, (int)foreign);
            fflush(stdout);
        }
    }
}

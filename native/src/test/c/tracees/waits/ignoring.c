// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Waits in epoll_wait in a thread while signals come that the program ignores, or handles ("handle"), or stops
// ("stop"), or while children end ("children"), or while it is sent SIGCONT ("continue"), or stops and then waits once
// more while such signals come ("again"). Says "ready"; for each line of input it sends them, waits until none is
// pending any more, ends the wait and says what epoll_wait returned. With a second argument the thread makes one call
// after another before, until another line comes.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 20 };

static int alarm_clock;
static _Atomic pid_t waiting;
static _Atomic bool calling;
static bool again;
static _Atomic bool waited_again;
static const int SIGNALS[] = {SIGCHLD, SIGWINCH, SIGURG, SIGCONT, SIGUSR1};

static void on_signal(int signal) {
    (void)signal;
}

static void *wait_in_epoll(void *unused) {
    struct epoll_event event = {.events = EPOLLIN};
    const int epoll = epoll_create1(0);
    (void)unused;
    (void)epoll_ctl(epoll, EPOLL_CTL_ADD, alarm_clock, &event);
    while (calling) {
        (void)syscall(SYS_getppid);
    }
    waiting = (pid_t)syscall(SYS_gettid);
    int result = epoll_wait(epoll, &event, 1, -1);
    if (again && result < 0 && errno == EINTR) {
        waited_again = true;
        result = epoll_wait(epoll, &event, 1, -1);
    }
    printf("%d%s\n", result, result < 0 && errno == EINTR ? " EINTR" : "");
    (void)fflush(stdout);
    (void)close(epoll);
    return NULL;
}

// Whether the thread is blocked and no signal is pending for it.
static bool rests(pid_t tid) {
    char path[64];
    char line[256];
    bool sleeps = false;
    bool pending = false;
    (void)snprintf(path, sizeof path, "/proc/self/task/%d/status", tid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        sleeps = sleeps || strncmp(line, "State:\tS", 8) == 0;
        pending = pending || (strncmp(line, "SigPnd:", 7) == 0 && strstr(line, "0000000000000000") == NULL);
    }
    (void)(file != NULL && fclose(file));
    return sleeps && !pending;
}

// A child that ends after fork() has returned here. The fork of glibc 2.41 blocks all signals: a SIGCHLD that came so
// early would be pending, although it is ignored, and would end the wait of the other thread even untraced.
static void end_child(void) {
    int returned[2];
    char none;
    if (pipe(returned) != 0) {
        return;
    }
    const pid_t pid = fork();
    (void)close(returned[1]);
    if (pid == 0) {
        (void)read(returned[0], &none, 1);
        _exit(0);
    }
    (void)close(returned[0]);
    (void)waitpid(pid, NULL, 0);
}

int main(int argc, char **argv) {
    const bool handles = argc > 1 && strcmp(argv[1], "handle") == 0;
    const bool stops = argc > 1 && strcmp(argv[1], "stop") == 0;
    const bool children = argc > 1 && strcmp(argv[1], "children") == 0;
    const bool continues = argc > 1 && strcmp(argv[1], "continue") == 0;
    again = argc > 1 && strcmp(argv[1], "again") == 0;
    char line[8];
    struct sigaction action = {.sa_handler = handles ? on_signal : SIG_IGN};
    (void)sigaction(SIGUSR1, &action, NULL);
    for (printf("ready\n"); fflush(stdout) == 0 && fgets(line, sizeof line, stdin) != NULL;) {
        pthread_t thread;
        const uint64_t one = 1;
        uint64_t taken;
        alarm_clock = eventfd(0, 0);
        waiting = 0;
        waited_again = false;
        calling = argc > 2;
        (void)pthread_create(&thread, NULL, wait_in_epoll, NULL);
        if (calling) {
            (void)fgets(line, sizeof line, stdin);
            calling = false;
        }
        while (waiting == 0 || !rests(waiting)) {
        }
        if (children && argc > 2) {
            // Each is to come to the thread that waits. Where another one takes it, no stop of a resting thread tells.
            sigset_t child;
            (void)sigemptyset(&child);
            (void)sigaddset(&child, SIGCHLD);
            (void)pthread_sigmask(SIG_BLOCK, &child, NULL);
        }
        for (int i = 0; i < CHILDREN && children; i++) {
            end_child();
        }
        if (stops || again) {
            (void)raise(SIGSTOP);
        }
        while (again && (!waited_again || !rests(waiting))) {
        }
        for (int i = 0; i < CHILDREN && continues; i++) {
            (void)kill(getpid(), SIGCONT);
            while (!rests(waiting)) {
            }
        }
        for (size_t i = 0; i < sizeof SIGNALS / sizeof SIGNALS[0] && !stops && !children && !continues; i++) {
            if (syscall(SYS_tgkill, getpid(), waiting, SIGNALS[i]) == 0) {
                while (!rests(waiting) && syscall(SYS_tgkill, getpid(), waiting, 0) == 0) {
                }
            }
        }
        (void)write(alarm_clock, &one, sizeof one);
        (void)pthread_join(thread, NULL);
        (void)read(alarm_clock, &taken, sizeof taken);
        (void)close(alarm_clock);
    }
    return 0;
}

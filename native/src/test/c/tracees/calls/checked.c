// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes calls whose results it knows, and tells in the file named first whether they were right. It ends when asked to,
// or when the process named second is gone.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "checked/tally.h"

static struct tally *tally;

static void check(bool right) {
    if (right) {
        return;
    }
    if (errno == ENOSYS) {
        tally->unimplemented++;
    } else if (errno == EINTR) {
        tally->interrupted++;
    } else {
        tally->wrong++;
    }
}

static void name_itself(void) {
    errno = 0;
    const pid_t tid = (pid_t)syscall(SYS_gettid);
    check(tid == gettid()); // glibc keeps its own copy
}

static void send_to_itself(void) {
    static int ends[2];
    static unsigned char sent;
    unsigned char message[64];
    unsigned char got[sizeof message];
    errno = 0;
    if (ends[1] == 0) {
        check(pipe2(ends, O_CLOEXEC) == 0);
    }
    memset(message, ++sent, sizeof message);
    check(write(ends[1], message, sizeof message) == sizeof message);
    check(read(ends[0], got, sizeof got) == sizeof got && memcmp(message, got, sizeof got) == 0);
}

static void wait_for_nothing(void) {
    static int poller = -1;
    struct epoll_event event;
    const struct timespec moment = {.tv_nsec = 100000};
    errno = 0;
    if (poller < 0) {
        poller = epoll_create1(EPOLL_CLOEXEC);
        check(poller >= 0);
    }
    check(epoll_wait(poller, &event, 1, 1) == 0);
    check(nanosleep(&moment, NULL) == 0);
}

static void *name_the_thread(void *unused) {
    name_itself();
    return unused;
}

static void make_a_thread(void) {
    pthread_t thread;
    errno = 0;
    check(pthread_create(&thread, NULL, name_the_thread, NULL) == 0);
    check(pthread_join(thread, NULL) == 0);
    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    check(fd >= 0 && close(fd) == 0);
}

static void (*const WORK[TALLY_WORKERS])(void) = {name_itself, send_to_itself, wait_for_nothing, make_a_thread};

static _Noreturn void *work(void *number) {
    const size_t worker = (size_t)(uintptr_t)number;
    tally->tids[worker] = gettid();
    for (;;) {
        WORK[worker]();
        tally->rounds[worker]++;
    }
}

int main(int argc, char **argv) {
    const int fd = argc == 3 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) {
        return 1;
    }
    tally = at;
    (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY); // fails where nobody needs it
    const pid_t owner = (pid_t)atoi(argv[2]);
    for (size_t i = 0; i < TALLY_WORKERS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, (void *)(uintptr_t)i) != 0) {
            return 1;
        }
    }
    const struct timespec look = {.tv_nsec = 5000000};
    tally->pid = getpid();
    while (!tally->end && kill(owner, 0) == 0) {
        (void)nanosleep(&look, NULL);
    }
    return 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes calls without a pause, and says on request what it knows of its affinity:
//   "count\n"  how many CPUs it may run on, as it is told
//   "one\n"    restricts itself to its first CPU and says "done"
//   "child\n"  the pid of a child that waits for its end, then that of a thread that does
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Noreturn void stay(void) {
    for (;;) {
        (void)pause();
    }
}

static void *wait_here(void *tid) {
    __atomic_store_n((long *)tid, syscall(SYS_gettid), __ATOMIC_RELEASE);
    stay();
}

static void count(void) {
    cpu_set_t set;
    printf("%d\n", sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : -1);
}

static void restrict_to_one(void) {
    cpu_set_t set;
    (void)sched_getaffinity(0, sizeof set, &set);
    size_t first = 0;
    while (!CPU_ISSET(first, &set)) {
        first++;
    }
    CPU_ZERO(&set);
    CPU_SET(first, &set);
    printf("%s\n", sched_setaffinity(0, sizeof set, &set) == 0 ? "done" : "failed");
}

static void make_children(void) {
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(0);
        }
        stay();
    }
    static long tid;
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_here, &tid) != 0) {
        return;
    }
    while (__atomic_load_n(&tid, __ATOMIC_ACQUIRE) == 0) {
        (void)syscall(SYS_getppid);
    }
    printf("%d\n%ld\n", pid, tid);
}

int main(void) {
    printf("ready\n");
    (void)fflush(stdout);
    char line[16];
    struct pollfd input = {.events = POLLIN};
    for (;;) {
        for (int i = 0; i < 1000; i++) {
            (void)syscall(SYS_getppid);
        }
        if (poll(&input, 1, 0) <= 0) {
            continue;
        }
        if (fgets(line, sizeof line, stdin) == NULL) {
            return 0;
        }
        if (strcmp(line, "count\n") == 0) {
            count();
        } else if (strcmp(line, "one\n") == 0) {
            restrict_to_one();
        } else {
            make_children();
        }
        (void)fflush(stdout);
    }
}

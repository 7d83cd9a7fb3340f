// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: workload PAGE getppid|files
//
// Runs rounds of system calls on request and times each round itself with a clock that needs no system call (vDSO).
// Ends when its parent does.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "page.h"

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void call_getppid(uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
        syscall(SYS_getppid);
    }
}

static void read_a_file(uint64_t operations) {
    char bytes[256];
    for (uint64_t i = 0; i < operations; i++) {
        const int fd = open("/etc/hostname", O_RDONLY);
        if (fd < 0 || read(fd, bytes, sizeof bytes) < 0 || close(fd) != 0) {
            perror("workload: /etc/hostname");
            exit(1);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 3 || (strcmp(argv[2], "getppid") != 0 && strcmp(argv[2], "files") != 0)) {
        fprintf(stderr, "usage: workload PAGE getppid|files\n");
        return 2;
    }
    void (*const run)(uint64_t) = strcmp(argv[2], "getppid") == 0 ? call_getppid : read_a_file;
    const int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        perror(argv[1]);
        return 1;
    }
    struct page *page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    const struct timespec pause = {.tv_nsec = 200000};
    for (uint64_t done = 0;;) {
        const uint64_t requested = atomic_load(&page->requested);
        if (requested == done) {
            nanosleep(&pause, NULL);
            continue;
        }
        const uint64_t operations = atomic_load(&page->operations);
        const uint64_t start = now();
        run(operations);
        atomic_store(&page->nanos, now() - start);
        atomic_store(&page->answered, requested);
        done = requested;
    }
}

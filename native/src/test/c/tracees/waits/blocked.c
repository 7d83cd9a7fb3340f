// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Blocks in one ordinary call: "ready", then waits in it for ever, or until told so.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "pause";
    printf("ready\n");
    fflush(stdout);
    if (strcmp(what, "read") == 0) {
        char line[16];
        const ssize_t got = read(STDIN_FILENO, line, sizeof line);
        printf("read %zd\n", got);
    } else if (strcmp(what, "nanosleep") == 0) {
        const struct timespec time = {.tv_sec = 600};
        printf("slept %ld\n", syscall(SYS_nanosleep, &time, NULL));
    } else if (strcmp(what, "short") == 0) {
        const struct timespec time = {.tv_nsec = 300000000};
        printf("slept %ld\n", syscall(SYS_nanosleep, &time, NULL));
    } else if (strcmp(what, "clock_nanosleep") == 0) {
        const struct timespec time = {.tv_sec = 600};
        printf("slept %ld\n", syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, NULL));
    } else if (strcmp(what, "futex") == 0) {
        const struct timespec time = {.tv_sec = 600};
        int word = 0;
        printf("waited %ld\n", syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &time, NULL, 0));
    } else if (strcmp(what, "poll") == 0) {
        printf("polled %d\n", poll(NULL, 0, 600000));
    } else {
        for (;;) {
            (void)pause();
        }
    }
    return 0;
}

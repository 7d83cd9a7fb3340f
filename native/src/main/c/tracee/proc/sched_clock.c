// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/proc/sched_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MILLION = 1000000, TEXT = 1024 };

struct asked {
    int cpu;
    int64_t answer;
};

// "se.exec_start    :      13410130.312718": milliseconds, and six digits behind the point.
static int64_t exec_start(const char *text) {
    const char *at = strstr(text, "se.exec_start");
    at = at == NULL ? NULL : strchr(at, ':');
    if (at == NULL) {
        return -ENODATA;
    }
    char *end;
    const int64_t millis = strtoll(at + 1, &end, 10);
    return *end == '.' ? millis * MILLION + strtoll(end + 1, NULL, 10) : -ENODATA;
}

static void *ask(void *context) {
    struct asked *asked = context;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)asked->cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
        asked->answer = -errno;
        return NULL;
    }
    (void)sched_yield(); // the scheduler brings its times up to date
    const int fd = open("/proc/thread-self/sched", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        asked->answer = -ENODATA;
        return NULL;
    }
    char text[TEXT];
    const ssize_t got = read(fd, text, sizeof text - 1);
    (void)close(fd);
    text[got < 0 ? 0 : got] = '\0';
    asked->answer = exec_start(text);
    return NULL;
}

int64_t rc_sched_clock_of(int cpu) {
    if (cpu < 0 || cpu >= CPU_SETSIZE) {
        return -EINVAL;
    }
    struct asked asked = {.cpu = cpu};
    pthread_t thread;
    const int error = pthread_create(&thread, NULL, ask, &asked);
    if (error != 0) {
        return -error;
    }
    (void)pthread_join(thread, NULL);
    return asked.answer;
}

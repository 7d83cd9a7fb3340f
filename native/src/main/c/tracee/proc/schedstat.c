// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the scheduler knows about a thread (/proc/TID/schedstat), and about a process.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tracee/proc/procfs.h"
#include "tracee/proc/schedstat.h"

int rc_schedstat_open(pid_t tid) {
    return rc_proc_keep_open(tid, "schedstat"); // of any thread, though only leaders are listed
}

bool rc_schedstat_read(int schedstat, struct rc_cpu_use *out) {
    char text[64];
    const ssize_t length = pread(schedstat, text, sizeof text - 1, 0);
    if (length <= 0) {
        return false;
    }
    text[length] = '\0';
    char *end = text;
    out->ran_ns = (int64_t)strtoll(text, &end, 10);
    out->delayed_ns = (int64_t)strtoll(end, NULL, 10);
    return true;
}

bool rc_schedstat_read_once(pid_t tid, struct rc_cpu_use *out) {
    char path[40];
    (void)snprintf(path, sizeof path, "/proc/%d/schedstat", tid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const bool read = fd >= 0 && rc_schedstat_read(fd, out);
    if (fd >= 0) {
        (void)close(fd);
    }
    return read;
}

int64_t rc_process_cpu_ns(pid_t pid) {
    enum { SCHED_CLOCK = 2 }; // of a process, as clock_getcpuclockid(3) makes it; the number needs no look into /proc
    struct timespec ran;
    const clockid_t clock = (clockid_t)(~(unsigned)pid << 3 | SCHED_CLOCK);
    return clock_gettime(clock, &ran) == 0 ? (int64_t)ran.tv_sec * 1000000000 + ran.tv_nsec : -1;
}

int64_t rc_children_cpu_ns(void) {
    struct rusage used;
    (void)getrusage(RUSAGE_CHILDREN, &used); // cannot fail
    return ((int64_t)used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000 +
           ((int64_t)used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
}

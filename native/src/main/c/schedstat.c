// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the scheduler knows of a thread: /proc/TID/schedstat.
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "procfs.h"
#include "slowdown.h"

int rc_slowdown_open_schedstat(pid_t tid) {
    return rc_proc_keep_open(tid, "schedstat"); // of any thread, though listed for leaders only
}

bool rc_slowdown_read_schedstat(int schedstat, struct rc_cpu_use *out) {
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

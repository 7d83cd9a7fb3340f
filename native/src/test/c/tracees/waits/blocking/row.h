// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// One call that can block, and who lets it end. The subject makes the call, again and again; its companion, a process
// that is never traced, makes ready what the call waits for (arm) and brings it about (wake).
#pragma once

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

// How a row differs from "an event ends it, and the call can simply be made again".
enum {
    TIMED = 1 << 0,   // its timeout ends it
    EDGE = 1 << 1,    // its event is lost on a subject that does not wait just then
    PARTIAL = 1 << 2, // interrupted, it reports the part that was done: nobody can hide that
    STOPPED = 1 << 3, // the subject is not in the call but stopped by a signal: no other signal reaches it
    AGED = 1 << 4,    // its timeout starts anew when it is made again
};

struct row {
    const char *name;
    long nr;
    unsigned flags;
    void (*once)(void);        // before the two processes part
    void (*arm)(void);         // companion, before each call
    void (*before)(void);      // subject, before each call
    long (*call)(char *data);  // subject; data receives up to DATA_SIZE bytes of what else the call brought
    void (*wake)(void);        // companion
};
enum { DATA_SIZE = 128 };

// Memory of both processes.
struct common {
    pid_t subject;
    pid_t child;       // of the subject
    unsigned words[4]; // for futex
};
static struct common *common;

static long timeout_ms;
static char folder[64]; // for files, removed at the end

static struct timespec relative(void) {
    return (struct timespec){.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000};
}

static struct timespec absolute(clockid_t clock) {
    struct timespec at;
    (void)clock_gettime(clock, &at);
    at.tv_sec += timeout_ms / 1000;
    at.tv_nsec += timeout_ms % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

static _Noreturn void unavailable(const char *why) {
    printf("unavailable %s\n", why);
    fflush(stdout);
    exit(3);
}

// Ends the test program where the ground a row stands on could not be laid.
static long need(long result) {
    if (result < 0) {
        unavailable(strerrorname_np(errno));
    }
    return result;
}

static bool ready_for(int fd, short events) {
    struct pollfd poll_fd = {.fd = fd, .events = events};
    return poll(&poll_fd, 1, 0) > 0;
}

static void in_folder(char path[128], const char *name) {
    (void)snprintf(path, 128, "%s/%s", folder, name);
}

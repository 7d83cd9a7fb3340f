// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/proc/tracees.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "tracee/proc/procfs.h"
#include "threads/clock.h"

// A look at all processes is valid for this long, and for this many times the time it took: attaching again and again
// costs at most a twentieth of a CPU.
static const uint64_t FRESH_NS = 1000000000;
enum { FRESH_TIMES = 20 };

struct tracee {
    pid_t pid;
    pid_t tracer; // the process, not the thread that TracerPid names
};

struct rc_tracees {
    pthread_mutex_t lock;
    struct tracee *list; // except those that this very process traces
    size_t count;
    size_t capacity;
    uint64_t fresh_until_ns;
};

struct look {
    struct rc_tracees *tracees;
    pid_t thread;  // of the last tracer found, and
    pid_t process; // its process: many tracees in a row have the same
    int error;
};

struct rc_tracees *rc_tracees_open(void) {
    struct rc_tracees *tracees = calloc(1, sizeof *tracees);
    if (tracees != NULL) {
        (void)pthread_mutex_init(&tracees->lock, NULL); // a default mutex cannot fail
    }
    return tracees;
}

void rc_tracees_close(struct rc_tracees *tracees) {
    (void)pthread_mutex_destroy(&tracees->lock);
    free(tracees->list);
    free(tracees);
}

static bool add(struct rc_tracees *tracees, struct tracee tracee) {
    if (tracees->count == tracees->capacity) {
        const size_t capacity = tracees->capacity == 0 ? 16 : tracees->capacity * 2;
        struct tracee *list = realloc(tracees->list, capacity * sizeof *list);
        if (list == NULL) {
            return false;
        }
        tracees->list = list;
        tracees->capacity = capacity;
    }
    tracees->list[tracees->count++] = tracee;
    return true;
}

// The process a thread belongs to; 0: it is gone.
static pid_t process_of(pid_t tid) {
    struct rc_proc_status status;
    return rc_proc_status(tid, &status) == 0 ? status.tgid : 0;
}

static bool is_shortage(int error) {
    return error == ENOMEM || error == EMFILE || error == ENFILE;
}

static bool visit(void *context, pid_t pid) {
    struct look *look = context;
    pid_t thread = 0;
    const int error = rc_proc_tracer(pid, &thread);
    if (error != 0) {
        look->error = is_shortage(error) ? error : 0; // otherwise it is gone, or hidden
        return look->error == 0;
    }
    if (thread == 0) {
        return true;
    }
    if (thread != look->thread) {
        look->thread = thread;
        look->process = process_of(thread);
    }
    if (look->process != 0 && look->process != getpid() &&
        !add(look->tracees, (struct tracee){.pid = pid, .tracer = look->process})) {
        look->error = ENOMEM;
    }
    return look->error == 0;
}

static int look_at_all(struct rc_tracees *tracees) {
    const uint64_t began = rc_now();
    struct look look = {.tracees = tracees};
    tracees->count = 0;
    tracees->fresh_until_ns = 0;
    const int error = rc_proc_processes(visit, &look);
    if (error != 0 || look.error != 0) {
        return error != 0 ? error : look.error;
    }
    const uint64_t now = rc_now();
    const uint64_t dear = FRESH_TIMES * (now - began);
    tracees->fresh_until_ns = now + (dear > FRESH_NS ? dear : FRESH_NS);
    return 0;
}

// A process that is still traced by that one: it may have been detached since the look.
static pid_t known(const struct rc_tracees *tracees, pid_t tracer) {
    for (size_t i = 0; i < tracees->count; i++) {
        pid_t thread = 0;
        if (tracees->list[i].tracer == tracer && rc_proc_tracer(tracees->list[i].pid, &thread) == 0 && thread != 0 &&
            process_of(thread) == tracer) {
            return tracees->list[i].pid;
        }
    }
    return 0;
}

int rc_tracees_find(struct rc_tracees *tracees, pid_t pid, pid_t *tracee) {
    struct rc_proc_status status;
    *tracee = 0;
    if (pid <= 0 || rc_proc_status(pid, &status) != 0 || status.tgid == getpid() || status.tracer != 0) {
        return 0;
    }
    int error = 0;
    (void)pthread_mutex_lock(&tracees->lock);
    *tracee = known(tracees, status.tgid); // a known tracer is confirmed without a new look at all processes
    if (*tracee == 0 && rc_now() >= tracees->fresh_until_ns) {
        error = look_at_all(tracees);
        *tracee = error == 0 ? known(tracees, status.tgid) : 0;
    }
    (void)pthread_mutex_unlock(&tracees->lock);
    return error;
}

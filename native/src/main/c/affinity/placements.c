// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "affinity/placements.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "session.h"
#include "tracee/proc/procfs.h"

_Static_assert(sizeof(cpu_set_t) == sizeof((struct rc_placement *)0)->own, "a placement holds a whole set");

struct rc_placements {
    pthread_mutex_t lock;
    size_t count;
    struct rc_placement list[RC_PLACEMENTS];
};

struct rc_placements *rc_placements_open(void) {
    struct rc_placements *placements = calloc(1, sizeof *placements);
    if (placements != NULL) {
        (void)pthread_mutex_init(&placements->lock, NULL); // a default mutex cannot fail
    }
    return placements;
}

void rc_placements_close(struct rc_placements *placements) {
    (void)pthread_mutex_destroy(&placements->lock);
    free(placements);
}

static struct rc_placement *find(struct rc_placements *placements, pid_t tid) {
    for (size_t i = 0; i < placements->count; i++) {
        if (placements->list[i].tid == tid) {
            return &placements->list[i];
        }
    }
    return NULL;
}

static bool are_same(const struct rc_placement *a, const struct rc_placement *b) {
    return a->tgid == b->tgid && a->tid == b->tid && a->start == b->start && a->cpu == b->cpu &&
           memcmp(a->own, b->own, sizeof a->own) == 0;
}

// In the unit in which /proc/TID/stat counts the start of a thread.
static uint64_t ticks_now(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_BOOTTIME, &now); // cannot fail: Linux always has this clock
    const uint64_t per_second = (uint64_t)sysconf(_SC_CLK_TCK);
    return (uint64_t)now.tv_sec * per_second + (uint64_t)now.tv_nsec * per_second / 1000000000u;
}

bool rc_placements_ask(struct rc_placements *placements, struct rc_placement *wanted) {
    // The holder of the lock may have lost its CPU. A target is not kept waiting for that; the next review asks again.
    if (pthread_mutex_trylock(&placements->lock) != 0) {
        return false;
    }
    struct rc_placement *known = find(placements, wanted->tid);
    const bool permitted = known != NULL && are_same(known, wanted) && known->permitted;
    if (known == NULL && placements->count < RC_PLACEMENTS) {
        known = &placements->list[placements->count++];
        known->tid = 0; // what was left there belongs to nobody
    }
    if (known != NULL && !are_same(known, wanted)) {
        wanted->since = ticks_now();
        wanted->permitted = false;
        *known = *wanted;
    }
    (void)pthread_mutex_unlock(&placements->lock);
    return permitted;
}

void rc_placements_forget(struct rc_placements *placements, pid_t tid) {
    (void)pthread_mutex_lock(&placements->lock);
    struct rc_placement *known = find(placements, tid);
    if (known != NULL) {
        *known = placements->list[--placements->count];
    }
    (void)pthread_mutex_unlock(&placements->lock);
}

static bool is_alive(const struct rc_placement *placement) {
    struct rc_proc_stat stat;
    return rc_proc_stat(placement->tid, &stat) == 0 && stat.start == placement->start;
}

size_t rc_session_placements(struct rc_session *session, struct rc_placement out[RC_PLACEMENTS]) {
    struct rc_placements *placements = session->placements;
    if (placements == NULL) {
        return 0;
    }
    (void)pthread_mutex_lock(&placements->lock);
    const size_t count = placements->count;
    memcpy(out, placements->list, count * sizeof *out);
    (void)pthread_mutex_unlock(&placements->lock);
    size_t living = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_alive(&out[i])) {
            out[living++] = out[i];
        } else {
            rc_placements_forget(placements, out[i].tid); // makes room; a thread with the same tid asks again
        }
    }
    return living;
}

void rc_session_permit(struct rc_session *session, const struct rc_placement *recorded, size_t count) {
    struct rc_placements *placements = session->placements;
    if (placements == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&placements->lock);
    for (size_t i = 0; i < count; i++) {
        struct rc_placement *known = find(placements, recorded[i].tid);
        if (known != NULL && are_same(known, &recorded[i])) {
            known->permitted = true;
        }
    }
    (void)pthread_mutex_unlock(&placements->lock);
}

int rc_placement_restore(const struct rc_placement *placement) {
    cpu_set_t only;
    cpu_set_t own;
    cpu_set_t now;
    if (placement->cpu < 0 || placement->cpu >= CPU_SETSIZE || !is_alive(placement)) {
        return 0;
    }
    CPU_ZERO(&only);
    CPU_SET((size_t)placement->cpu, &only);
    memcpy(&own, placement->own, sizeof own);
    if (sched_getaffinity(placement->tid, sizeof now, &now) != 0) {
        return errno == ESRCH ? 0 : -errno;
    }
    if (!CPU_EQUAL(&now, &only) || CPU_EQUAL(&own, &only)) {
        return 0;
    }
    if (sched_setaffinity(placement->tid, sizeof own, &own) != 0) {
        return errno == ESRCH ? 0 : -errno;
    }
    return 1;
}

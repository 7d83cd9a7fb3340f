// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Stops that were collected before they could be looked at.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "session.h"
#include "tracee/proc/schedstat.h"
#include "tracee/stop_queue.h"
#include "threads/clock.h"

enum { FIRST_CAPACITY = 64, NAP_NS = 100000 };

bool rc_stop_queue_reserve(struct rc_stop_queue *queue) {
    if (queue->first + queue->count < queue->capacity) {
        return true;
    }
    if (queue->first > 0) {
        memmove(queue->stops, queue->stops + queue->first, queue->count * sizeof *queue->stops);
        queue->first = 0;
        return true;
    }
    const size_t larger = queue->capacity == 0 ? FIRST_CAPACITY : queue->capacity * 2;
    struct rc_stop *stops = realloc(queue->stops, larger * sizeof *stops);
    if (stops == NULL) {
        return false;
    }
    queue->stops = stops;
    queue->capacity = larger;
    return true;
}

// Before the parent can reap a process that died: after that its CPU time is not known any more.
int64_t rc_cpu_of_dead(pid_t tid, int status) {
    return WIFSTOPPED(status) ? -1 : rc_process_cpu_ns(tid);
}

bool rc_stop_queue_keep(struct rc_stop_queue *queue, pid_t tid, int status, uint64_t idle_ns) {
    if (!rc_stop_queue_reserve(queue)) {
        return false;
    }
    const uint64_t now = rc_now();
    queue->stops[queue->first + queue->count++] = (struct rc_stop){
        .tid = tid,
        .status = status,
        .time_ns = now,
        .idle_ns = idle_ns == 0 ? now : idle_ns,
        .cpu_ns = rc_cpu_of_dead(tid, status),
        .waited = true,
    };
    return true;
}

struct rc_stop rc_stop_queue_take(struct rc_stop_queue *queue) {
    const struct rc_stop oldest = queue->stops[queue->first++];
    if (--queue->count == 0) {
        queue->first = 0;
    }
    return oldest;
}

// Ticks end waitpid, so a stop is collected the moment it comes and the caller can look around in between. (A sleep
// between polls would add to the times of the tasks' calls.)
void rc_stops_await(struct rc_worker *worker, bool ticking) {
    int status = 0;
    const bool room = rc_stop_queue_reserve(&worker->queue);
    const pid_t tid = room ? waitpid(-1, &status, __WALL | __WNOTHREAD | (ticking ? 0 : WNOHANG)) : 0;
    if (tid > 0) {
        (void)rc_stop_queue_keep(&worker->queue, tid, status, 0); // there is room
    } else if (tid == 0 || errno == ECHILD) {
        const struct timespec nap = {.tv_nsec = NAP_NS};
        (void)nanosleep(&nap, NULL);
    }
}

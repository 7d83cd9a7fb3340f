// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// From the current worker to the ring, and what happens when the ring is full.
//
// Policy drop: never wait, but count. Policy block: wait, but only between two stops, and keep collecting the stops of
// other tasks with their true times meanwhile, so that a reported time never includes a wait. If no task may be kept
// waiting (a caller waits for its attach, or tasks are being detached), events go to a backlog instead and are
// published afterwards.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "ring/event.h"
#include "ring/process_events.h"
#include "ring/publish.h"
#include "ring/ring.h"
#include "session.h"
#include "tracee/stop_queue.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "threads/ticks.h"

struct rc_late_event {
    struct rc_late_event *next;
    struct rc_event event;
    uint32_t side_length;
    uint8_t side[];
};

enum { LOOK_AGAIN_NS = 100000 };
// A consumer that frees nothing for this long after a stop was asked for is presumed gone.
static const uint64_t PATIENCE_NS = 2000000000u;

static bool has_room(struct rc_tracer *tracer, const struct rc_event *event, uint32_t side_length) {
    return rc_ring_has_slot(&tracer->ring, event->kind) &&
           (side_length == 0 || rc_ring_has_side(&tracer->ring, side_length));
}

static uint64_t count_pieces(const uint8_t *side, uint32_t side_length) {
    uint64_t pieces = 0;
    for (uint32_t at = 0; at < side_length; pieces++) {
        struct rc_piece piece;
        memcpy(&piece, side + at, sizeof piece);
        at += (uint32_t)RC_PIECE_ROOM(piece.length);
    }
    return pieces;
}

static void publish_now(struct rc_tracer *tracer, const struct rc_event *event, const uint8_t *side,
                        uint32_t side_length) {
    if (!rc_ring_publish(&tracer->ring, event, side, side_length)) {
        rc_count(&tracer->side_lost, count_pieces(side, side_length));
    }
    rc_count(&tracer->published, 1);
}

// ---- waiting for room

static void nap(void) {
    const struct timespec period = {.tv_nsec = LOOK_AGAIN_NS};
    (void)nanosleep(&period, NULL);
}

static bool stop_asked(const struct rc_tracer *tracer) {
    return tracer->leaving || tracer->session->stop_reason != 0;
}

// Returns false if a stop was asked for before there was room.
static bool await_room(struct rc_tracer *tracer, const struct rc_event *event, uint32_t side_length) {
    struct rc_worker *worker = rc_current_worker(tracer);
    const bool ticking = rc_ticks_start(&worker->room_ticks, worker->tid, LOOK_AGAIN_NS);
    bool room = false;
    while (!(room = has_room(tracer, event, side_length)) && !stop_asked(tracer)) {
        rc_stops_await(worker, ticking);
    }
    rc_ticks_pause(&worker->room_ticks);
    return room;
}

// ---- the backlog

bool rc_backlog_is_empty(const struct rc_tracer *tracer) {
    return tracer->backlog.first == NULL;
}

static bool put_off(struct rc_tracer *tracer, const struct rc_event *event, const uint8_t *side, uint32_t side_length) {
    struct rc_late_event *late = malloc(sizeof *late + side_length);
    if (late == NULL) {
        return false;
    }
    late->next = NULL;
    late->event = *event;
    late->side_length = side_length;
    if (side_length != 0) {
        memcpy(late->side, side, side_length);
    }
    if (tracer->backlog.first == NULL) {
        tracer->backlog.last = &tracer->backlog.first;
    }
    *tracer->backlog.last = late;
    tracer->backlog.last = &late->next;
    return true;
}

static void pop_backlog(struct rc_tracer *tracer) {
    struct rc_late_event *late = tracer->backlog.first;
    tracer->backlog.first = late->next;
    free(late);
}

// Waits for room for a late event when no task is left that could be kept waiting. After a stop was asked for, it waits
// only as long as the consumer keeps freeing.
static bool await_last_room(struct rc_tracer *tracer, const struct rc_late_event *late) {
    uint64_t since = rc_now();
    uint64_t tail = tracer->ring.seen_tail;
    while (!has_room(tracer, &late->event, late->side_length)) {
        if (tracer->ring.seen_tail != tail) {
            tail = tracer->ring.seen_tail;
            since = rc_now();
        } else if (!stop_asked(tracer)) {
            since = rc_now();
        } else if (rc_now() - since > PATIENCE_NS) {
            return false;
        }
        nap();
    }
    return true;
}

void rc_publish_backlog(struct rc_tracer *tracer) {
    while (tracer->backlog.first != NULL) {
        const struct rc_late_event *late = tracer->backlog.first;
        if (!has_room(tracer, &late->event, late->side_length)) {
            const bool last = tracer->tasks.count == 0;
            const bool room = last ? await_last_room(tracer, late)
                                   : !stop_asked(tracer) && await_room(tracer, &late->event, late->side_length);
            if (!room && !last) {
                return; // tasks must be detached first
            }
            if (!room) {
                rc_ring_drop(&tracer->ring);
                pop_backlog(tracer);
                continue;
            }
        }
        publish_now(tracer, &late->event, late->side, late->side_length);
        pop_backlog(tracer);
    }
}

// ---- publishing

void rc_publish(struct rc_tracer *tracer, const struct rc_event *event, const uint8_t *side, uint32_t side_length) {
    if (tracer->session->options.policy == RC_POLICY_DROP) {
        if (rc_ring_has_slot(&tracer->ring, event->kind)) {
            publish_now(tracer, event, side, side_length);
        } else {
            rc_ring_drop(&tracer->ring);
        }
        return;
    }
    if (tracer->backlog.first != NULL && tracer->may_wait && !stop_asked(tracer)) {
        rc_publish_backlog(tracer);
    }
    if (tracer->backlog.first == NULL &&
        (has_room(tracer, event, side_length) ||
         (tracer->may_wait && !stop_asked(tracer) && await_room(tracer, event, side_length)))) {
        publish_now(tracer, event, side, side_length);
    } else if (!put_off(tracer, event, side, side_length)) {
        rc_ring_drop(&tracer->ring);
    }
}

void rc_publish_call(struct rc_tracer *tracer, struct rc_task *task) {
    if ((task->plan & RC_PLAN_SKIP) == 0) {
        rc_publish(tracer, &task->call, task->side, task->used.length);
    }
}

void rc_publish_process_event(struct rc_tracer *tracer, const struct rc_process_event *event) {
    rc_publish(tracer, &event->event, event->side, event->side_length);
}

void rc_publish_close(struct rc_tracer *tracer) {
    while (tracer->backlog.first != NULL) {
        pop_backlog(tracer);
    }
}

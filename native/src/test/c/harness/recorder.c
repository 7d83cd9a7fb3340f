// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "recorder.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "patience.h"
#include "session.h"

struct kept {
    struct rc_event event;
    uint8_t *side;
};

struct recorder {
    struct rc_session *session;
    pthread_t thread;
    pthread_mutex_t lock;
    struct kept *kept;
    size_t count;
    size_t capacity;
    unsigned pause_us;
    unsigned batch;
    bool draining;
    _Atomic bool enough;
    char text[32768];
};

struct rc_options default_options(void) {
    struct rc_options options = {
        .policy = RC_POLICY_BLOCK,
        .ring_events = 1 << 14,
        .side_bytes = 1 << 20,
        .string_limit = 256,
        .follow_children = true,
    };
    // execve and openat take paths.
    plan_string(&options, RC_ABI_NATIVE, SYS_execve, 0);
    plan_string(&options, RC_ABI_NATIVE, SYS_openat, 1);
    return options;
}

void plan_reads(struct rc_options *options, int abi, int nr, const struct rc_read *reads, size_t count) {
    struct rc_plan *plan = &options->plan;
    size_t first = 0;
    while (plan->reads[first].unit != 0) {
        first++;
    }
    assert_true(count > 0 && first + count <= RC_READS);
    plan->table[abi][nr] = 0;
    plan->first_read[abi][nr] = (uint16_t)first;
    for (size_t i = 0; i < count; i++) {
        plan->reads[first + i] = reads[i];
        plan->reads[first + i].unit = reads[i].unit == 0 ? 1 : reads[i].unit;
        plan->table[abi][nr] |= (reads[i].when & RC_READ_AT_ENTRY) != 0 ? RC_PLAN_READS_AT_ENTRY : 0;
        plan->table[abi][nr] |= (reads[i].when & ~RC_READ_AT_ENTRY) != 0 ? RC_PLAN_READS_AT_EXIT : 0;
    }
    plan->reads[first + count - 1].flags |= RC_READ_LAST;
}

void plan_string(struct rc_options *options, int abi, int nr, unsigned arg) {
    const struct rc_read read = {.arg = (uint8_t)arg, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRING};
    plan_reads(options, abi, nr, &read, 1);
}

struct recorder *recorder_open(const struct rc_options *options) {
    struct recorder *recorder = calloc(1, sizeof *recorder);
    assert_non_null(recorder);
    assert_int_equal(pthread_mutex_init(&recorder->lock, NULL), 0);
    assert_int_equal(rc_session_open(options, &recorder->session), 0);
    return recorder;
}

struct rc_session *recorder_session(struct recorder *recorder) {
    return recorder->session;
}

static void keep(struct recorder *recorder, const struct rc_event *event, const uint8_t *side) {
    if (recorder->count == recorder->capacity) {
        recorder->capacity = recorder->capacity == 0 ? 4096 : recorder->capacity * 2;
        recorder->kept = realloc(recorder->kept, recorder->capacity * sizeof *recorder->kept);
    }
    struct kept *kept = &recorder->kept[recorder->count++];
    *kept = (struct kept){.event = *event};
    if (event->side_length != 0) {
        kept->side = malloc(event->side_length);
        memcpy(kept->side, side, event->side_length);
    }
}

static size_t drain(struct recorder *recorder) {
    size_t length = 0;
    struct rc_ring_header *header = rc_session_ring(recorder->session, &length);
    const struct rc_event *events = (const struct rc_event *)((uint8_t *)header + header->events_offset);
    const uint8_t *side = (uint8_t *)header + header->side_offset;
    const uint64_t head = atomic_load_explicit(&header->head, memory_order_acquire);
    uint64_t tail = atomic_load_explicit(&header->tail, memory_order_relaxed);
    uint64_t side_tail = atomic_load_explicit(&header->side_tail, memory_order_relaxed);
    size_t drained = 0;
    (void)pthread_mutex_lock(&recorder->lock);
    for (; tail < head && drained < recorder->batch; tail++, drained++) {
        const struct rc_event *event = &events[tail & (header->event_capacity - 1)];
        keep(recorder, event, side + (event->side_offset & (header->side_capacity - 1)));
        if (event->side_length != 0) {
            side_tail = event->side_offset + event->side_length;
        }
    }
    (void)pthread_mutex_unlock(&recorder->lock);
    atomic_store_explicit(&header->side_tail, side_tail, memory_order_release);
    atomic_store_explicit(&header->tail, tail, memory_order_release);
    return drained;
}

static void *drain_loop(void *argument) {
    struct recorder *recorder = argument;
    for (;;) {
        const bool last = recorder->enough;
        const size_t drained = drain(recorder);
        if (last && drained == 0) {
            return NULL;
        }
        if (recorder->pause_us > 0) {
            pause_for(recorder->pause_us * 1000ull);
        }
    }
}

void recorder_drain(struct recorder *recorder, unsigned pause_us, unsigned batch) {
    recorder->pause_us = pause_us;
    recorder->batch = batch;
    recorder->draining = true;
    assert_int_equal(pthread_create(&recorder->thread, NULL, drain_loop, recorder), 0);
}

static void end_draining(struct recorder *recorder) {
    if (recorder->draining) {
        recorder->enough = true;
        assert_int_equal(pthread_join(recorder->thread, NULL), 0);
        recorder->draining = false;
    }
}

void recorder_finish(struct recorder *recorder) {
    if (!rc_session_await_finished(recorder->session, GENEROUS_S * 1000000000ull)) {
        waited_too_long("the session did not finish");
    }
    end_draining(recorder);
}

void recorder_close(struct recorder *recorder) {
    if (recorder->draining) {
        rc_session_stop(recorder->session, RC_DETACH_REQUESTED);
        recorder_finish(recorder);
    }
    rc_session_close(recorder->session);
    for (size_t i = 0; i < recorder->count; i++) {
        free(recorder->kept[i].side);
    }
    free(recorder->kept);
    assert_int_equal(pthread_mutex_destroy(&recorder->lock), 0);
    free(recorder);
}

size_t recorder_count(struct recorder *recorder) {
    (void)pthread_mutex_lock(&recorder->lock);
    const size_t count = recorder->count;
    (void)pthread_mutex_unlock(&recorder->lock);
    return count;
}

struct rc_event recorder_event(struct recorder *recorder, size_t index) {
    (void)pthread_mutex_lock(&recorder->lock);
    assert_true(index < recorder->count);
    const struct rc_event event = recorder->kept[index].event;
    (void)pthread_mutex_unlock(&recorder->lock);
    return event;
}

const char *recorder_text(struct recorder *recorder, size_t index, unsigned arg, unsigned *flags) {
    (void)pthread_mutex_lock(&recorder->lock);
    assert_true(index < recorder->count);
    const struct kept *kept = &recorder->kept[index];
    const char *found = NULL;
    for (uint32_t at = 0; at < kept->event.side_length;) {
        struct rc_piece piece;
        memcpy(&piece, kept->side + at, sizeof piece);
        if (piece.arg == arg) {
            assert_true(piece.length < sizeof recorder->text);
            memcpy(recorder->text, kept->side + at + sizeof piece, piece.length);
            recorder->text[piece.length] = '\0';
            found = recorder->text;
            if (flags != NULL) {
                *flags = piece.flags;
            }
        }
        at += (uint32_t)(sizeof piece + (((size_t)piece.length + 3) & ~(size_t)3));
    }
    (void)pthread_mutex_unlock(&recorder->lock);
    return found;
}

const uint8_t *recorder_piece(struct recorder *recorder, size_t index, size_t n, struct rc_piece *piece) {
    (void)pthread_mutex_lock(&recorder->lock);
    assert_true(index < recorder->count);
    const struct kept *kept = &recorder->kept[index];
    const uint8_t *found = NULL;
    for (uint32_t at = 0; at < kept->event.side_length && found == NULL;) {
        memcpy(piece, kept->side + at, sizeof *piece);
        const size_t room = sizeof *piece + (((size_t)piece->length + 3) & ~(size_t)3);
        assert_true(room <= kept->event.side_length - at);
        if (n-- == 0) {
            assert_true(piece->length < sizeof recorder->text);
            memcpy(recorder->text, kept->side + at + sizeof *piece, piece->length);
            found = (const uint8_t *)recorder->text;
        }
        at += (uint32_t)room;
    }
    (void)pthread_mutex_unlock(&recorder->lock);
    return found;
}

static bool matches(const struct rc_event *event, int kind, pid_t tid, int nr) {
    return (kind < 0 || event->kind == kind) && (tid < 0 || event->tid == (uint32_t)tid) && (nr < 0 || event->nr == nr);
}

size_t count_events(struct recorder *recorder, int kind, pid_t tid, int nr) {
    size_t found = 0;
    (void)pthread_mutex_lock(&recorder->lock);
    for (size_t i = 0; i < recorder->count; i++) {
        found += matches(&recorder->kept[i].event, kind, tid, nr) ? 1 : 0;
    }
    (void)pthread_mutex_unlock(&recorder->lock);
    return found;
}

size_t find_event(struct recorder *recorder, int kind, pid_t tid, int nr) {
    size_t found = SIZE_MAX;
    (void)pthread_mutex_lock(&recorder->lock);
    for (size_t i = 0; i < recorder->count && found == SIZE_MAX; i++) {
        if (matches(&recorder->kept[i].event, kind, tid, nr)) {
            found = i;
        }
    }
    (void)pthread_mutex_unlock(&recorder->lock);
    return found;
}

void await_events(struct recorder *recorder, int kind, pid_t tid, int nr, size_t count) {
    for (int ms = 0; count_events(recorder, kind, tid, nr) < count; ms++) {
        if (ms > GENEROUS_S * 1000) {
            waited_too_long("events did not come");
        }
        pause_for(1000000);
    }
}

struct recorder *recorder_open_draining(void) {
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    return recorder;
}

void recorder_stop_and_close(struct recorder *recorder) {
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    recorder_close(recorder);
}

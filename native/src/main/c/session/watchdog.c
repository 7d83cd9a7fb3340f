// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The watchdog thread: enforces the deadline and the heartbeat without any help from the program around us, and wakes
// the tracer until the tracer has looked, since a single signal may come just before the tracer goes to sleep.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "capture.h"
#include "ring/event.h"
#include "session.h"
#include "session/watchdog.h"
#include "threads/clock.h"
#include "threads/wakeup.h"

static const uint64_t WAKE_AGAIN_NS = 2000000u;
static const uint64_t FAR_NS = 3600u * 1000000000ull;

// How often it looks within a heartbeat's timeout. If it wakes late by a whole interval, this whole process was
// stopped, and so nobody could send a heartbeat; it knows that long before the timeout has passed.
enum { LOOKS = 4 };

static bool must_wake(struct rc_session *session) {
    bool wake = false;
    struct rc_tracer *tracer = &session->tracer;
    for (unsigned i = 0; i < tracer->worker_count; i++) {
        if (tracer->workers[i].attention) {
            rc_wakeup_send(&tracer->workers[i]);
            wake = true;
        }
    }
    return wake;
}

// When to look next, or 0 if it is time to detach now for the reason given.
static uint64_t next_look(const struct rc_session *session, uint64_t grace_from, uint64_t now,
                          enum rc_detach_reason *reason) {
    const struct rc_options *options = &session->options;
    uint64_t next = now + FAR_NS;
    if (options->deadline_ns != 0) {
        const uint64_t deadline = session->opened_ns + options->deadline_ns;
        if (now >= deadline) {
            *reason = RC_DETACH_DEADLINE;
            return 0;
        }
        next = deadline < next ? deadline : next;
    }
    if (options->heartbeat_timeout_ns != 0) {
        const uint64_t beat = session->heartbeat_ns;
        const uint64_t late = (beat > grace_from ? beat : grace_from) + options->heartbeat_timeout_ns;
        if (now >= late) {
            *reason = RC_DETACH_HEARTBEAT_LOST;
            return 0;
        }
        const uint64_t look = now + options->heartbeat_timeout_ns / LOOKS;
        next = late < next ? late : next;
        next = look < next ? look : next;
    }
    return next;
}

static void sleep_until(struct rc_session *session, uint64_t time_ns) {
    const struct timespec until = {.tv_sec = (time_t)(time_ns / 1000000000u), .tv_nsec = (long)(time_ns % 1000000000u)};
    (void)pthread_cond_timedwait(&session->watchful, &session->lock, &until); // when it ends, this only looks
}

void *rc_watchdog_run(void *argument) {
    struct rc_session *session = argument;
    (void)pthread_setname_np(pthread_self(), "renacer-watch");
    uint64_t grace_from = session->opened_ns;
    uint64_t expected = rc_now();
    (void)pthread_mutex_lock(&session->lock);
    while (!session->quit || must_wake(session)) {
        const uint64_t now = rc_now();
        if (now > expected + session->options.heartbeat_timeout_ns / LOOKS) {
            grace_from = now; // this whole process was stopped: nobody could send a heartbeat
        }
        enum rc_detach_reason reason = RC_DETACH_REQUESTED;
        uint64_t next = session->stop_reason == 0 ? next_look(session, grace_from, now, &reason) : now + FAR_NS;
        if (next == 0) {
            (void)pthread_mutex_unlock(&session->lock);
            rc_session_stop(session, reason);
            (void)pthread_mutex_lock(&session->lock);
            next = now;
        }
        if (must_wake(session)) {
            next = now + WAKE_AGAIN_NS;
        }
        expected = next;
        if (next > now) {
            sleep_until(session, next);
        }
    }
    (void)pthread_mutex_unlock(&session->lock);
    return NULL;
}

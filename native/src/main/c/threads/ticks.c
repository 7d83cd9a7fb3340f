// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A timer whose signal, that of wake-ups, ends the waitpid of one thread again and again, so that it can look at
// something.
#define _GNU_SOURCE
#include "threads/ticks.h"

#include <signal.h>

#include "threads/wakeup.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

bool rc_ticks_start(struct rc_ticks *ticks, pid_t tid, uint64_t period_ns) {
    if (!ticks->made) {
        struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = rc_wakeup_signal()};
        event.sigev_notify_thread_id = tid;
        if (timer_create(CLOCK_MONOTONIC, &event, &ticks->timer) != 0) {
            return false;
        }
        ticks->made = true;
    }
    const struct itimerspec period = {.it_interval = {.tv_nsec = (long)period_ns},
                                      .it_value = {.tv_nsec = (long)period_ns}};
    return timer_settime(ticks->timer, 0, &period, NULL) == 0;
}

void rc_ticks_pause(struct rc_ticks *ticks) {
    const struct itimerspec never = {.it_value = {.tv_nsec = 0}};
    if (ticks->made) {
        (void)timer_settime(ticks->timer, 0, &never, NULL); // of a timer that exists it cannot fail
    }
}

void rc_ticks_stop(struct rc_ticks *ticks) {
    if (ticks->made) {
        (void)timer_delete(ticks->timer);
        ticks->made = false;
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Threads that stop at the same time are served in turn: none waits for its tracer for ever.
#define _GNU_SOURCE
#include <sys/syscall.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"

// A tracer that takes stops in the order waitpid finds them gave one of six threads 26 to 111 times as many calls as
// another. Served in turn it is 1.2 to 4. Counted until the slowest has its share, so that a moment in which the
// scheduler of a busy machine favours some does not decide.
enum { THREADS = 6, SHARE = MANY(15000), FAIR_FACTOR = 8 };

static bool is_call(const struct rc_event *event) {
    return event->kind == RC_CALL && event->nr == SYS_getppid;
}

// Calls by thread. Threads are numbered as they come.
struct tally {
    uint32_t tids[THREADS];
    size_t counts[THREADS];
    size_t known;
    size_t calls;
};

static void tally_add(struct tally *tally, uint32_t tid) {
    size_t at = 0;
    while (at < tally->known && tally->tids[at] != tid) {
        at++;
    }
    assert_true(at < THREADS);
    tally->tids[at] = tid;
    tally->known = at == tally->known ? tally->known + 1 : tally->known;
    tally->counts[at]++;
    tally->calls++;
}

static size_t least_of(const struct tally *tally) {
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < THREADS; i++) {
        least = tally->counts[i] < least ? tally->counts[i] : least;
    }
    return least;
}

static size_t most_of(const struct tally *tally) {
    size_t most = 0;
    for (size_t i = 0; i < THREADS; i++) {
        most = tally->counts[i] > most ? tally->counts[i] : most;
    }
    return most;
}

// Counts the calls until each thread has made so many, or one of them so many more that it was not fair. At first it
// waits until all of them have made a call, and counts from there: on a busy machine they do not all start at once.
static struct tally await_share(struct recorder *recorder, size_t share) {
    struct tally all = {0};
    struct tally since = {0};
    for (size_t at = 0;
         all.known < THREADS || (least_of(&since) < share && most_of(&since) <= FAIR_FACTOR * share); at++) {
        assert_true(all.known == THREADS || all.calls <= FAIR_FACTOR * THREADS * share);
        if (at == recorder_count(recorder)) {
            await_events(recorder, RC_CALL, -1, SYS_getppid, all.calls + 1);
        }
        const struct rc_event event = recorder_event(recorder, at);
        if (is_call(&event)) {
            if (all.known == THREADS) {
                tally_add(&since, event.tid);
            }
            tally_add(&all, event.tid);
        }
    }
    return since;
}

static void busy_threads_are_served_in_turn(void **state) {
    (void)state;
    struct child child = child_start("calls", "6", "1000000000", "0", "wait", NULL);
    child_expect(&child, "ready");
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    const struct tally tally = await_share(recorder, SHARE);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    const size_t most = most_of(&tally);
    const size_t least = least_of(&tally);
    print_message("  of %d busy threads the busiest made %zu calls, the slowest %zu\n", THREADS, most, least);
    assert_true(least * FAIR_FACTOR >= most);
    recorder_close(recorder);
    child_kill(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(busy_threads_are_served_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

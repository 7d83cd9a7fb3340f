// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rule 4, for each call that can block: attached to and detached from at random moments, it ends as it does untraced.
// Also with a signal between our stop and PTRACE_DETACH.
//
//   RENACER_BLOCKING_CYCLES  half the number of attaches to a row, and of detaches
//   RENACER_BLOCKING_SEED    another course of random moments
//   RENACER_BLOCKING_ROW     this row alone
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "tracer/tasks/eintr.h"

#ifdef RC_BUILD_release
enum { CYCLES = 10 };
#else
enum { CYCLES = 2 };
#endif
enum { TIMEOUT_MS = 8, NEVER_MS = 60000, PHASE_US = 2500 };
// As in tracees/waits/blocking/row.h.
enum { TIMED = 1 << 0, EDGE = 1 << 1, PARTIAL = 1 << 2, STOPPED = 1 << 3, AGED = 1 << 4 };
enum { MAX_ROWS = 200, OUTCOME = 256 };

struct row {
    long nr;
    unsigned flags;
    char name[64];
};
static struct row rows[MAX_ROWS];
static size_t row_count;

static uint64_t number_from(const char *variable, uint64_t otherwise) {
    const char *text = getenv(variable);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static uint64_t random_state;

static void pause_at_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    const struct timespec time = {.tv_nsec = (long)(random_state % PHASE_US) * 1000};
    (void)nanosleep(&time, NULL);
}

// ---- the program that blocks

struct subject {
    const struct row *row;
    struct child child; // its companion
    pid_t pid;
    long longest_us; // longest call reported
};

static bool has_line(struct subject *subject, int timeout_ms) {
    struct pollfd fd = {.fd = fileno(subject->child.out), .events = POLLIN};
    return poll(&fd, 1, timeout_ms) > 0;
}

static void next_line(struct subject *subject, char line[OUTCOME]) {
    if (!has_line(subject, GENEROUS_S * 1000)) {
        print_error("%s: the call did not end\n", subject->row->name);
        fail();
    }
    child_line(&subject->child, line, OUTCOME);
}

// Returns whether this kernel has the call.
static bool start(struct subject *subject, const struct row *row, long timeout_ms) {
    char ms[16];
    char line[OUTCOME];
    (void)snprintf(ms, sizeof ms, "%ld", timeout_ms);
    *subject = (struct subject){.row = row, .child = child_start("blocking", row->name, ms, NULL)};
    (void)setvbuf(subject->child.out, NULL, _IONBF, 0); // so that poll reports each line
    next_line(subject, line);
    if (strncmp(line, "subject ", 8) != 0) {
        print_message("  %s: %s, not tested\n", row->name, line);
        (void)child_wait(&subject->child);
        return false;
    }
    subject->pid = (pid_t)strtol(line + 8, NULL, 10);
    return true;
}

static void end(struct subject *subject) {
    child_tell(&subject->child, "q");
    assert_int_equal(child_wait(&subject->child), 0);
}

static bool is_waiting(const struct subject *subject) {
    const char state = process_state(subject->pid);
    return state == 'S' || ((subject->row->flags & STOPPED) != 0 && (state == 'T' || state == 't'));
}

// A traced subject may stand in an entry stop of another write or read when its call is looked up, and wait for its
// companion when its state is. So the state is looked at before too: once it has waited for its companion only the call
// itself follows.
static bool is_blocked(const struct subject *subject) {
    struct rc_proc_call call;
    if (!is_waiting(subject)) {
        return false;
    }
    if ((subject->row->flags & STOPPED) != 0 && process_state(subject->pid) != 'S') {
        return true; // not every processor still knows its call
    }
    rc_proc_call(subject->pid, subject->pid, &call);
    return call.known && (call.nr == subject->row->nr || call.nr == SYS_restart_syscall) && is_waiting(subject);
}

static void await_blocked(const struct subject *subject) {
    const uint64_t give_up_ns = rc_now() + GENEROUS_S * 1000000000ull;
    while (!is_blocked(subject)) {
        const struct timespec time = {.tv_nsec = 50000};
        (void)nanosleep(&time, NULL);
        if (rc_now() > give_up_ns) {
            print_error("%s: not blocked\n", subject->row->name);
            fail();
        }
    }
}

static void let_it_end(struct subject *subject) {
    if ((subject->row->flags & TIMED) == 0) {
        if ((subject->row->flags & EDGE) != 0) {
            await_blocked(subject);
        }
        child_tell(&subject->child, "w");
    }
}

// "ended RESULT ERRNO MICROSECONDS DATA" without the time.
static void parse_outcome(struct subject *subject, const char *line, char outcome[OUTCOME]) {
    char result[32];
    char error[32];
    long us = 0;
    int data = 0;
    if (sscanf(line, "ended %31s %31s %ld %n", result, error, &us, &data) < 3) {
        print_error("%s: said \"%s\"\n", subject->row->name, line);
        fail();
    }
    subject->longest_us = us > subject->longest_us ? us : subject->longest_us;
    (void)snprintf(outcome, OUTCOME, "%s %s %.120s", result, error, line + data);
}

static void next_outcome(struct subject *subject, char outcome[OUTCOME]) {
    char line[OUTCOME];
    next_line(subject, line);
    parse_outcome(subject, line, outcome);
}

static void untraced_outcome(struct subject *subject, char outcome[OUTCOME]) {
    await_blocked(subject);
    let_it_end(subject);
    next_outcome(subject, outcome);
    subject->longest_us = 0;
}

// ---- random moments

struct tally {
    unsigned phases;
    unsigned in_flight; // of those, in which the call was really going on
    unsigned visible;
    unsigned excepted; // visible, where nobody can hide it
};

static void count_in_flight(struct recorder *recorder, const struct subject *subject, struct tally *tally) {
    const size_t count = recorder_count(recorder);
    for (size_t i = 0; i < count; i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if ((pid_t)event.tid == subject->pid && event.nr == subject->row->nr) {
            tally->in_flight += (event.flags & RC_IN_PROGRESS_AT_ATTACH) != 0 ? 1 : 0;
            tally->in_flight += event.kind == RC_CALL_UNFINISHED ? 1 : 0;
        }
    }
}

static struct recorder *attach_at_random(struct subject *subject) {
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    await_blocked(subject);
    pause_at_random();
    attach_to(recorder, subject->pid);
    return recorder;
}

static void detach_at_random(struct subject *subject, struct recorder *recorder, struct tally *tally) {
    pause_at_random();
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    assert_int_equal(tracer_of(subject->pid), 0);
    tally->phases += 2;
    count_in_flight(recorder, subject, tally);
    recorder_close(recorder);
}

static void compare(struct subject *subject, const char *expected, struct tally *tally) {
    char outcome[OUTCOME];
    next_outcome(subject, outcome);
    if (strcmp(outcome, expected) == 0) {
        return;
    }
    if ((subject->row->flags & PARTIAL) != 0 && strstr(outcome, "EINTR") == NULL) {
        tally->excepted++;
        return;
    }
    print_error("%s: \"%s\" instead of \"%s\"\n", subject->row->name, outcome, expected);
    tally->visible++;
}

static void come_and_go_within_a_call(struct subject *subject, const char *expected, struct tally *tally) {
    struct recorder *recorder = attach_at_random(subject);
    detach_at_random(subject, recorder, tally);
    let_it_end(subject);
    compare(subject, expected, tally);
}

static void come_in_a_call_and_go_in_the_next(struct subject *subject, const char *expected, struct tally *tally) {
    struct recorder *recorder = attach_at_random(subject);
    pause_at_random();
    let_it_end(subject);
    compare(subject, expected, tally);
    await_blocked(subject);
    detach_at_random(subject, recorder, tally);
    let_it_end(subject);
    compare(subject, expected, tally);
}

static void print_row(const struct subject *subject, const struct tally *tally) {
#ifdef RC_BUILD_release
    char late[64] = "";
    if ((subject->row->flags & TIMED) != 0) {
        (void)snprintf(late, sizeof late, ", at most %.1f ms over its timeout",
                       (double)(subject->longest_us - TIMEOUT_MS * 1000) / 1000);
    }
    char excepted[64] = "";
    if ((subject->row->flags & PARTIAL) != 0) {
        (void)snprintf(excepted, sizeof excepted, ", part told %u times (exception)", tally->excepted);
    }
    print_message("  %-36s %u phases, %u in flight, visible %u%s%s\n", subject->row->name, tally->phases,
                  tally->in_flight, tally->visible, late, excepted);
#else
    (void)subject;
    (void)tally;
#endif
}

static bool is_chosen(const struct row *row) {
    const char *only = getenv("RENACER_BLOCKING_ROW");
    return only == NULL || strcmp(only, row->name) == 0;
}

static void a_call_ends_as_untraced_whenever_we_come_and_go(void **state) {
    (void)state;
    const unsigned cycles = (unsigned)number_from("RENACER_BLOCKING_CYCLES", CYCLES);
    const uint64_t seed = number_from("RENACER_BLOCKING_SEED", 20261125);
    unsigned tested = 0;
    unsigned visible = 0;
    random_state = seed;
    for (size_t i = 0; i < row_count; i++) {
        struct subject subject;
        struct tally tally = {0};
        char expected[OUTCOME];
        char again[OUTCOME];
        if (!is_chosen(&rows[i]) || !start(&subject, &rows[i], TIMEOUT_MS)) {
            continue;
        }
        untraced_outcome(&subject, expected);
        untraced_outcome(&subject, again);
        assert_string_equal(again, expected);
        for (unsigned cycle = 0; cycle < cycles; cycle++) {
            come_and_go_within_a_call(&subject, expected, &tally);
            come_in_a_call_and_go_in_the_next(&subject, expected, &tally);
        }
        print_row(&subject, &tally);
        end(&subject);
        tested++;
        visible += tally.visible;
        assert_true(tally.in_flight > 0 || (rows[i].flags & STOPPED) != 0);
    }
    print_message("  %u rows x %u phases, visible %u (seed %llu)\n", tested, 4 * cycles, visible,
                  (unsigned long long)seed);
    assert_int_equal(visible, 0);
}

// ---- a signal between our stop and PTRACE_DETACH, by the engine's own steps one by one

static void seize_and_settle(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_stop stop = {.tid = task->tid, .time_ns = rc_now()};
    rc_proc_call(task->tid, task->tid, &task->snapshot);
    assert_int_equal(ptrace(PTRACE_SEIZE, task->tid, NULL, (void *)(uintptr_t)PTRACE_O_TRACESYSGOOD), 0);
    assert_int_equal(ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL), 0);
    stop.status = await_stop(task->tid);
    assert_false(rc_settle_attach(tracer, task, &stop));
    assert_true(task->suspended);
}

static void interrupt_and_hide(const struct subject *subject, struct rc_task *task) {
    struct __ptrace_syscall_info info;
    assert_int_equal(ptrace(PTRACE_SYSCALL, task->tid, NULL, NULL), 0);
    assert_int_equal(WSTOPSIG(await_stop(task->tid)), SIGTRAP | 0x80); // the restarted call's entry
    task->rewound = false;
    assert_int_equal(ptrace(PTRACE_SYSCALL, task->tid, NULL, NULL), 0);
    await_blocked(subject);
    assert_int_equal(ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL), 0);
    assert_int_equal(WSTOPSIG(await_stop(task->tid)), SIGTRAP | 0x80); // its exit
    assert_true(ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, (void *)sizeof info, &info) > 0);
    assert_int_equal(info.op, PTRACE_SYSCALL_INFO_EXIT);
    assert_true(rc_hide_at_exit(task, info.exit.rval));
}

// How the call ends once the handler has run. A call that goes on is let end, or is given up with its program: returns
// false then.
static bool outcome_after_handler(struct subject *subject, char outcome[OUTCOME]) {
    char line[OUTCOME];
    next_line(subject, line);
    assert_string_equal(line, "handled");
    for (;;) {
        const bool blocked = is_blocked(subject);
        if (has_line(subject, 0)) {
            next_outcome(subject, outcome);
            return true;
        }
        if (blocked) {
            break;
        }
    }
    (void)snprintf(outcome, OUTCOME, "goes on");
    if ((subject->row->flags & TIMED) != 0) {
        return false;
    }
    let_it_end(subject);
    char rest[OUTCOME];
    next_outcome(subject, rest);
    (void)snprintf(outcome, OUTCOME, "goes on, then %.200s", rest);
    return true;
}

enum moment { UNTRACED, AT_ATTACH, AT_DETACH };

static void signalled_outcome(const struct row *row, int signal, enum moment moment, char outcome[OUTCOME]) {
    struct rc_session session = {.options = default_options()};
    struct rc_tracer tracer = {.session = &session};
    struct subject subject;
    if (!start(&subject, row, NEVER_MS)) {
        (void)snprintf(outcome, OUTCOME, "unavailable");
        return;
    }
    await_blocked(&subject);
    struct rc_task task = {.tid = subject.pid, .state = RC_TASK_SEIZED};
    if (moment != UNTRACED) {
        seize_and_settle(&tracer, &task);
    }
    if (moment == AT_DETACH) {
        interrupt_and_hide(&subject, &task);
    }
    assert_int_equal(kill(subject.pid, signal), 0);
    if (moment != UNTRACED) {
        let_go(&task);
    }
    (void)outcome_after_handler(&subject, outcome);
    end(&subject);
}

static void a_signal_between_our_stop_and_detach_has_its_effect(void **state) {
    (void)state;
    static const int SIGNALS[] = {SIGUSR1, SIGUSR2}; // the handler of the second has SA_RESTART
    unsigned tested = 0;
    for (size_t i = 0; i < row_count; i++) {
        if (!is_chosen(&rows[i]) || (rows[i].flags & (STOPPED | PARTIAL)) != 0) {
            continue;
        }
        for (int s = 0; s < 2; s++) {
            char untraced[OUTCOME];
            signalled_outcome(&rows[i], SIGNALS[s], UNTRACED, untraced);
            for (enum moment moment = AT_ATTACH; moment <= AT_DETACH; moment++) {
                char outcome[OUTCOME];
                signalled_outcome(&rows[i], SIGNALS[s], moment, outcome);
                if (strcmp(outcome, untraced) != 0) {
                    print_error("%s, signal %d, moment %d\n", rows[i].name, SIGNALS[s], moment);
                }
                assert_string_equal(outcome, untraced);
            }
        }
        tested++;
    }
    print_message("  %u rows x 2 handlers x 2 moments, as untraced\n", tested);
}

static int list_rows(void **state) {
    (void)state;
    char line[128];
    struct child child = child_start("blocking", "list", NULL);
    while (row_count < MAX_ROWS && fgets(line, sizeof line, child.out) != NULL) {
        struct row *row = &rows[row_count];
        row_count += sscanf(line, "%ld %u %63[^\n]", &row->nr, &row->flags, row->name) == 3 ? 1 : 0;
    }
    return child_wait(&child) == 0 && row_count > 0 ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_ends_as_untraced_whenever_we_come_and_go),
        cmocka_unit_test(a_signal_between_our_stop_and_detach_has_its_effect),
    };
    return cmocka_run_group_tests(tests, list_rows, NULL);
}

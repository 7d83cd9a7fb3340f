// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A process that traces others is refused with one of them, and can be traced once it has detached. RENACER_PROCESSES
// says among how many others it is looked for; what a look at them costs is printed.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "tracee/proc/tracees.h"
#include "threads/clock.h"

static struct recorder *open_draining(void) {
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    return recorder;
}

// A tracer (tracees/lives/tracer.c) at work.
struct tracing {
    struct child child;
    pid_t tracer;
    pid_t tracee;
};

static struct tracing start_tracing(const char *how) {
    struct tracing tracing = {.child = child_start("tracer", how, NULL)};
    tracing.tracer = (pid_t)child_number(&tracing.child);
    tracing.tracee = tracing.tracer == 0 ? 0 : (pid_t)child_number(&tracing.child);
    return tracing;
}

static void expect_refusal(struct recorder *recorder, const struct tracing *tracing) {
    const struct rc_result result = rc_session_attach(recorder_session(recorder), tracing->tracer);
    assert_int_equal(result.refusal, RC_IS_TRACER);
    assert_int_equal(result.detail, tracing->tracee);
    assert_int_equal(tracer_of(tracing->tracer), 0);
    assert_int_not_equal(tracer_of(tracing->tracee), 0); // it goes on
}

static void refuse(const char *how) {
    struct tracing tracing = start_tracing(how);
    struct recorder *recorder = open_draining();
    expect_refusal(recorder, &tracing);
    recorder_close(recorder);
    child_kill(&tracing.child);
}

static void a_tracer_is_refused_with_what_it_traces(void **state) {
    (void)state;
    refuse("seize");
}

static void a_parent_whose_child_asked_to_be_traced_is_refused(void **state) {
    (void)state;
    refuse("traceme");
}

static void a_process_is_refused_for_the_tracee_of_any_of_its_threads(void **state) {
    (void)state;
    refuse("thread");
}

static void a_tracer_in_a_pid_namespace_is_refused_by_our_numbers(void **state) {
    (void)state;
    struct tracing tracing = start_tracing("namespace");
    if (tracing.tracer == 0) {
        print_message("  needs the right to make a PID namespace\n");
        (void)child_wait(&tracing.child);
        skip();
    }
    struct recorder *recorder = open_draining();
    assert_int_not_equal(tracing.tracer, tracing.child.pid);
    expect_refusal(recorder, &tracing);
    recorder_close(recorder);
    child_kill(&tracing.child);
}

static void a_tracer_that_has_let_go_is_traced(void **state) {
    (void)state;
    struct tracing tracing = start_tracing("seize");
    struct recorder *recorder = open_draining();
    expect_refusal(recorder, &tracing);
    expect_refusal(recorder, &tracing);
    child_tell(&tracing.child, "\n");
    child_expect(&tracing.child, "detached");
    attach_to(recorder, tracing.tracer); // within the time that the look before serves for
    attach_to(recorder, tracing.tracee);
    assert_int_not_equal(tracer_of(tracing.tracer), 0);
    recorder_close(recorder);
    child_kill(&tracing.child);
}

static void what_a_tracer_traces_is_refused_as_traced(void **state) {
    (void)state;
    struct tracing tracing = start_tracing("seize");
    struct recorder *recorder = open_draining();
    const struct rc_result result = rc_session_attach(recorder_session(recorder), tracing.tracee);
    assert_int_equal(result.refusal, RC_ALREADY_TRACED);
    assert_int_equal(result.detail, tracing.tracer);
    recorder_close(recorder);
    child_kill(&tracing.child);
}

static void a_new_process_is_attached_to_without_a_look_at_all(void **state) {
    (void)state;
    struct tracing tracing = start_tracing("seize");
    struct recorder *recorder = open_draining();
    assert_int_equal(rc_session_attach_new(recorder_session(recorder), tracing.tracer).refusal, RC_OK);
    assert_int_not_equal(tracer_of(tracing.tracer), 0);
    recorder_close(recorder);
    child_kill(&tracing.child);
}

static void our_own_tracees_are_nobody_elses(void **state) {
    (void)state;
    struct child first = child_start("blocked", "pause", NULL);
    struct child second = child_start("blocked", "pause", NULL);
    child_expect(&first, "ready");
    child_expect(&second, "ready");
    struct recorder *recorder = open_draining();
    struct recorder *other = open_draining();
    attach_to(recorder, first.pid);
    attach_to(other, second.pid);
    attach_to(other, second.pid);
    assert_int_equal(rc_session_attach(recorder_session(other), getpid()).refusal, RC_SELF);
    recorder_close(other);
    recorder_close(recorder);
    child_kill(&second);
    child_kill(&first);
}

// ---- among many

static unsigned processes_wanted(void) {
    const char *text = getenv("RENACER_PROCESSES");
    const unsigned wanted = text == NULL ? 200 : (unsigned)strtoul(text, NULL, 10);
    assert_true(wanted > 0);
    return wanted;
}

static void start_idle(pid_t *pids, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;) {
                (void)pause();
            }
        }
    }
}

static void end_idle(const pid_t *pids, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(kill(pids[i], SIGKILL), 0);
        assert_int_equal(waitpid(pids[i], NULL, 0), pids[i]);
    }
}

static pid_t find(struct rc_tracees *tracees, pid_t pid) {
    pid_t tracee = 0;
    assert_int_equal(rc_tracees_find(tracees, pid, &tracee), 0);
    return tracee;
}

static void a_tracer_is_found_among_many_processes(void **state) {
    (void)state;
    enum { LOOKS = 10 };
    const unsigned count = processes_wanted();
    pid_t *idle = calloc(count, sizeof *idle);
    assert_non_null(idle);
    start_idle(idle, count);
    struct tracing tracing = start_tracing("seize");
    uint64_t least = UINT64_MAX;
    for (int look = 0; look < LOOKS; look++) {
        struct rc_tracees *tracees = rc_tracees_open();
        assert_non_null(tracees);
        const uint64_t began = rc_now();
        assert_int_equal(find(tracees, idle[0]), 0);
        const uint64_t took = rc_now() - began;
        least = took < least ? took : least;
        assert_int_equal(find(tracees, tracing.tracer), tracing.tracee);
        assert_int_equal(find(tracees, idle[count - 1]), 0);
        rc_tracees_close(tracees);
    }
    print_message("  %u processes and more: the quickest of %d looks took %.2f ms\n", count, LOOKS,
                  (double)least / 1e6);
    child_kill(&tracing.child);
    end_idle(idle, count);
    free(idle);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tracer_is_refused_with_what_it_traces),
        cmocka_unit_test(a_parent_whose_child_asked_to_be_traced_is_refused),
        cmocka_unit_test(a_process_is_refused_for_the_tracee_of_any_of_its_threads),
        cmocka_unit_test(a_tracer_in_a_pid_namespace_is_refused_by_our_numbers),
        cmocka_unit_test(a_tracer_that_has_let_go_is_traced),
        cmocka_unit_test(what_a_tracer_traces_is_refused_as_traced),
        cmocka_unit_test(a_new_process_is_attached_to_without_a_look_at_all),
        cmocka_unit_test(our_own_tracees_are_nobody_elses),
        cmocka_unit_test(a_tracer_is_found_among_many_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

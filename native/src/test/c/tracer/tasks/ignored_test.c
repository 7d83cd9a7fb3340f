// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A signal that a program ignores does not reach it. A traced one is woken for it nevertheless (sig_ignored of the
// kernel's signal.c), and a call that no kernel restarts would return EINTR.
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"

enum { ROUNDS = 20 };

static void expect_of_traced(const char *how, const char *result) {
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    struct child child = child_start("ignoring", how, NULL);
    child_expect(&child, "ready");
    child_tell(&child, "\n");
    child_expect(&child, result); // untraced
    attach_to(recorder, child.pid);
    for (int i = 0; i < ROUNDS; i++) {
        child_tell(&child, "\n");
        child_expect(&child, result);
    }
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    recorder_close(recorder);
    child_kill(&child);
}

static void an_ignored_signal_ends_no_call(void **state) {
    (void)state;
    expect_of_traced("ignore", "1");
}

static void a_handled_signal_ends_a_call_as_ever(void **state) {
    (void)state;
    expect_of_traced("handle", "-1 EINTR");
}

// Each thread of it: one that SIGCONT comes to before it has stopped is not interrupted.
static void await_all_stopped(pid_t pid) {
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    assert_non_null(tasks);
    for (const struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
        if (task->d_name[0] != '.') {
            await_state((pid_t)strtol(task->d_name, NULL, 10), 'T');
        }
    }
    assert_int_equal(closedir(tasks), 0);
}

static void a_stopped_program_is_interrupted_as_ever(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    struct child child = child_start("ignoring", "stop", NULL);
    child_expect(&child, "ready");
    child_tell(&child, "\n");
    await_all_stopped(child.pid);
    assert_int_equal(kill(child.pid, SIGCONT), 0);
    child_expect(&child, "-1 EINTR"); // untraced
    attach_to(recorder, child.pid);
    for (int i = 1; i <= ROUNDS; i++) {
        child_tell(&child, "\n");
        await_events(recorder, RC_GROUP_STOP, -1, -1, 2 * (size_t)i); // of both its threads
        assert_int_equal(kill(child.pid, SIGCONT), 0);
        child_expect(&child, "-1 EINTR");
    }
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    recorder_close(recorder);
    child_kill(&child);
}

static void children_of_a_traced_program_end_no_call(void **state) {
    (void)state;
    expect_of_traced("children", "1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ignored_signal_ends_no_call),
        cmocka_unit_test(children_of_a_traced_program_end_no_call),
        cmocka_unit_test(a_handled_signal_ends_a_call_as_ever),
        cmocka_unit_test(a_stopped_program_is_interrupted_as_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

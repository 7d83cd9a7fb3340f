// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A tracer as parent of the program it launched, and as holder of the descriptors it inherited for it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "launcher/launch_state.h"
#include "ring/event.h"
#include "session.h"

static void a_program_let_go_is_waited_for_through_its_stops_to_its_end(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "blocked", "pause", NULL);
    struct rc_session *session = recorder_session(recorder);
    rc_session_stop(session, RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_DETACHED, pid, -1), 1);
    int status = 0;
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(rc_session_await_launched(session, &status), 0);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(kill(pid, SIGCONT), 0);
    assert_int_equal(rc_session_await_launched(session, &status), 0);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    recorder_close(recorder);
}

static void without_a_program_nothing_is_waited_for(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    int status = 0;
    assert_int_equal(rc_session_await_launched(recorder_session(recorder), &status), ECHILD);
    assert_int_equal(rc_session_sleep_with_launched(recorder_session(recorder)), 0);
    recorder_close(recorder);
}

static bool is_null_device(int fd) {
    struct stat file;
    return fstat(fd, &file) == 0 && S_ISCHR(file.st_mode) && file.st_rdev == makedev(1, 3);
}

// Gives up what it has, in a process of its own. Returns a number that tells what is wrong, 0: nothing.
static int give_up(bool keep_output) {
    int ends[2];
    if (pipe(ends) != 0 || dup2(ends[0], 0) < 0 || dup2(ends[1], 1) < 0 || dup2(ends[1], 2) < 0 ||
        dup2(ends[1], 77) < 0) {
        return 1;
    }
    static struct rc_launch_state inherited;
    static char text[RC_LAUNCH_TEXT_SIZE];
    if (rc_launch_state_record(&inherited) != 0 || rc_launch_state_format(&inherited, text, sizeof text) != 0) {
        return 2;
    }
    const int own = fcntl(2, F_DUPFD, 100);
    if (own < 0 || rc_give_up_inherited(text, keep_output) != 0) {
        return 3;
    }
    if (!is_null_device(0) || is_null_device(1) == keep_output || is_null_device(2)) {
        return 4;
    }
    if (fcntl(ends[0], F_GETFD) >= 0 || fcntl(ends[1], F_GETFD) >= 0 || fcntl(77, F_GETFD) >= 0) {
        return 5;
    }
    return fcntl(own, F_GETFD) < 0 || fcntl(2, F_GETFD) < 0 ? 6 : 0;
}

static void what_was_inherited_is_given_up_and_what_is_our_own_is_not(void **state) {
    (void)state;
    for (int keep_output = 0; keep_output < 2; keep_output++) {
        const pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            _exit(give_up(keep_output != 0));
        }
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_let_go_is_waited_for_through_its_stops_to_its_end),
        cmocka_unit_test(without_a_program_nothing_is_waited_for),
        cmocka_unit_test(what_was_inherited_is_given_up_and_what_is_our_own_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Launched programs with a filter: which calls stop them, and that they behave as untraced in all else.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "session.h"

enum { NOBODY = 65534 };

// Options that want these of the native calls only (0 ends them).
static struct rc_options wanting(int first, int second) {
    struct rc_options options = default_options();
    memset(options.plan.table, RC_PLAN_SKIP, sizeof options.plan.table);
    options.plan.unlisted = RC_PLAN_SKIP;
    options.plan.table[RC_ABI_NATIVE][first] = 0;
    if (second != 0) {
        options.plan.table[RC_ABI_NATIVE][second] = 0;
    }
    return options;
}

static int exit_code(struct recorder *recorder, pid_t pid) {
    const size_t index = find_event(recorder, RC_PROCESS_EXITED, pid, -1);
    assert_int_not_equal(index, SIZE_MAX);
    const int status = (int)recorder_event(recorder, index).aux;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static uint64_t stops_of(struct recorder *recorder) {
    struct rc_stats stats;
    rc_session_stats(recorder_session(recorder), &stats);
    return stats.stops;
}

// Launches `sandbox MODE ARGUMENT` and traces it to its end.
static struct recorder *trace_sandbox(const struct rc_options *options, const char *mode, const char *argument,
                                      pid_t *pid) {
    struct recorder *recorder = recorder_open(options);
    recorder_drain(recorder, 500, 1 << 20);
    *pid = launch_tracee(recorder, "sandbox", mode, argument, NULL);
    recorder_finish(recorder);
    return recorder;
}

static void a_call_not_wanted_does_not_stop_the_program(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_openat, 0);
    pid_t pid = 0;
    struct recorder *recorder = trace_sandbox(&options, "quit", "10000", &pid);
    assert_int_equal(exit_code(recorder, pid), 7);
    assert_true(count_events(recorder, RC_CALL, -1, SYS_openat) > 0);
    assert_int_equal(count_events(recorder, RC_CALL, -1, -1), count_events(recorder, RC_CALL, -1, SYS_openat));
    assert_true(stops_of(recorder) < 100);
    recorder_close(recorder);
}

static void every_thread_and_followed_child_is_seen(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_getppid, 0);
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "calls", "4", "1000", "10", NULL);
    recorder_finish(recorder);
    assert_int_equal(exit_code(recorder, pid), 0);
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getppid), 4010);
    assert_int_equal(count_events(recorder, RC_CALL, -1, -1), 4010);
    assert_int_equal(count_events(recorder, RC_PROCESS_STARTED, -1, -1), 11);
    assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, -1, -1), 11);
    recorder_close(recorder);
}

// What `sandbox privileges` exits with.
static int privileges_of(const struct rc_options *options, bool asked) {
    char *const argv[] = {(char *)tracee("sandbox"), "privileges", NULL};
    const struct rc_launch launch = {.file = argv[0], .argv = argv, .envp = argv + 2, .filtered = asked};
    struct recorder *recorder = recorder_open(options);
    recorder_drain(recorder, 500, 1 << 20);
    pid_t pid = 0;
    assert_int_equal(rc_session_launch(recorder_session(recorder), &launch, &pid).refusal, RC_OK);
    assert_false(rc_session_bound(recorder_session(recorder)));
    recorder_finish(recorder);
    const int code = exit_code(recorder, pid);
    recorder_close(recorder);
    return code;
}

static void nothing_is_filtered_unasked_or_where_children_are_not_followed(void **state) {
    (void)state;
    struct rc_options options = wanting(SYS_getppid, 0);
    assert_int_equal(privileges_of(&options, false), 0);
    options.follow_children = false;
    assert_int_equal(privileges_of(&options, true), 0);
}

static void no_call_of_its_children_fails(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_getppid, 0);
    pid_t pid = 0;
    struct recorder *recorder = trace_sandbox(&options, "family", "20", &pid);
    assert_int_equal(exit_code(recorder, pid), 0);
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getppid), 20);
    recorder_close(recorder);
}

static void expect_own_filter(const char *mode, int code, int64_t result) {
    for (int wanted = 0; wanted < 2; wanted++) {
        const struct rc_options options = wanting(wanted != 0 ? SYS_getppid : SYS_openat, 0);
        pid_t pid = 0;
        struct recorder *recorder = trace_sandbox(&options, mode, NULL, &pid);
        assert_int_equal(exit_code(recorder, pid), code);
        const size_t index = find_event(recorder, RC_CALL, pid, SYS_getppid);
        assert_int_equal(index != SIZE_MAX, wanted != 0 && result != 0);
        if (index != SIZE_MAX) {
            assert_int_equal(recorder_event(recorder, index).result, result);
        }
        recorder_close(recorder);
    }
}

static void a_filter_of_its_own_answers_as_untraced_and_is_told(void **state) {
    (void)state;
    expect_own_filter("errno", EXDEV, -EXDEV);
    expect_own_filter("trace", ENOSYS, -ENOSYS); // and not: made, because somebody traces
}

static void a_filter_of_its_own_traps_and_kills_as_untraced(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_getppid, 0);
    pid_t pid = 0;
    struct recorder *recorder = trace_sandbox(&options, "trap", NULL, &pid);
    assert_int_equal(exit_code(recorder, pid), 9);
    assert_int_equal(count_events(recorder, RC_SIGNAL, pid, -1), 1);
    recorder_close(recorder);
    recorder = trace_sandbox(&options, "kill", NULL, &pid);
    assert_int_equal(exit_code(recorder, pid), 128 + SIGSYS);
    recorder_close(recorder);
}

static void a_32_bit_program_is_filtered_by_its_own_numbers(void **state) {
    (void)state;
    need_32_bit_programs();
    struct rc_options options = wanting(SYS_openat, 0);
    plan_string(&options, RC_ABI_I386, 5, 0); // open
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "program_i386", NULL);
    recorder_finish(recorder);
    assert_int_equal(exit_code(recorder, pid), 7);
    assert_int_equal(count_events(recorder, RC_CALL, pid, -1), 1);
    const size_t index = find_event(recorder, RC_CALL, pid, 5);
    assert_int_equal(recorder_event(recorder, index).arch, AUDIT_ARCH_I386);
    assert_int_equal(recorder_event(recorder, index).result, -ENOENT);
    assert_string_equal(recorder_text(recorder, index, 0, NULL), "/nonexistent/i386");
    recorder_close(recorder);
}

static void an_interrupted_sleep_goes_on_as_the_call_it_is(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_nanosleep, SYS_clock_nanosleep);
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "sandbox", "sleep", NULL);
    await_in_call(pid, SYS_clock_nanosleep);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    await_events(recorder, RC_GROUP_STOP, pid, -1, 1);
    assert_int_equal(kill(pid, SIGCONT), 0);
    recorder_finish(recorder);
    assert_int_equal(exit_code(recorder, pid), 0);
    assert_int_equal(count_events(recorder, RC_CALL, pid, SYS_clock_nanosleep), 2); // interrupted, and to its end
    assert_int_equal(count_events(recorder, RC_CALL, pid, -1), 2);
    recorder_close(recorder);
}

// A name in a fresh folder, where there is no such file yet.
static const char *new_file(void) {
    static char path[64];
    (void)strcpy(path, "/tmp/renacer-filter-XXXXXX");
    assert_non_null(mkdtemp(path));
    return strcat(path, "/file");
}

static bool take_away(const char *file) {
    char folder[64];
    (void)strcpy(folder, file);
    *strrchr(folder, '/') = '\0';
    const bool existed = unlink(file) == 0;
    assert_int_equal(rmdir(folder), 0);
    return existed;
}

static void await_end(int pidfd) {
    struct pollfd end = {.fd = pidfd, .events = POLLIN};
    assert_int_equal(poll(&end, 1, GENEROUS_S * 1000), 1);
    assert_int_equal(close(pidfd), 0);
}

static int open_pidfd(pid_t pid) {
    const int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    assert_true(pidfd >= 0);
    return pidfd;
}

static void a_stop_falls_silent_and_leaves_the_program_to_its_end(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_getppid, 0);
    const char *file = new_file();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "sandbox", "quit", "20000", file, NULL);
    assert_true(rc_session_bound(recorder_session(recorder)));
    await_events(recorder, RC_CALL, pid, SYS_getppid, 100);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_DETACHED, pid, -1), 1);
    assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, pid, -1), 0);
    assert_true(count_events(recorder, RC_CALL, pid, SYS_getppid) < 20000);
    recorder_close(recorder);
    assert_true(take_away(file)); // none of its calls has failed
}

static void closing_the_session_ends_the_program(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_getppid, 0);
    const char *file = new_file();
    struct recorder *recorder = recorder_open(&options);
    const pid_t pid = launch_tracee(recorder, "sandbox", "loop", file, NULL);
    const int pidfd = open_pidfd(pid);
    recorder_close(recorder);
    await_end(pidfd);
    assert_false(take_away(file));
}

static void nothing_is_attached_to_beside_it(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_getppid, 0);
    struct child child = child_start("blocked", "read", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    (void)launch_tracee(recorder, "blocked", "pause", NULL);
    const struct rc_result refused = rc_session_attach(recorder_session(recorder), child.pid);
    assert_int_equal(refused.refusal, RC_OTHER);
    assert_int_equal(refused.error, EBUSY);
    assert_int_equal(rc_session_signal_launched(recorder_session(recorder), SIGKILL), 0);
    recorder_finish(recorder);
    recorder_close(recorder);
    child_kill(&child);
}

static void a_launch_beside_an_attached_process_is_not_bound(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_getppid, 0);
    struct child child = child_start("blocked", "read", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    const pid_t pid = launch_tracee(recorder, "sandbox", "quit", "500", NULL);
    assert_false(rc_session_bound(recorder_session(recorder)));
    await_events(recorder, RC_PROCESS_EXITED, pid, -1, 1);
    assert_int_equal(count_events(recorder, RC_CALL, pid, -1), 500);
    child_tell(&child, "four");
    child_expect(&child, "read 4");
    recorder_finish(recorder);
    assert_int_equal(child_wait(&child), 0);
    recorder_close(recorder);
}

static _Noreturn void trace_until_killed(const char *file, int name_of) {
    const struct rc_options options = wanting(SYS_getppid, 0);
    struct rc_session *session = NULL;
    char *const argv[] = {(char *)tracee("sandbox"), "loop", (char *)file, NULL};
    const struct rc_launch launch = {.file = argv[0], .argv = argv, .envp = argv + 3, .filtered = true};
    pid_t pid = 0;
    if (rc_session_open(&options, &session) != 0 || rc_session_launch(session, &launch, &pid).refusal != RC_OK ||
        write(name_of, &pid, sizeof pid) != sizeof pid) {
        _exit(1);
    }
    size_t length = 0;
    struct rc_ring_header *header = rc_session_ring(session, &length);
    for (;;) {
        atomic_store(&header->tail, atomic_load(&header->head)); // reads nothing, but makes room
    }
}

static void a_program_ends_with_its_killed_tracer_and_sees_no_call_fail(void **state) {
    (void)state;
    const char *file = new_file();
    enum { ROUNDS = MANY(100) };
    for (int round = 0; round < ROUNDS; round++) {
        int names[2];
        assert_int_equal(pipe(names), 0);
        const pid_t tracer = fork();
        assert_true(tracer >= 0);
        if (tracer == 0) {
            trace_until_killed(file, names[1]);
        }
        pid_t pid = 0;
        assert_int_equal(read(names[0], &pid, sizeof pid), sizeof pid);
        const int pidfd = open_pidfd(pid);
        const struct timespec moment = {.tv_nsec = 50000L * round};
        (void)nanosleep(&moment, NULL);
        assert_int_equal(kill(tracer, SIGKILL), 0);
        assert_int_equal(waitpid(tracer, NULL, 0), tracer);
        await_end(pidfd);
        assert_int_equal(close(names[0]), 0);
        assert_int_equal(close(names[1]), 0);
    }
    assert_false(take_away(file));
}

// What `sandbox privileges` exits with, launched by a user without privileges; 100 more if the session is not bound.
static int privileges_of_nobody(bool follow) {
    const int program = open(tracee("sandbox"), O_PATH);
    assert_true(program >= 0);
    const pid_t tracer = fork();
    assert_true(tracer >= 0);
    if (tracer == 0) {
        char path[32];
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", program);
        char *const argv[] = {path, "privileges", NULL};
        const struct rc_launch launch = {.file = path, .argv = argv, .envp = argv + 2, .filtered = true};
        struct rc_options options = wanting(SYS_getppid, 0);
        options.follow_children = follow;
        struct rc_session *session = NULL;
        pid_t pid = 0;
        if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
            setresuid(NOBODY, NOBODY, NOBODY) != 0 || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0 ||
            rc_session_open(&options, &session) != 0 || rc_session_launch(session, &launch, &pid).refusal != RC_OK ||
            !rc_session_await_finished(session, GENEROUS_S * 1000000000ull)) {
            _exit(50);
        }
        size_t length = 0;
        const struct rc_ring_header *header = rc_session_ring(session, &length);
        const struct rc_event *events = (const struct rc_event *)((const uint8_t *)header + header->events_offset);
        for (uint64_t i = 0; i < header->head; i++) {
            if (events[i].kind == RC_PROCESS_EXITED) {
                _exit(WEXITSTATUS(events[i].aux) + (rc_session_bound(session) ? 0 : 100));
            }
        }
        _exit(51);
    }
    int status = 0;
    assert_int_equal(waitpid(tracer, &status, 0), tracer);
    assert_int_equal(close(program), 0);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void privileges_stay_as_they_are_where_the_kernel_allows(void **state) {
    (void)state;
    enum { NO_NEW_PRIVS = 1, FILTER = 2, NOT_BOUND = 100 };
    if (geteuid() != 0) {
        skip();
    }
    const struct rc_options options = wanting(SYS_getppid, 0);
    pid_t pid = 0;
    struct recorder *recorder = trace_sandbox(&options, "privileges", NULL, &pid);
    assert_int_equal(exit_code(recorder, pid), FILTER);
    recorder_close(recorder);
    // Followed children run no setuid program as such under a tracer without privileges, so nothing is taken from them.
    assert_int_equal(privileges_of_nobody(true), NO_NEW_PRIVS | FILTER);
    assert_int_equal(privileges_of_nobody(false), NOT_BOUND);
}

static void waiting_in_a_call_not_wanted_is_no_slowdown(void **state) {
    (void)state;
    const struct rc_options options = wanting(SYS_getppid, 0);
    pid_t pid = 0;
    struct recorder *recorder = trace_sandbox(&options, "naps", "500", &pid);
    assert_int_equal(exit_code(recorder, pid), 0);
    struct rc_stats stats;
    rc_session_stats(recorder_session(recorder), &stats);
    assert_true(stats.worst_slowdown_percent < 50); // two stops in each 5 ms
    recorder_close(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_not_wanted_does_not_stop_the_program),
        cmocka_unit_test(every_thread_and_followed_child_is_seen),
        cmocka_unit_test(no_call_of_its_children_fails),
        cmocka_unit_test(nothing_is_filtered_unasked_or_where_children_are_not_followed),
        cmocka_unit_test(a_filter_of_its_own_answers_as_untraced_and_is_told),
        cmocka_unit_test(a_filter_of_its_own_traps_and_kills_as_untraced),
        cmocka_unit_test(a_32_bit_program_is_filtered_by_its_own_numbers),
        cmocka_unit_test(an_interrupted_sleep_goes_on_as_the_call_it_is),
        cmocka_unit_test(a_stop_falls_silent_and_leaves_the_program_to_its_end),
        cmocka_unit_test(closing_the_session_ends_the_program),
        cmocka_unit_test(nothing_is_attached_to_beside_it),
        cmocka_unit_test(a_launch_beside_an_attached_process_is_not_bound),
        cmocka_unit_test(a_program_ends_with_its_killed_tracer_and_sees_no_call_fail),
        cmocka_unit_test(waiting_in_a_call_not_wanted_is_no_slowdown),
        cmocka_unit_test(privileges_stay_as_they_are_where_the_kernel_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rules 2, 5, 9: how calls, programs and strings are told, and what launch answers.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "tracee/proc/procfs.h"

static struct recorder *open_draining(const struct rc_options *options) {
    struct recorder *recorder = recorder_open(options);
    recorder_drain(recorder, 500, 1 << 20);
    return recorder;
}

static void a_launch_begins_with_its_own_execve(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = open_draining(&options);
    const pid_t pid = launch_tracee(recorder, "calls", "0", "0", "0", NULL);
    recorder_finish(recorder);
    const struct rc_event start = recorder_event(recorder, 0);
    assert_int_equal(start.kind, RC_PROCESS_STARTED);
    assert_int_equal(start.flags, RC_LAUNCHED);
    assert_int_equal(start.tgid, pid);
    assert_int_equal(start.aux, getpid());
    struct rc_proc_stat self;
    assert_int_equal(rc_proc_stat(getpid(), &self), 0);
    const uint64_t tick = UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);
    assert_true(start.args[3] >= self.start * tick); // in whole ticks since boot, and not before its parent
    assert_true(start.args[3] % tick == 0);
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_BOOTTIME, &now), 0);
    assert_true(start.args[3] <= (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
    assert_string_equal(recorder_text(recorder, 0, 0, NULL), "calls");
    assert_string_equal(recorder_text(recorder, 0, 1, NULL), tracee("calls"));
    const struct rc_event execve = recorder_event(recorder, 1);
    assert_int_equal(execve.kind, RC_CALL);
    assert_int_equal(execve.nr, SYS_execve);
    assert_int_equal(execve.result, 0);
    assert_int_equal(execve.start_ns, start.start_ns);
    assert_string_equal(recorder_text(recorder, 1, 0, NULL), tracee("calls"));
    assert_int_equal(count_events(recorder, RC_CALL, pid, SYS_execve), 1);
    assert_int_equal(count_events(recorder, RC_EXEC, -1, -1), 0);
    const struct rc_event end = recorder_event(recorder, recorder_count(recorder) - 1);
    assert_int_equal(end.kind, RC_PROCESS_EXITED);
    recorder_close(recorder);
}

static struct rc_result try_launch(const char *file) {
    const struct rc_options options = default_options();
    struct recorder *recorder = open_draining(&options);
    char *const argv[] = {(char *)file, NULL};
    char *const environment[] = {NULL};
    const struct rc_launch launch = {.file = file, .argv = argv, .envp = environment};
    pid_t pid = 0;
    const struct rc_result result = rc_session_launch(recorder_session(recorder), &launch, &pid);
    assert_int_equal(pid, 0);
    recorder_close(recorder);
    return result;
}

static void launch_failures_are_told_apart_and_publish_nothing(void **state) {
    (void)state;
    const struct rc_result missing = try_launch("/nonexistent/program");
    assert_int_equal(missing.refusal, RC_PROGRAM_NOT_FOUND);
    assert_int_equal(missing.error, ENOENT);
    const struct rc_result directory = try_launch("/");
    assert_int_equal(directory.refusal, RC_PROGRAM_NOT_EXECUTABLE);
    assert_int_equal(directory.error, EACCES);
    char path[] = "/tmp/renacer-script-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "#!/nonexistent/interpreter\n", 27), 27);
    assert_int_equal(fchmod(fd, 0700), 0);
    assert_int_equal(close(fd), 0);
    const struct rc_result script = try_launch(path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(script.refusal, RC_PROGRAM_NOT_EXECUTABLE);
    assert_int_equal(script.error, ENOENT);
}

static void a_failed_launch_publishes_nothing(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = open_draining(&options);
    char *const argv[] = {"x", NULL};
    const struct rc_launch launch = {.file = "/nonexistent/program", .argv = argv, .envp = argv + 1};
    pid_t pid = 0;
    assert_int_equal(rc_session_launch(recorder_session(recorder), &launch, &pid).refusal, RC_PROGRAM_NOT_FOUND);
    assert_false(rc_session_finished(recorder_session(recorder))); // nothing was begun
    // The session is still good.
    (void)launch_tracee(recorder, "calls", "0", "0", "0", NULL);
    recorder_finish(recorder);
    assert_int_equal(recorder_event(recorder, 0).kind, RC_PROCESS_STARTED);
    assert_int_equal(count_events(recorder, RC_PROCESS_STARTED, -1, -1), 1);
    recorder_close(recorder);
}

static void a_launched_program_can_be_signalled(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = open_draining(&options);
    const pid_t pid = launch_tracee(recorder, "blocked", "pause", NULL);
    assert_int_equal(rc_session_signal_launched(recorder_session(recorder), SIGTERM), 0);
    recorder_finish(recorder);
    const struct rc_event end = recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1));
    assert_true(WIFSIGNALED(end.aux));
    assert_int_equal(WTERMSIG(end.aux), SIGTERM);
    assert_int_equal(rc_session_signal_launched(recorder_session(recorder), SIGTERM), 0); // gone: nothing to do
    recorder_close(recorder);
}

static void a_thread_that_executes_a_program_takes_over_the_process(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = open_draining(&options);
    const pid_t pid = launch_tracee(recorder, "exec_thread", NULL);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_EXEC, pid, -1), 1);
    const size_t index = find_event(recorder, RC_EXEC, pid, -1);
    const struct rc_event exec = recorder_event(recorder, index);
    assert_int_not_equal(exec.aux, pid); // the thread it was
    assert_string_equal(recorder_text(recorder, index, 1, NULL), tracee("exec_thread"));
    assert_int_equal(count_events(recorder, RC_CALL, pid, SYS_execve), 2); // the launch's and this
    assert_int_equal(count_events(recorder, RC_CALL, pid, SYS_getppid), 1);
    // Strings are read from the new program's memory.
    bool found = false;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        const char *path = recorder_text(recorder, i, 1, NULL);
        found = found || (event.nr == SYS_openat && path != NULL && strcmp(path, "/nonexistent/after-exec") == 0);
    }
    assert_true(found);
    assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, -1, -1), 1);
    assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
    recorder_close(recorder);
}

static void an_exec_amid_busy_threads_is_never_missed(void **state) {
    (void)state;
    for (int round = 0; round < MANY(40); round++) {
        const struct rc_options options = default_options();
        struct recorder *recorder = open_draining(&options);
        const pid_t pid = launch_tracee(recorder, "exec_thread", "busy", NULL);
        recorder_finish(recorder);
        assert_int_equal(count_events(recorder, RC_EXEC, pid, -1), 1);
        assert_int_equal(count_events(recorder, RC_CALL, pid, SYS_execve), 2); // the launch's and this
        assert_int_equal(count_events(recorder, RC_CALL, pid, SYS_getppid), 1);
        assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, -1, -1), 1);
        assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
        recorder_close(recorder);
    }
}

static void each_call_is_told_in_its_own_table(void **state) {
    (void)state;
    need_32_bit_programs();
    const struct rc_options options = default_options();
    struct recorder *recorder = open_draining(&options);
    const pid_t pid = launch_tracee(recorder, "mixed", NULL);
    recorder_finish(recorder);
    size_t native = 0;
    size_t i386 = 0;
    size_t x32 = 0;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        native += event.kind == RC_CALL && event.arch == AUDIT_ARCH_X86_64 && event.nr == SYS_getppid;
        i386 += event.kind == RC_CALL && event.arch == AUDIT_ARCH_I386 && event.nr == 64 && event.result == getpid();
        x32 += event.kind == RC_CALL && event.arch == AUDIT_ARCH_X86_64 && event.nr == (0x40000000 | SYS_getppid);
    }
    assert_int_equal(native, 1);
    assert_int_equal(i386, 1);
    assert_int_equal(x32, 1);
    assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, pid, -1), 1);
    recorder_close(recorder);
}

static void a_32_bit_program_is_traced(void **state) {
    (void)state;
    need_32_bit_programs();
    struct rc_options options = default_options();
    plan_string(&options, RC_ABI_I386, 5, 0);
    struct recorder *recorder = open_draining(&options);
    const pid_t pid = launch_tracee(recorder, "program_i386", NULL);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_CALL, pid, 64), 1);
    const size_t open = find_event(recorder, RC_CALL, pid, 5);
    assert_int_equal(recorder_event(recorder, open).arch, AUDIT_ARCH_I386);
    assert_int_equal(recorder_event(recorder, open).result, -ENOENT);
    assert_true((recorder_event(recorder, open).flags & RC_ERROR) != 0);
    assert_string_equal(recorder_text(recorder, open, 0, NULL), "/nonexistent/i386");
    const struct rc_event end = recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1));
    assert_int_equal(WEXITSTATUS(end.aux), 7);
    recorder_close(recorder);
}

static void check_string(struct recorder *recorder, size_t index, size_t length, unsigned expected_flags) {
    unsigned flags = 0;
    const char *text = recorder_text(recorder, index, 1, &flags);
    assert_non_null(text);
    assert_int_equal(strlen(text), length);
    assert_int_equal(flags, expected_flags);
}

static void strings_are_read_up_to_where_they_can_be(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = open_draining(&options);
    const pid_t pid = launch_tracee(recorder, "strings", NULL);
    recorder_finish(recorder);
    size_t last[6];
    size_t found = 0;
    for (size_t i = recorder_count(recorder); i-- > 0 && found < 6;) {
        const struct rc_event event = recorder_event(recorder, i);
        if (event.kind == RC_CALL && event.nr == SYS_openat && event.tid == (uint32_t)pid) {
            last[5 - found++] = i;
        }
    }
    assert_int_equal(found, 6);
    check_string(recorder, last[0], strlen("/nonexistent/end"), 0);
    check_string(recorder, last[1], options.string_limit, 0);
    check_string(recorder, last[2], options.string_limit, RC_PIECE_TRUNCATED);
    check_string(recorder, last[3], 0, RC_PIECE_UNREADABLE);
    check_string(recorder, last[4], 0, RC_PIECE_UNREADABLE);
    check_string(recorder, last[5], 0, RC_PIECE_UNREADABLE); // it ends where nothing is mapped
    recorder_close(recorder);
}

static void what_the_plan_skips_is_counted_and_not_published(void **state) {
    (void)state;
    struct rc_options options = default_options();
    memset(options.plan.table, RC_PLAN_SKIP, sizeof options.plan.table);
    options.plan.unlisted = RC_PLAN_SKIP;
    options.plan.table[RC_ABI_NATIVE][SYS_getppid] = 0;
    struct recorder *recorder = open_draining(&options);
    (void)launch_tracee(recorder, "calls", "2", "10", "0", NULL);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_CALL, -1, -1), 20);
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getppid), 20);
    assert_int_equal(count_events(recorder, RC_CALL_UNFINISHED, -1, -1), 0);
    struct rc_stats stats;
    rc_session_stats(recorder_session(recorder), &stats);
    assert_true(stats.calls > 20);
    recorder_close(recorder);
}

static void children_are_followed_only_if_asked(void **state) {
    (void)state;
    struct rc_options options = default_options();
    options.follow_children = false;
    struct recorder *recorder = open_draining(&options);
    (void)launch_tracee(recorder, "calls", "3", "10", "5", NULL);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getppid), 30); // threads always
    assert_int_equal(count_events(recorder, RC_PROCESS_STARTED, -1, -1), 1);
    recorder_close(recorder);
}

static void a_vfork_child_and_its_program_are_followed(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = open_draining(&options);
    struct child child = child_start("vforks", "exec", NULL);
    child_expect(&child, "ready");
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    child_expect(&child, "child 0");
    recorder_finish(recorder);
    assert_int_equal(child_wait(&child), 0);
    // The child was created before the attach; its parent's vfork ends under trace.
    assert_int_equal(count_events(recorder, RC_CALL, child.pid, NR_VFORK), 1);
    recorder_close(recorder);
    recorder = open_draining(&options);
    (void)launch_tracee(recorder, "vforks", "exec", NULL); // stdin of this test: the read returns whatever it does
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_PROCESS_STARTED, -1, -1), 2);
    assert_int_equal(count_events(recorder, RC_EXEC, -1, -1), 1);
    assert_int_equal(count_events(recorder, RC_PROCESS_EXITED, -1, -1), 2);
    recorder_close(recorder);
}

int main(void) {
    // Launched programs inherit it; the one that reads is to find its end.
    if (freopen("/dev/null", "r", stdin) == NULL) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_launch_begins_with_its_own_execve),
        cmocka_unit_test(launch_failures_are_told_apart_and_publish_nothing),
        cmocka_unit_test(a_failed_launch_publishes_nothing),
        cmocka_unit_test(a_launched_program_can_be_signalled),
        cmocka_unit_test(a_thread_that_executes_a_program_takes_over_the_process),
        cmocka_unit_test(an_exec_amid_busy_threads_is_never_missed),
        cmocka_unit_test(each_call_is_told_in_its_own_table),
        cmocka_unit_test(a_32_bit_program_is_traced),
        cmocka_unit_test(strings_are_read_up_to_where_they_can_be),
        cmocka_unit_test(what_the_plan_skips_is_counted_and_not_published),
        cmocka_unit_test(children_are_followed_only_if_asked),
        cmocka_unit_test(a_vfork_child_and_its_program_are_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Tasks that the kernel hands to the tracer and the tracer cannot learn about in the usual way: none may be left
// stopped.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"

enum { NOBODY = 65534, NOT_ALLOWED = 77 };

static struct recorder *open_draining(bool follow) {
    struct rc_options options = default_options();
    options.follow_children = follow;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    return recorder;
}

static int exit_code_of(struct recorder *recorder, pid_t pid) {
    const size_t at = find_event(recorder, RC_PROCESS_EXITED, pid, -1);
    return at == SIZE_MAX ? -1 : (int)recorder_event(recorder, at).aux;
}

// How many of the files of a brood were told by name.
static size_t readable_names(struct recorder *recorder) {
    size_t readable = 0;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        const char *name = event.kind == RC_CALL && event.nr == SYS_openat ? recorder_text(recorder, i, 1, NULL) : NULL;
        readable += name != NULL && strncmp(name, "/brood/of/", strlen("/brood/of/")) == 0 ? 1 : 0;
    }
    return readable;
}

// A body that runs in a process of its own, since it changes what all of a process share. NOT_ALLOWED: it could not.
static void run_apart(int (*body)(void)) {
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)setenv("CMOCKA_TEST_ABORT", "1", 1); // a failure there ends that process
        _exit(body());
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_ALLOWED) {
        print_message("  needs root\n");
        skip();
    }
    assert_int_equal(status, 0);
}

static void go_on(struct child *child) {
    child_tell(child, "\n");
    child_expect(child, "well");
}

// ---- descriptors

enum { DESCRIPTORS = 64, MORE_PROCESSES = 100 };

static int trace_more_processes(void) {
    const struct rlimit few = {.rlim_cur = DESCRIPTORS, .rlim_max = DESCRIPTORS};
    if (setrlimit(RLIMIT_NOFILE, &few) != 0) {
        return 1;
    }
    struct recorder *recorder = open_draining(true);
    const pid_t pid = launch_tracee(recorder, "brood", "fork", "100", NULL);
    recorder_finish(recorder);
    const bool well = exit_code_of(recorder, pid) == 0 && readable_names(recorder) == MORE_PROCESSES &&
                      count_events(recorder, RC_PROCESS_STARTED, -1, -1) == MORE_PROCESSES + 1;
    recorder_close(recorder);
    return well ? 0 : 1;
}

static void more_processes_than_descriptors_run_through_and_are_read(void **state) {
    (void)state;
    run_apart(trace_more_processes);
}

static int leave_descriptors(void) {
    const struct rlimit few = {.rlim_cur = DESCRIPTORS, .rlim_max = DESCRIPTORS};
    if (setrlimit(RLIMIT_NOFILE, &few) != 0) {
        return 1;
    }
    struct recorder *recorder = open_draining(true);
    struct child child = child_start("brood", "fork", "100", "wait", NULL);
    child_expect(&child, "ready");
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    child_expect(&child, "here");
    await_events(recorder, RC_PROCESS_STARTED, -1, -1, MORE_PROCESSES + 1);
    const int left = open("/dev/null", O_RDONLY | O_CLOEXEC);
    go_on(&child);
    await_events(recorder, RC_PROCESS_EXITED, -1, -1, MORE_PROCESSES);
    const bool well = readable_names(recorder) == MORE_PROCESSES && left >= 0 && left <= DESCRIPTORS - DESCRIPTORS / 4;
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    recorder_close(recorder);
    child_kill(&child);
    return well ? 0 : 1;
}

static void more_processes_than_descriptors_leave_some_to_everybody_else(void **state) {
    (void)state;
    run_apart(leave_descriptors);
}

// Its first stop is over, and its threads were looked for once more.
static void await_settled(struct recorder *recorder) {
    struct rc_stats stats = {.stops = 0};
    while (stats.stops < 2) {
        rc_session_stats(recorder_session(recorder), &stats);
        (void)sched_yield();
    }
}

static int trace_without_descriptors(void) {
    struct recorder *recorder = open_draining(true);
    struct child child = child_start("brood", "fork", "5", "wait", NULL);
    child_expect(&child, "ready");
    attach_to(recorder, child.pid);
    await_settled(recorder);
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    if (setrlimit(RLIMIT_NOFILE, &none) != 0) {
        return 1;
    }
    child_tell(&child, "\n");
    child_expect(&child, "here");
    go_on(&child);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    const bool well = readable_names(recorder) == 5;
    recorder_close(recorder);
    child_kill(&child);
    return well ? 0 : 1;
}

static void processes_are_read_when_no_descriptor_is_left(void **state) {
    (void)state;
    run_apart(trace_without_descriptors);
}

// ---- /proc hides them

static int trace_hidden(void) {
    // The programs to trace may lie where this user has no way to, below /root for example.
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount(tracee("."), "/mnt", NULL, MS_BIND, NULL) != 0 || setenv("RENACER_TRACEES", "/mnt", 1) != 0 ||
        mount("proc", "/proc", "proc", 0, "hidepid=2") != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0 ||
        prctl(PR_SET_DUMPABLE, 1) != 0) {
        return NOT_ALLOWED;
    }
    struct recorder *recorder = open_draining(true);
    const pid_t pid = launch_tracee(recorder, "brood", "hidden", "3", NULL);
    recorder_finish(recorder);
    const bool well = exit_code_of(recorder, pid) == 0 && count_events(recorder, RC_PROCESS_STARTED, -1, -1) == 4 &&
                      count_events(recorder, RC_PROCESS_EXITED, -1, -1) == 4;
    const struct rc_event child = recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, -1, -1));
    const struct rc_event start =
        recorder_event(recorder, find_event(recorder, RC_PROCESS_STARTED, (pid_t)child.tid, -1));
    const bool parent_known = start.aux == (uint32_t)pid;
    recorder_close(recorder);
    return well && parent_known ? 0 : 1;
}

static void processes_that_proc_hides_run_through(void **state) {
    (void)state;
    run_apart(trace_hidden);
}

// ---- /proc shows others

static int try_with_foreign_proc(void) {
    struct child child = child_start("brood", "fork", "1", "wait", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = open_draining(true);
    char *const argv[] = {(char *)tracee("brood"), "thread", "3", NULL};
    char *const none[] = {NULL};
    const struct rc_launch launch = {.file = argv[0], .argv = argv, .envp = none};
    pid_t pid = 0;
    const struct rc_result launched = rc_session_launch(recorder_session(recorder), &launch, &pid);
    const struct rc_result attached = rc_session_attach(recorder_session(recorder), child.pid);
    recorder_close(recorder);
    child_kill(&child);
    return launched.refusal == RC_FOREIGN_PROC && launched.detail > 1 && attached.refusal == RC_FOREIGN_PROC ? 0 : 1;
}

static int trace_in_a_namespace(void) {
    if (unshare(CLONE_NEWPID) != 0) {
        return NOT_ALLOWED;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        _exit(try_with_foreign_proc());
    }
    int status = -1;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void a_proc_of_another_pid_namespace_is_refused(void **state) {
    (void)state;
    run_apart(trace_in_a_namespace);
}

static int try_without_proc(void) {
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        umount2("/proc", MNT_DETACH) != 0) {
        return NOT_ALLOWED;
    }
    struct recorder *recorder = open_draining(true);
    const struct rc_result attached = rc_session_attach(recorder_session(recorder), getppid());
    recorder_close(recorder);
    return attached.refusal == RC_FOREIGN_PROC && attached.detail == -1 ? 0 : 1;
}

static void a_missing_proc_is_refused(void **state) {
    (void)state;
    run_apart(try_without_proc);
}

// ---- children that nobody announces

static void launch_brood(const char *kind, bool follow, size_t processes) {
    struct recorder *recorder = open_draining(follow);
    const pid_t pid = launch_tracee(recorder, "brood", kind, "3", NULL);
    recorder_finish(recorder);
    assert_int_equal(exit_code_of(recorder, pid), 0);
    assert_int_equal(count_events(recorder, RC_PROCESS_STARTED, -1, -1), processes);
    assert_int_equal(readable_names(recorder), follow ? 3 : 0);
    recorder_close(recorder);
}

static void attach_to_brood(const char *kind, bool follow, size_t processes) {
    struct child child = child_start("brood", kind, "3", "wait", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = open_draining(follow);
    attach_to(recorder, child.pid);
    child_tell(&child, "\n");
    child_expect(&child, "here");
    go_on(&child);
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_PROCESS_STARTED, -1, -1), processes);
    recorder_close(recorder);
    child_kill(&child);
}

static void children_that_ask_for_our_trace_are_let_go(void **state) {
    (void)state;
    launch_brood("asking", false, 1);
    attach_to_brood("asking", false, 1);
}

static void children_that_ask_for_our_trace_are_followed(void **state) {
    (void)state;
    launch_brood("asking", true, 4);
    attach_to_brood("asking", true, 4);
}

static void children_without_an_event_of_their_creator_are_let_go(void **state) {
    (void)state;
    launch_brood("unannounced", false, 1);
    attach_to_brood("unannounced", false, 1);
}

static void children_without_an_event_of_their_creator_are_followed(void **state) {
    (void)state;
    launch_brood("unannounced", true, 4);
    attach_to_brood("unannounced", true, 4);
}

// ---- a leader that ends unseen

// The kernel tells nobody of the end of a leader whose tid passes, by exec, to a thread that is no longer traced.
static void replace_leader(struct recorder *recorder) {
    await_events(recorder, RC_THREAD_STARTED, -1, -1, 1);
    const struct rc_event event = recorder_event(recorder, find_event(recorder, RC_THREAD_STARTED, -1, -1));
    const pid_t leader = (pid_t)event.tgid;
    const pid_t thread = (pid_t)event.tid;
    await_in_call(thread, SYS_rt_sigtimedwait);
    await_state(leader, 'D'); // in vfork
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    while (tracer_of(thread) != 0) {
        (void)sched_yield();
    }
    assert_int_not_equal(tracer_of(leader), 0);
    assert_int_equal(syscall(SYS_tgkill, leader, thread, SIGUSR1), 0);
    recorder_finish(recorder);
    assert_int_equal(count_events(recorder, RC_DETACHED, leader, -1), 1);
}

static void a_leader_replaced_by_a_thread_let_go_before_is_let_go(void **state) {
    (void)state;
    struct recorder *recorder = open_draining(false);
    const pid_t pid = launch_tracee(recorder, "exec_in_vfork", NULL);
    replace_leader(recorder);
    assert_int_equal(tracer_of(pid), 0);
    assert_int_equal(kill(pid, SIGKILL), 0); // the new program
    recorder_close(recorder);
}

static void a_leader_replaced_by_a_program_that_has_ended_is_let_go(void **state) {
    (void)state;
    struct recorder *recorder = open_draining(true);
    const pid_t pid = launch_tracee(recorder, "exec_in_vfork", "child", NULL);
    replace_leader(recorder);
    assert_int_equal(kill(pid, SIGKILL), 0);
    recorder_close(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_processes_than_descriptors_run_through_and_are_read),
        cmocka_unit_test(more_processes_than_descriptors_leave_some_to_everybody_else),
        cmocka_unit_test(processes_are_read_when_no_descriptor_is_left),
        cmocka_unit_test(processes_that_proc_hides_run_through),
        cmocka_unit_test(a_proc_of_another_pid_namespace_is_refused),
        cmocka_unit_test(a_missing_proc_is_refused),
        cmocka_unit_test(children_that_ask_for_our_trace_are_let_go),
        cmocka_unit_test(children_that_ask_for_our_trace_are_followed),
        cmocka_unit_test(children_without_an_event_of_their_creator_are_let_go),
        cmocka_unit_test(children_without_an_event_of_their_creator_are_followed),
        cmocka_unit_test(a_leader_replaced_by_a_thread_let_go_before_is_let_go),
        cmocka_unit_test(a_leader_replaced_by_a_program_that_has_ended_is_let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

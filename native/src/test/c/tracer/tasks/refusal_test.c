// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What cannot be traced is refused with its reason.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "session.h"
#include "threads/clock.h"
#include "tracee/proc/procfs.h"

static struct rc_result try_attach(pid_t pid) {
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    const struct rc_result result = rc_session_attach(recorder_session(recorder), pid);
    recorder_close(recorder);
    return result;
}

static pid_t find_kernel_thread(void) {
    const pid_t kthreadd = 2;
    return rc_proc_is_kernel_thread(kthreadd) ? kthreadd : 0;
}

static void what_cannot_be_traced_is_refused_with_its_reason(void **state) {
    (void)state;
    assert_int_equal(try_attach(0x3fffffff).refusal, RC_NO_SUCH_PROCESS);
    assert_int_equal(try_attach(0).refusal, RC_NO_SUCH_PROCESS);
    assert_int_equal(try_attach(-1).refusal, RC_NO_SUCH_PROCESS);
    assert_int_equal(try_attach(1).refusal, RC_FORBIDDEN);
    assert_int_equal(try_attach(getpid()).refusal, RC_SELF);
    if (find_kernel_thread() != 0) {
        assert_int_equal(try_attach(find_kernel_thread()).refusal, RC_KERNEL_THREAD);
    } else {
        print_message("  no kernel thread is visible here (a PID namespace): that refusal is not tested\n");
    }
}

static void a_zombie_is_refused(void **state) {
    (void)state;
    const pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    // Dead is a process that can be reaped. Its leader alone is dead earlier where it has more threads, as one of
    // ThreadSanitizer has.
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(try_attach(pid).refusal, RC_ZOMBIE);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

struct killing {
    pid_t pid;
    uint64_t delay_ns;
    _Atomic uint64_t began_ns;
};

static void *kill_later(void *argument) {
    struct killing *killing = argument;
    while (killing->began_ns == 0 || rc_now() < killing->began_ns + killing->delay_ns) {
    }
    assert_int_equal(kill(killing->pid, SIGKILL), 0);
    return NULL;
}

// It lives when it is looked at, and is dead when it is to be seized, if the signal comes at the right moment: hence
// many of them.
static void a_process_that_dies_during_the_attach_is_no_absent_one(void **state) {
    (void)state;
    enum { ROUNDS = MANY(150), STEP_NS = 300000 / ROUNDS };
    for (int round = 0; round < ROUNDS; round++) {
        struct child child = child_start("blocked", "pause", NULL);
        child_expect(&child, "ready");
        assert_int_equal(kill(child.parent, SIGSTOP), 0); // nobody reaps it
        await_state(child.parent, 'T');
        struct recorder *recorder = recorder_open_draining();
        struct killing killing = {.pid = child.pid, .delay_ns = (uint64_t)round * STEP_NS};
        pthread_t killer;
        assert_int_equal(pthread_create(&killer, NULL, kill_later, &killing), 0);
        killing.began_ns = rc_now();
        const enum rc_refusal refusal = rc_session_attach(recorder_session(recorder), child.pid).refusal;
        assert_int_equal(pthread_join(killer, NULL), 0);
        recorder_stop_and_close(recorder);
        assert_int_equal(refusal, refusal == RC_OK ? RC_OK : RC_ZOMBIE);
        assert_int_equal(kill(child.parent, SIGCONT), 0);
        assert_int_equal(child_wait(&child), 128 + SIGKILL);
    }
}

static void a_traced_process_is_refused_with_its_tracer(void **state) {
    (void)state;
    struct child child = child_start("blocked", "pause", NULL);
    child_expect(&child, "ready");
    struct recorder *recorder = recorder_open_draining();
    attach_to(recorder, child.pid);
    const struct rc_result result = try_attach(child.pid);
    assert_int_equal(result.refusal, RC_ALREADY_TRACED);
    assert_int_equal(result.detail, getpid());
    recorder_stop_and_close(recorder);
    child_kill(&child);
}

static void another_users_process_is_refused(void **state) {
    (void)state;
    if (getuid() != 0) {
        print_message("  needs root to become somebody else\n");
        skip();
    }
    struct child child = child_start("blocked", "pause", NULL);
    child_expect(&child, "ready");
    const pid_t pid = fork();
    if (pid == 0) {
        const struct rc_options options = default_options();
        struct rc_session *session = NULL;
        if (setresuid(65534, 65534, 65534) != 0 || rc_session_open(&options, &session) != 0) {
            _exit(100);
        }
        const struct rc_result result = rc_session_attach(session, child.pid);
        _exit((int)result.refusal);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    const int scope = rc_proc_yama_scope();
    assert_int_equal(WEXITSTATUS(status), scope >= 2 ? RC_YAMA_DENIED : RC_PERMISSION_DENIED);
    child_kill(&child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_traced_is_refused_with_its_reason),
        cmocka_unit_test(a_zombie_is_refused),
        cmocka_unit_test(a_process_that_dies_during_the_attach_is_no_absent_one),
        cmocka_unit_test(a_traced_process_is_refused_with_its_tracer),
        cmocka_unit_test(another_users_process_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

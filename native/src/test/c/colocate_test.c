// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A hot thread is kept on its tracer's CPU: the target cannot tell, and nothing of it remains.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"
#include "session.h"

static cpu_set_t affinity_of(pid_t tid) {
    cpu_set_t set;
    assert_int_equal(sched_getaffinity(tid, sizeof set, &set), 0);
    return set;
}

static void await_cpus(pid_t tid, int count) {
    const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
    for (;;) {
        const cpu_set_t set = affinity_of(tid);
        if (CPU_COUNT(&set) == count) {
            return;
        }
        assert_true(rc_now() < until);
        const struct timespec pause = {.tv_nsec = 1000000};
        (void)nanosleep(&pause, NULL);
    }
}

static int skip_on_one_cpu(void) {
    const cpu_set_t set = affinity_of(0);
    if (CPU_COUNT(&set) > 1) {
        return 0;
    }
    print_message("  one CPU only: nothing can be moved\n");
    return 1;
}

static struct rc_options colocating(void) {
    struct rc_options options = default_options();
    options.colocate = true;
    return options;
}

static struct child start_placed(void) {
    struct child child = child_start("placed", NULL);
    child_expect(&child, "ready");
    return child;
}

static struct recorder *colocate(const struct rc_options *options, const struct child *child) {
    struct recorder *recorder = recorder_open(options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child->pid);
    await_cpus(child->pid, 1);
    return recorder;
}

static void stop(struct recorder *recorder) {
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    recorder_close(recorder);
}

static void a_hot_thread_shares_its_tracers_cpu_until_it_is_let_go(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    struct child child = start_placed();
    const cpu_set_t before = affinity_of(child.pid);
    const struct rc_options options = colocating();
    struct recorder *recorder = colocate(&options, &child);
    const pid_t tracer = tracer_of(child.pid);
    const cpu_set_t target = affinity_of(child.pid);
    const cpu_set_t ours = affinity_of(tracer);
    assert_true(CPU_EQUAL(&target, &ours));
    rc_session_stop(recorder_session(recorder), RC_DETACH_REQUESTED);
    recorder_finish(recorder);
    struct rc_stats stats;
    rc_session_stats(recorder_session(recorder), &stats);
    assert_true(stats.moved > 0);
    recorder_close(recorder);
    const cpu_set_t after = affinity_of(child.pid);
    assert_true(CPU_EQUAL(&before, &after));
    child_kill(&child);
}

static void without_the_option_nobody_is_moved(void **state) {
    (void)state;
    struct child child = start_placed();
    const cpu_set_t before = affinity_of(child.pid);
    const struct rc_options options = default_options();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    await_events(recorder, RC_CALL, child.pid, SYS_getppid, 50000); // many reviews
    const cpu_set_t now = affinity_of(child.pid);
    assert_true(CPU_EQUAL(&before, &now));
    stop(recorder);
    child_kill(&child);
}

static void the_target_sees_its_own_affinity(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    struct child child = start_placed();
    const cpu_set_t before = affinity_of(child.pid);
    const struct rc_options options = colocating();
    struct recorder *recorder = colocate(&options, &child);
    child_tell(&child, "count\n");
    assert_int_equal(child_number(&child), CPU_COUNT(&before));
    stop(recorder);
    child_kill(&child);
}

static void what_the_target_sets_itself_is_kept(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    struct child child = start_placed();
    const struct rc_options options = colocating();
    struct recorder *recorder = colocate(&options, &child);
    child_tell(&child, "one\n");
    child_expect(&child, "done");
    child_tell(&child, "count\n");
    assert_int_equal(child_number(&child), 1);
    stop(recorder);
    const cpu_set_t after = affinity_of(child.pid);
    assert_int_equal(CPU_COUNT(&after), 1);
    child_kill(&child);
}

static void children_and_threads_are_born_with_the_affinity_of_the_program(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    struct child child = start_placed();
    const cpu_set_t before = affinity_of(child.pid);
    const struct rc_options options = colocating();
    struct recorder *recorder = colocate(&options, &child);
    child_tell(&child, "child\n");
    const pid_t forked = (pid_t)child_number(&child);
    const pid_t thread = (pid_t)child_number(&child);
    await_in_call(forked, SYS_pause);
    await_in_call(thread, SYS_pause);
    const cpu_set_t of_forked = affinity_of(forked);
    const cpu_set_t of_thread = affinity_of(thread);
    assert_true(CPU_EQUAL(&before, &of_forked));
    assert_true(CPU_EQUAL(&before, &of_thread));
    stop(recorder);
    child_kill(&child);
}

static void a_thread_that_cools_down_gets_its_affinity_back(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    struct child child = start_placed();
    const cpu_set_t before = affinity_of(child.pid);
    const struct rc_options options = colocating();
    struct recorder *recorder = colocate(&options, &child);
    assert_int_equal(kill(child.pid, SIGSTOP), 0); // no calls any more
    await_cpus(child.pid, CPU_COUNT(&before));
    assert_int_equal(kill(child.pid, SIGCONT), 0);
    await_cpus(child.pid, 1);
    stop(recorder);
    const cpu_set_t after = affinity_of(child.pid);
    assert_true(CPU_EQUAL(&before, &after));
    child_kill(&child);
}

// ---- a tracer that is killed

static char *journal_path(void) {
    static char path[64];
    (void)snprintf(path, sizeof path, "/tmp/renacer-journal-test-%d", getpid());
    return path;
}

static _Noreturn void trace_until_killed(pid_t pid, char *journal) {
    struct rc_options options = colocating();
    options.journal = journal;
    options.policy = RC_POLICY_DROP; // nobody reads
    struct rc_session *session = NULL;
    if (rc_session_open(&options, &session) != 0 || rc_session_attach(session, pid).refusal != RC_OK) {
        _exit(1);
    }
    for (;;) {
        (void)pause();
    }
}

static void after_a_killed_tracer_the_journal_gives_affinities_back(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    char *journal = journal_path();
    for (int round = 0; round < 5; round++) {
        struct child child = start_placed();
        const cpu_set_t before = affinity_of(child.pid);
        const pid_t tracer = fork();
        assert_true(tracer >= 0);
        if (tracer == 0) {
            trace_until_killed(child.pid, journal);
        }
        await_cpus(child.pid, 1);
        assert_int_equal(rc_affinity_recover(journal), -EBUSY);
        assert_int_equal(kill(tracer, SIGKILL), 0);
        assert_int_equal(waitpid(tracer, NULL, 0), tracer);
        const cpu_set_t left = affinity_of(child.pid);
        assert_int_equal(CPU_COUNT(&left), 1);
        assert_true(rc_affinity_recover(journal) >= 1);
        const cpu_set_t after = affinity_of(child.pid);
        assert_true(CPU_EQUAL(&before, &after));
        assert_int_equal(access(journal, F_OK), -1);
        child_tell(&child, "count\n"); // and it goes on
        assert_int_equal(child_number(&child), CPU_COUNT(&before));
        child_kill(&child);
    }
}

static void a_file_that_is_no_journal_is_refused(void **state) {
    (void)state;
    char *journal = journal_path();
    FILE *file = fopen(journal, "w");
    assert_non_null(file);
    assert_true(fputs("not a journal\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rc_affinity_recover(journal), -EINVAL);
    assert_int_equal(unlink(journal), 0);
    assert_int_equal(rc_affinity_recover(journal), -ENOENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hot_thread_shares_its_tracers_cpu_until_it_is_let_go),
        cmocka_unit_test(without_the_option_nobody_is_moved),
        cmocka_unit_test(the_target_sees_its_own_affinity),
        cmocka_unit_test(what_the_target_sets_itself_is_kept),
        cmocka_unit_test(children_and_threads_are_born_with_the_affinity_of_the_program),
        cmocka_unit_test(a_thread_that_cools_down_gets_its_affinity_back),
        cmocka_unit_test(after_a_killed_tracer_the_journal_gives_affinities_back),
        cmocka_unit_test(a_file_that_is_no_journal_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

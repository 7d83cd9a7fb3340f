// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A hot thread is kept on its tracer's CPU: the target cannot tell, and nothing of it remains.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
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

// ---- somebody else keeps the record

static struct rc_options asking(void) {
    struct rc_options options = colocating();
    options.ask_before_moving = true;
    return options;
}

// Waits until the session asks to move the thread.
static struct rc_placement await_wish(struct rc_session *session, pid_t tid) {
    const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
    for (;;) {
        struct rc_placement placements[RC_PLACEMENTS];
        const size_t count = rc_session_placements(session, placements);
        for (size_t i = 0; i < count; i++) {
            if (placements[i].tid == tid) {
                return placements[i];
            }
        }
        assert_true(rc_now() < until);
        const struct timespec pause = {.tv_nsec = 1000000};
        (void)nanosleep(&pause, NULL);
    }
}

static void nobody_is_moved_before_the_wish_is_recorded(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    struct child child = start_placed();
    const cpu_set_t before = affinity_of(child.pid);
    const struct rc_options options = asking();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    struct rc_placement wish = await_wish(recorder_session(recorder), child.pid);
    await_events(recorder, RC_CALL, child.pid, SYS_getppid, 50000); // many reviews
    const cpu_set_t waiting = affinity_of(child.pid);
    assert_true(CPU_EQUAL(&before, &waiting));
    assert_false(wish.permitted);
    assert_int_equal(wish.tgid, child.pid);
    assert_memory_equal(wish.own, &before, sizeof before);
    assert_true(CPU_ISSET((size_t)wish.cpu, &before));

    rc_session_permit(recorder_session(recorder), &wish, 1);
    await_cpus(child.pid, 1);
    const cpu_set_t moved = affinity_of(child.pid);
    assert_true(CPU_ISSET((size_t)wish.cpu, &moved));
    assert_true(await_wish(recorder_session(recorder), child.pid).permitted);
    stop(recorder);
    const cpu_set_t after = affinity_of(child.pid);
    assert_true(CPU_EQUAL(&before, &after));
    child_kill(&child);
}

static void a_permission_for_another_affinity_than_the_threads_own_permits_nothing(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    struct child child = start_placed();
    const cpu_set_t before = affinity_of(child.pid);
    const struct rc_options options = asking();
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    attach_to(recorder, child.pid);
    struct rc_placement wish = await_wish(recorder_session(recorder), child.pid);
    memset(wish.own, 0, sizeof wish.own);
    wish.own[0] = 1;
    rc_session_permit(recorder_session(recorder), &wish, 1);
    await_events(recorder, RC_CALL, child.pid, SYS_getppid, 50000); // many reviews
    const cpu_set_t now = affinity_of(child.pid);
    assert_true(CPU_EQUAL(&before, &now));
    stop(recorder);
    child_kill(&child);
}

// Threads restricted to one CPU, as a container's cpuset restricts them, stay on it.
static void a_thread_is_never_moved_beyond_what_it_may_use(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    const cpu_set_t all = affinity_of(0);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET((size_t)cpu, &all)) {
            continue;
        }
        struct child child = start_placed();
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET((size_t)cpu, &one);
        assert_int_equal(sched_setaffinity(child.pid, sizeof one, &one), 0);
        const struct rc_options options = asking();
        struct recorder *recorder = recorder_open(&options);
        recorder_drain(recorder, 500, 1 << 20);
        attach_to(recorder, child.pid);
        struct rc_placement wish = await_wish(recorder_session(recorder), child.pid);
        assert_int_equal(wish.cpu, cpu);
        rc_session_permit(recorder_session(recorder), &wish, 1);
        await_events(recorder, RC_CALL, child.pid, SYS_getppid, 20000);
        const cpu_set_t now = affinity_of(child.pid);
        assert_true(CPU_EQUAL(&one, &now));
        stop(recorder);
        child_kill(&child);
    }
}

static _Noreturn void trace_with_permission_until_killed(pid_t pid, int record) {
    struct rc_options options = asking();
    options.policy = RC_POLICY_DROP; // nobody reads
    struct rc_session *session = NULL;
    if (rc_session_open(&options, &session) != 0 || rc_session_attach(session, pid).refusal != RC_OK) {
        _exit(1);
    }
    const struct rc_placement wish = await_wish(session, pid);
    if (write(record, &wish, sizeof wish) != (ssize_t)sizeof wish) {
        _exit(1);
    }
    rc_session_permit(session, &wish, 1);
    for (;;) {
        (void)pause();
    }
}

static void after_a_killed_tracer_the_record_gives_the_affinity_back_once(void **state) {
    (void)state;
    if (skip_on_one_cpu()) {
        return;
    }
    struct child child = start_placed();
    const cpu_set_t before = affinity_of(child.pid);
    int record[2];
    assert_int_equal(pipe(record), 0);
    const pid_t tracer = fork();
    assert_true(tracer >= 0);
    if (tracer == 0) {
        trace_with_permission_until_killed(child.pid, record[1]);
    }
    struct rc_placement recorded;
    assert_int_equal(read(record[0], &recorded, sizeof recorded), (ssize_t)sizeof recorded);
    await_cpus(child.pid, 1);
    assert_int_equal(kill(tracer, SIGKILL), 0);
    assert_int_equal(waitpid(tracer, NULL, 0), tracer);

    struct rc_placement namesake = recorded;
    namesake.start++;
    assert_false(rc_placement_restore(&namesake));
    const cpu_set_t left = affinity_of(child.pid);
    assert_int_equal(CPU_COUNT(&left), 1);
    assert_true(rc_placement_restore(&recorded));
    const cpu_set_t after = affinity_of(child.pid);
    assert_true(CPU_EQUAL(&before, &after));
    assert_false(rc_placement_restore(&recorded)); // it sits elsewhere now: not ours to change
    assert_int_equal(close(record[0]), 0);
    assert_int_equal(close(record[1]), 0);
    child_kill(&child);
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
        cmocka_unit_test(nobody_is_moved_before_the_wish_is_recorded),
        cmocka_unit_test(a_permission_for_another_affinity_than_the_threads_own_permits_nothing),
        cmocka_unit_test(a_thread_is_never_moved_beyond_what_it_may_use),
        cmocka_unit_test(after_a_killed_tracer_the_record_gives_the_affinity_back_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

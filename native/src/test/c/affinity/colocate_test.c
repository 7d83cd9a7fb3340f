// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A hot thread is kept on its tracer's CPU: the target cannot tell, and nothing of it remains.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "affinity/journal.h"
#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "scene.h"
#include "session.h"
#include "tracee/proc/procfs.h"

static void a_hot_thread_shares_its_tracers_cpu_until_it_is_let_go(void **state) {
    (void)state;
    need_two_cpus();
    struct scene scene = scene_open_moved();
    const cpu_set_t ours = affinity_of(tracer_of(scene.child.pid));
    assert_cpus(scene.child.pid, &ours);
    rc_session_stop(recorder_session(scene.recorder), RC_DETACH_REQUESTED);
    recorder_finish(scene.recorder);
    struct rc_stats stats;
    rc_session_stats(recorder_session(scene.recorder), &stats);
    assert_true(stats.moved > 0);
    scene_let_go(&scene);
    assert_cpus(scene.child.pid, &scene.before);
    scene_close(&scene);
}

static void without_the_option_nobody_is_moved(void **state) {
    (void)state;
    struct scene scene = scene_open_traced(default_options());
    scene_await_calls(&scene, MANY(50000)); // many reviews
    assert_cpus(scene.child.pid, &scene.before);
    scene_close(&scene);
}

static void the_target_sees_its_own_affinity(void **state) {
    (void)state;
    need_two_cpus();
    struct scene scene = scene_open_moved();
    child_tell(&scene.child, "count\n");
    assert_int_equal(child_number(&scene.child), CPU_COUNT(&scene.before));
    scene_close(&scene);
}

static void what_the_target_sets_itself_is_kept(void **state) {
    (void)state;
    need_two_cpus();
    struct scene scene = scene_open_moved();
    child_tell(&scene.child, "one\n");
    child_expect(&scene.child, "done");
    child_tell(&scene.child, "count\n");
    assert_int_equal(child_number(&scene.child), 1);
    scene_let_go(&scene);
    const cpu_set_t after = affinity_of(scene.child.pid);
    assert_int_equal(CPU_COUNT(&after), 1);
    scene_close(&scene);
}

static void children_and_threads_are_born_with_the_affinity_of_the_program(void **state) {
    (void)state;
    need_two_cpus();
    struct scene scene = scene_open_moved();
    child_tell(&scene.child, "child\n");
    const pid_t forked = (pid_t)child_number(&scene.child);
    const pid_t thread = (pid_t)child_number(&scene.child);
    await_in_call(forked, NR_PAUSE);
    await_in_call(thread, NR_PAUSE);
    assert_cpus(forked, &scene.before);
    assert_cpus(thread, &scene.before);
    scene_close(&scene);
}

static void a_thread_that_cools_down_gets_its_affinity_back(void **state) {
    (void)state;
    need_two_cpus();
    struct scene scene = scene_open_moved();
    assert_int_equal(kill(scene.child.pid, SIGSTOP), 0); // no calls any more
    await_cpus(scene.child.pid, CPU_COUNT(&scene.before));
    assert_int_equal(kill(scene.child.pid, SIGCONT), 0);
    await_cpus(scene.child.pid, 1);
    scene_let_go(&scene);
    assert_cpus(scene.child.pid, &scene.before);
    scene_close(&scene);
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
    need_two_cpus();
    char *journal = journal_path();
    for (int round = 0; round < 5; round++) {
        struct scene scene = scene_open();
        const pid_t tracer = fork();
        assert_true(tracer >= 0);
        if (tracer == 0) {
            trace_until_killed(scene.child.pid, journal);
        }
        await_cpus(scene.child.pid, 1);
        assert_int_equal(rc_affinity_recover(journal), -EBUSY);
        kill_tracer(tracer, scene.child.pid);
        assert_true(rc_affinity_recover(journal) >= 1);
        assert_cpus(scene.child.pid, &scene.before);
        assert_int_equal(access(journal, F_OK), -1);
        child_tell(&scene.child, "count\n"); // and it goes on
        assert_int_equal(child_number(&scene.child), CPU_COUNT(&scene.before));
        scene_close(&scene);
    }
}

// What a tracer leaves that is killed while it keeps the thread `pid` on the lowest CPU of `own`.
static void leave_on_one_cpu(const char *path, pid_t pid, const cpu_set_t *own) {
    size_t cpu = 0;
    while (!CPU_ISSET(cpu, own)) {
        cpu++;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    const pid_t tracer = fork();
    assert_true(tracer >= 0);
    if (tracer == 0) {
        struct rc_journal *journal = NULL;
        uint16_t entry = 0;
        const bool left = rc_journal_open(path, &journal) == 0 &&
                          rc_journal_add(journal, pid, pid, (int)cpu, own, &entry) &&
                          sched_setaffinity(pid, sizeof one, &one) == 0;
        _exit(left ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(tracer, &status, 0), tracer);
    assert_int_equal(status, 0);
}

static bool belongs(void *own, pid_t tid) {
    cpu_set_t now;
    assert_true(sched_getaffinity(tid, sizeof now, &now) != 0 || CPU_EQUAL(&now, (const cpu_set_t *)own));
    return true;
}

static void threads_that_are_created_during_a_recovery_get_their_affinity_too(void **state) {
    (void)state;
    need_two_cpus();
    struct child storm = child_start("storm", NULL);
    child_expect(&storm, "ready");
    cpu_set_t own = affinity_of(storm.pid);
    for (int round = 0; round < MANY(500); round++) {
        leave_on_one_cpu(journal_path(), storm.pid, &own);
        assert_true(rc_affinity_recover(journal_path()) >= 1);
        assert_int_equal(rc_proc_tasks(storm.pid, belongs, &own), 0);
    }
    child_tell(&storm, "end\n");
    assert_int_equal(child_wait(&storm), 0);
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
        cmocka_unit_test(threads_that_are_created_during_a_recovery_get_their_affinity_too),
        cmocka_unit_test(a_file_that_is_no_journal_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A hot thread is moved only once somebody else has recorded where it belongs, and by that record it gets back there.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "scene.h"
#include "session.h"
#include "threads/clock.h"

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

static struct rc_placement await_wish_of(const struct scene *scene) {
    return await_wish(recorder_session(scene->recorder), scene->child.pid);
}

static void nobody_is_moved_before_the_wish_is_recorded(void **state) {
    (void)state;
    need_two_cpus();
    struct scene scene = scene_open_traced(asking());
    const pid_t pid = scene.child.pid;
    struct rc_placement wish = await_wish_of(&scene);
    scene_await_calls(&scene, MANY(50000)); // many reviews
    assert_cpus(pid, &scene.before);
    assert_false(wish.permitted);
    assert_int_equal(wish.tgid, pid);
    assert_memory_equal(wish.own, &scene.before, sizeof scene.before);
    assert_true(CPU_ISSET((size_t)wish.cpu, &scene.before));

    rc_session_permit(recorder_session(scene.recorder), &wish, 1);
    await_cpus(pid, 1);
    const cpu_set_t moved = affinity_of(pid);
    assert_true(CPU_ISSET((size_t)wish.cpu, &moved));
    assert_true(await_wish_of(&scene).permitted);
    scene_let_go(&scene);
    assert_cpus(pid, &scene.before);
    scene_close(&scene);
}

static void a_permission_for_another_affinity_than_the_threads_own_permits_nothing(void **state) {
    (void)state;
    need_two_cpus();
    struct scene scene = scene_open_traced(asking());
    struct rc_placement wish = await_wish_of(&scene);
    memset(wish.own, 0, sizeof wish.own);
    wish.own[0] = 1;
    rc_session_permit(recorder_session(scene.recorder), &wish, 1);
    scene_await_calls(&scene, MANY(50000)); // many reviews
    assert_cpus(scene.child.pid, &scene.before);
    scene_close(&scene);
}

static void expect_to_stay_on(int cpu) {
    struct scene scene = scene_open();
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    assert_int_equal(sched_setaffinity(scene.child.pid, sizeof one, &one), 0);
    const struct rc_options options = asking();
    scene_trace(&scene, &options);
    struct rc_placement wish = await_wish_of(&scene);
    assert_int_equal(wish.cpu, cpu);
    rc_session_permit(recorder_session(scene.recorder), &wish, 1);
    scene_await_calls(&scene, MANY(20000));
    assert_cpus(scene.child.pid, &one);
    scene_close(&scene);
}

// Threads restricted to one CPU, as a container's cpuset restricts them, stay on it.
static void a_thread_is_never_moved_beyond_what_it_may_use(void **state) {
    (void)state;
    need_two_cpus();
    const cpu_set_t all = affinity_of(0);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET((size_t)cpu, &all)) {
            expect_to_stay_on(cpu);
        }
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
    need_two_cpus();
    struct scene scene = scene_open();
    int record[2];
    assert_int_equal(pipe(record), 0);
    const pid_t tracer = fork();
    assert_true(tracer >= 0);
    if (tracer == 0) {
        trace_with_permission_until_killed(scene.child.pid, record[1]);
    }
    struct rc_placement recorded;
    assert_int_equal(read(record[0], &recorded, sizeof recorded), (ssize_t)sizeof recorded);
    await_cpus(scene.child.pid, 1);
    kill_tracer(tracer, scene.child.pid);

    struct rc_placement namesake = recorded;
    namesake.start++;
    assert_int_equal(rc_placement_restore(&namesake), 0);
    const cpu_set_t left = affinity_of(scene.child.pid);
    assert_int_equal(CPU_COUNT(&left), 1);
    struct rc_placement elsewhere = recorded;
    memset(elsewhere.own, 0, sizeof elsewhere.own);
    // There is none of these CPUs: it stays, and that is told.
    assert_int_equal(rc_placement_restore(&elsewhere), -EINVAL);
    assert_int_equal(rc_placement_restore(&recorded), 1);
    assert_cpus(scene.child.pid, &scene.before);
    assert_int_equal(rc_placement_restore(&recorded), 0); // it sits elsewhere now: not ours to change
    assert_int_equal(close(record[0]), 0);
    assert_int_equal(close(record[1]), 0);
    scene_close(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_moved_before_the_wish_is_recorded),
        cmocka_unit_test(a_permission_for_another_affinity_than_the_threads_own_permits_nothing),
        cmocka_unit_test(a_thread_is_never_moved_beyond_what_it_may_use),
        cmocka_unit_test(after_a_killed_tracer_the_record_gives_the_affinity_back_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

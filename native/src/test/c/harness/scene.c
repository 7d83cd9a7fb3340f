// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "capture.h"
#include "ring/event.h"
#include "scene.h"
#include "threads/clock.h"

cpu_set_t affinity_of(pid_t tid) {
    cpu_set_t set;
    assert_int_equal(sched_getaffinity(tid, sizeof set, &set), 0);
    return set;
}

void await_cpus(pid_t tid, int count) {
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

void assert_cpus(pid_t tid, const cpu_set_t *expected) {
    const cpu_set_t now = affinity_of(tid);
    assert_true(CPU_EQUAL(&now, expected));
}

void need_two_cpus(void) {
    const cpu_set_t set = affinity_of(0);
    if (CPU_COUNT(&set) < 2) {
        print_message("  one CPU only: nothing can be moved\n");
        skip();
    }
    need_hot_threads(1);
}

struct rc_options colocating(void) {
    struct rc_options options = default_options();
    options.colocate = true;
    return options;
}

struct scene scene_open(void) {
    struct scene scene = {.child = child_start("placed", NULL)};
    child_expect(&scene.child, "ready");
    scene.before = affinity_of(scene.child.pid);
    return scene;
}

void scene_trace(struct scene *scene, const struct rc_options *options) {
    scene->recorder = recorder_open(options);
    recorder_drain(scene->recorder, 500, 1 << 20);
    attach_to(scene->recorder, scene->child.pid);
}

struct scene scene_open_traced(struct rc_options options) {
    struct scene scene = scene_open();
    scene_trace(&scene, &options);
    return scene;
}

struct scene scene_open_moved(void) {
    struct scene scene = scene_open_traced(colocating());
    await_cpus(scene.child.pid, 1);
    return scene;
}

void scene_await_calls(const struct scene *scene, size_t count) {
    await_events(scene->recorder, RC_CALL, scene->child.pid, SYS_getppid, count);
}

void scene_let_go(struct scene *scene) {
    rc_session_stop(recorder_session(scene->recorder), RC_DETACH_REQUESTED);
    recorder_finish(scene->recorder);
    recorder_close(scene->recorder);
    scene->recorder = NULL;
}

void scene_close(struct scene *scene) {
    if (scene->recorder != NULL) {
        scene_let_go(scene);
    }
    child_kill(&scene->child);
}

void kill_tracer(pid_t tracer, pid_t target) {
    assert_int_equal(kill(tracer, SIGKILL), 0);
    assert_int_equal(waitpid(tracer, NULL, 0), tracer);
    const cpu_set_t left = affinity_of(target);
    assert_int_equal(CPU_COUNT(&left), 1);
}

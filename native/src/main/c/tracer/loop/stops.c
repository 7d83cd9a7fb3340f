// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Chooses the stop that is looked at next.
//
// waitpid(-1) looks at its tracees in a fixed order and returns the first that is stopped. A thread that stops again
// before we are back would be served for ever, and those behind it would starve. So whenever waitpid finds a pending
// stop, all other pending ones are collected before the next is looked at, and served in the order in which they came.
// Whether a stop was pending is judged by the time waitpid took, which is misleading on a crowded machine; so they are
// collected every few waits in any case.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "arch/request.h"
#include "session.h"
#include "tracee/stop_queue.h"
#include "threads/clock.h"
#include "throttle/slowdown.h"
#include "tracer/loop/stops.h"
#include "tracer/workers/failure.h"
#include "tracer/workers/tracer_lock.h"

// Whether a task is still in a stop that was collected a while ago. A killed one is not; and the tid of a leader passes
// to the thread that executes a program, whose own stop must not be mistaken for it.
static bool still_stands(const struct rc_stop *stop) {
    if (!WIFSTOPPED(stop->status)) {
        return true; // a death is final
    }
    siginfo_t info;
    if (!rc_request(PTRACE_GETSIGINFO, stop->tid, NULL, &info)) {
        return errno != ESRCH; // a group-stop has none
    }
    enum { EXEC_STOP = SIGTRAP | PTRACE_EVENT_EXEC << 8 };
    return info.si_code != EXEC_STOP || (stop->status >> 8) == EXEC_STOP;
}

// If memory is short, stops keep waiting in the kernel.
void rc_stops_collect(struct rc_tracer *tracer) {
    struct rc_worker *worker = rc_current_worker(tracer);
    while (rc_stop_queue_reserve(&worker->queue)) {
        int status = 0;
        const pid_t tid = waitpid(-1, &status, __WALL | __WNOTHREAD | WNOHANG);
        if (tid <= 0) {
            return; // none is left, or a signal came; the next blocking wait shows what it was
        }
        (void)rc_stop_queue_keep(&worker->queue, tid, status, worker->idle_ns);
    }
}

bool rc_stops_take(struct rc_tracer *tracer, struct rc_stop *stop) {
    struct rc_worker *worker = rc_current_worker(tracer);
    while (worker->queue.count > 0) {
        *stop = rc_stop_queue_take(&worker->queue);
        if (still_stands(stop)) {
            return true;
        }
    }
    return false;
}

// A program launched here and detached is our child as long as it lives.
static bool is_child(pid_t launched) {
    siginfo_t info;
    return launched != 0 &&
           (waitid(P_PID, (id_t)launched, &info, WEXITED | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD) == 0 ||
            errno != ECHILD);
}

bool rc_stops_are_owed(struct rc_tracer *tracer) {
    const pid_t launched = tracer->session->launched_pid;
    const uint64_t until = rc_now() + RC_HELD_NS;
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        if (waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD) != 0) {
            return false; // ECHILD: no tracee and no child
        }
        if (!is_child(launched) || (info.si_pid != 0 && info.si_pid != launched)) {
            return true;
        }
        // That child hides whether there is a tracee. A tracee just created comes to its stop as soon as it gets a CPU.
        if (rc_now() >= until) {
            return false;
        }
        const struct timespec moment = {.tv_nsec = 1000000};
        (void)nanosleep(&moment, NULL);
    }
}

enum { SERVED_AT_ONCE = 64, COLLECT_AT_LEAST = 4 };

// Waits for a stop, while others have the lock. Returns 0, or the reason why there is none, as rc_next_stop does.
static int await_stop(struct rc_tracer *tracer, struct rc_worker *worker, struct rc_stop *stop) {
    // A single task never has to queue.
    const bool crowded = tracer->tasks.of_worker[worker->index] > 1;
    const uint64_t before = crowded ? rc_now() : 0;
    rc_tracer_lock_give(worker);
    // __WNOTHREAD: without it the children of other threads of this process would be reaped here.
    const pid_t tid = waitpid(-1, &stop->status, __WALL | __WNOTHREAD);
    const int error = errno;
    stop->time_ns = rc_now();
    stop->cpu_ns = tid > 0 ? rc_cpu_of_dead(tid, stop->status) : -1;
    stop->waited = rc_tracer_lock_take(worker);
    worker->served = 0;
    const bool slept = rc_slowdown_waited(tracer, before, stop->time_ns);
    stop->idle_ns = worker->idle_ns;
    stop->tid = tid;
    if (tid < 0 && error != EINTR && error != ECHILD) {
        rc_engine_failure(tracer, "waitpid", error);
    }
    worker->uncollected++;
    if (tid > 0 && crowded && (!slept || stop->waited || worker->uncollected >= COLLECT_AT_LEAST)) {
        worker->uncollected = 0;
        rc_stops_collect(tracer);
    }
    return tid > 0 ? 0 : error;
}

int rc_next_stop(struct rc_tracer *tracer, struct rc_stop *stop) {
    struct rc_worker *worker = rc_current_worker(tracer);
    if (worker->queue.count > 0 && ++worker->served >= SERVED_AT_ONCE) {
        worker->served = 0;
        rc_tracer_lock_pass(worker);
    }
    return rc_stops_take(tracer, stop) ? 0 : await_stop(tracer, worker, stop);
}

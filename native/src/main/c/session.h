// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The inside of a session: who owns which thread, and what the threads share. capture.h is the public door.
//
//   any thread   posts a command or a wish to stop under the session's lock, and waits
//   watchdog     wakes the workers until they have looked; enforces deadline and heartbeat
//   worker       an OS thread that waits for the stops of its own tracees and makes all ptrace requests for them, since
//   the kernel ties a tracee to the thread that attached. The workers of a tracer share the tasks, the ring and
//   everything else in rc_tracer: it belongs to the current worker, which holds the lock (tracer_lock.c)
//
// Most sessions have one worker. waitpid looks at each tracee of the thread that calls it, so if many threads are
// attached, the idle ones go to more workers, in batches (batch.c): they then do not slow down a busy one.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "affinity/colocate.h"
#include "capture.h"
#include "ring/ring.h"
#include "tracee/proc/quota.h"
#include "tracee/tasks.h"
#include "threads/ticks.h"
#include "throttle/slowdown.h"

// A ptrace-stop or a death, with the time it was collected at.
struct rc_stop {
    pid_t tid;
    int status;
    uint64_t time_ns;
    uint64_t idle_ns; // no stop was pending at this time: its task stopped later
    int64_t cpu_ns; // of a process that died: its CPU time; -1: not known
    bool waited; // it was collected before it could be looked at
};

// Stops collected before they could be looked at, oldest first; see stop_queue.c.
struct rc_stop_queue {
    struct rc_stop *stops;
    size_t first;
    size_t count;
    size_t capacity;
};

// Events that found no room when their task could not be kept waiting, oldest first; see publish.c.
struct rc_backlog {
    struct rc_late_event *first;
    struct rc_late_event **last;
};

enum rc_command_kind { RC_COMMAND_ATTACH, RC_COMMAND_LAUNCH };

// A request of another thread that only the first worker can carry out. Guarded by the session's lock, except for the
// fields that only that worker uses while it works on the request.
struct rc_command {
    enum rc_command_kind kind;
    pid_t pid;                      // attach: of the target; launch: of the new program
    const struct rc_launch *launch; // valid until the command is taken and the child forked
    struct rc_result result;
    bool taken;
    bool done;
};

struct rc_journal;
struct rc_placements;
struct rc_tracees;

// One OS thread of a tracer.
struct rc_worker {
    struct rc_tracer *tracer;
    unsigned index;
    pthread_t thread;
    void *(*run)(void *worker);
    _Atomic pid_t tid;       // 0 until the thread runs, and once it ends
    _Atomic bool attention;  // a command, a stop, a batch or the end of the session waits to be looked at
    struct rc_stop_queue queue;
    unsigned served;         // stops since it took the lock
    unsigned uncollected;    // waits since stops were last collected
    uint64_t idle_ns;        // no stop of its tasks was pending at this time
    struct rc_ticks room_ticks; // while it waits for room in the ring
    struct rc_ticks lock_ticks; // while it waits for the lock
    struct rc_ticks held_ticks; // while tasks wait for their creators' events
    uint64_t held_until_ns; // 0: none waits
    struct rc_ticks leader_ticks; // while leaders are to be detached whose tids may pass to others
    uint64_t leader_look_ns; // when to look at them next; 0: there are none
    _Atomic bool collecting; // ... in waitpid
    uint64_t look_ns;        // when to check next whose rest is over
    struct rc_ticks rest_ticks;
    unsigned moved;          // its tasks that were moved to its CPU (colocate.c)
    struct rc_batch *batch;  // threads it must seize; NULL: none. Guarded by the session's lock
    pthread_cond_t granting; // signalled when it has the lock (tracer_lock.c)
    _Atomic bool granted;    // it has
    struct rc_worker *next;    // of those that wait for the lock
};

// Which worker is the current one; see tracer_lock.c.
struct rc_tracer_lock {
    pthread_mutex_t mutex;
    bool taken;
    struct rc_worker *first; // of those that wait
    struct rc_worker **last;
};

struct rc_launching {
    struct rc_command *command; // NULL: no launch is under way
    pid_t pid;
    int report; // read end of the pipe on which the child says why it could not become the program
};

struct rc_tracer {
    struct rc_session *session;
    struct rc_quotas quotas;
    struct rc_ring ring;
    struct rc_tasks tasks;
    struct rc_worker workers[RC_WORKERS];
    _Atomic unsigned worker_count;
    bool several; // there has been more than one worker: the lock must be taken
    unsigned current; // index of the worker that holds the lock
    struct rc_tracer_lock lock;
    struct rc_backlog backlog;
    struct rc_launching launching;
    struct rc_mappings *mappings; // NULL: no stacks are copied
    struct rc_published *published_contexts; // of processes (tracer/loop/published.c)
    bool may_wait;     // a full ring may be waited for now
    bool leaving;      // a stop was asked for: every task is detached at its next stop
    bool bound;        // all tasks carry our seccomp filter, so none can be detached alive (launch.c)
    size_t held;       // tasks in RC_TASK_HELD
    bool released;     // at least one of those was adopted without its creator's event
    _Atomic uint64_t calls;
    _Atomic uint64_t published;
    _Atomic uint64_t side_lost;
    _Atomic uint64_t contexts; // of threads, as their applications publish them
    _Atomic uint64_t contexts_unreadable;
    _Atomic uint64_t contexts_unresolved; // programs of which it cannot be found out where they have them
    _Atomic uint64_t stops;
    _Atomic uint64_t task_count;
    _Atomic uint64_t moved;
    struct rc_slowdown slowdown;
    struct rc_colocation colocation;
    _Atomic int obstacle; // what prevents co-location, enum rc_colocation_obstacle
    size_t resting; // tasks that run unwatched for a while; see duty_cycle.c
    _Atomic uint64_t rest_count;
    _Atomic uint64_t unwatched_ns;
    _Atomic uint64_t watched_ns; // the windows that made tasks rest
};

// If many threads are to stop for us, stops are served after this many interrupts, or the first would wait for the
// last.
enum { RC_INTERRUPTED_AT_ONCE = 16 };

// How long a task waits for its creator's event.
enum { RC_HELD_NS = 20000000 };

struct rc_session {
    struct rc_options options;
    struct rc_tracer tracer;
    pthread_t watchdog;
    pthread_mutex_t commander; // one command at a time
    pthread_mutex_t lock;
    pthread_cond_t changed;  // something below changed; waited on by callers and idle workers
    pthread_cond_t watchful; // wakes the watchdog
    struct rc_command *command;
    bool opened;   // an attach or launch was carried out
    _Atomic bool launched_stopped; // the launched program's leader is in a group-stop
    bool launched_ended; // it was detached, and a worker has reaped it since; guarded by lock
    int launched_status; // then
    _Atomic bool finished; // no task is traced any more and everything is published
    bool quit;     // the threads must end
    _Atomic bool closing; // tasks that cannot be detached must be killed
    _Atomic bool bound;   // as in rc_tracer, for other threads
    _Atomic int stop_reason; // enum rc_detach_reason; 0: none asked for
    _Atomic uint64_t heartbeat_ns;
    uint64_t opened_ns;
    int64_t epoch_offset_ns;
    struct rc_journal *journal; // NULL: none
    struct rc_placements *placements; // NULL: threads are moved without asking
    struct rc_tracees *tracees;
    int launched_pidfd; // -1: nothing launched
    _Atomic pid_t launched_pid; // 0: nothing launched
};

static inline struct rc_worker *rc_current_worker(struct rc_tracer *tracer) {
    return &tracer->workers[tracer->current];
}
// Whether a request can be made for this task: it is a tracee of the current worker.
static inline bool rc_is_own_tracee(const struct rc_tracer *tracer, const struct rc_task *task) {
    return task->worker == tracer->current;
}

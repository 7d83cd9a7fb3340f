// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The public door: opens and closes sessions and passes requests to the first worker.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "affinity/journal.h"
#include "affinity/placements.h"
#include "arch/plan.h"
#include "capture.h"
#include "ring/event.h"
#include "ring/publish.h"
#include "ring/ring.h"
#include "session.h"
#include "session/attention.h"
#include "session/watchdog.h"
#include "tracee/proc/procfs.h"
#include "tracee/proc/tracees.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "threads/wakeup.h"
#include "throttle/histogram.h"
#include "throttle/stop_cost.h"
#include "tracer/loop/mappings.h"
#include "tracer/loop/published.h"
#include "tracer/tracer_thread.h"
#include "tracer/workers/tracer_lock.h"
#include "tracer/workers/workers.h"

static const uint64_t ATTACH_TIMEOUT_NS = 5000000000u;
static const uint64_t LAUNCH_TIMEOUT_NS = 30000000000u;
static const uint64_t CLOSE_TIMEOUT_NS = 5000000000u;

static bool are_valid(const struct rc_options *options) {
    return options->string_limit >= 1 && options->string_limit <= 4096 && options->stack_bytes <= 32768 &&
           options->stack_bytes % 8 == 0 && options->buffer_limit <= RC_DATA_BYTES &&
           rc_plan_is_sound(&options->plan) &&
           (options->policy == RC_POLICY_BLOCK || options->policy == RC_POLICY_DROP);
}

static int64_t epoch_offset(void) {
    struct timespec real;
    (void)clock_gettime(CLOCK_REALTIME, &real);
    return (int64_t)real.tv_sec * 1000000000 + real.tv_nsec - (int64_t)rc_now();
}

static void free_session(struct rc_session *session) {
    struct rc_tracer *tracer = &session->tracer;
    for (unsigned i = 0; i < tracer->worker_count; i++) {
        rc_worker_close(&tracer->workers[i]);
    }
    rc_tracer_lock_close(tracer);
    rc_publish_close(tracer);
    rc_mappings_close(tracer);
    rc_published_close(tracer);
    rc_tasks_close(&tracer->tasks);
    rc_quotas_close(&tracer->quotas);
    rc_ring_close(&tracer->ring);
    if (session->launched_pidfd >= 0) {
        (void)close(session->launched_pidfd);
    }
    if (session->journal != NULL) {
        rc_journal_close(session->journal);
    }
    if (session->placements != NULL) {
        rc_placements_close(session->placements);
    }
    if (session->tracees != NULL) {
        rc_tracees_close(session->tracees);
    }
    (void)pthread_cond_destroy(&session->watchful);
    (void)pthread_cond_destroy(&session->changed);
    (void)pthread_mutex_destroy(&session->lock);
    (void)pthread_mutex_destroy(&session->commander);
    free(session);
}

static void await_ready(struct rc_session *session) {
    (void)pthread_mutex_lock(&session->lock);
    while (session->tracer.workers[0].tid == 0) {
        (void)pthread_cond_wait(&session->changed, &session->lock);
    }
    session->options.inherited = NULL; // belongs to the caller
    (void)pthread_mutex_unlock(&session->lock);
}

// The first worker starts the others, so their number is final once it has ended.
static void join_workers(struct rc_tracer *tracer) {
    for (unsigned i = 0; i < tracer->worker_count; i++) {
        (void)pthread_join(tracer->workers[i].thread, NULL);
    }
    // Only now: a worker that goes idle late calls the first one, which may have ended already. Nobody would answer,
    // and the watchdog, which wakes whoever has been called until they look, would not end.
    for (unsigned i = 0; i < tracer->worker_count; i++) {
        tracer->workers[i].attention = false;
    }
}

static void end_threads(struct rc_session *session) {
    (void)pthread_mutex_lock(&session->lock);
    session->quit = true;
    rc_session_draw_attention(session);
    (void)pthread_mutex_unlock(&session->lock);
    join_workers(&session->tracer);
    (void)pthread_mutex_lock(&session->lock);
    (void)pthread_cond_signal(&session->watchful);
    (void)pthread_mutex_unlock(&session->lock);
    (void)pthread_join(session->watchdog, NULL);
}

static int start_threads(struct rc_session *session) {
    int error = rc_start_thread(&session->watchdog, rc_watchdog_run, session);
    if (error != 0) {
        return error;
    }
    error = rc_worker_start(&session->tracer, rc_worker_run);
    if (error != 0) {
        end_threads(session);
        return error;
    }
    await_ready(session);
    return 0;
}

// Whether the side area takes each event at any place. One that would wrap begins anew at its start, and leaves out
// less than its own length; in a smaller area one might never find room, and the target would wait for ever.
static bool is_area_large_enough(const struct rc_tracer *tracer, const struct rc_options *options) {
    const size_t mappings = options->stack_bytes != 0 ? RC_PIECE_ROOM(RC_MAPPINGS_TEXT) : 0;
    const size_t published = RC_PIECE_ROOM(RC_PUBLISHED_BYTES);
    const size_t other = mappings > published ? mappings : published;
    const size_t call = tracer->tasks.side_capacity;
    return options->side_bytes / 2 >= (call > other ? call : other);
}

static int prepare(struct rc_session *session) {
    struct rc_tracer *tracer = &session->tracer;
    tracer->session = session;
    tracer->may_wait = true;
    int error = rc_tracer_lock_open(tracer);
    if (error == 0) {
        error = rc_ring_open(&tracer->ring, session->options.ring_events, session->options.side_bytes);
    }
    if (error == 0) {
        error = rc_tasks_open(&tracer->tasks, session->options.string_limit, session->options.stack_bytes);
    }
    if (error == 0 && !is_area_large_enough(tracer, &session->options)) {
        error = EINVAL;
    }
    if (error == 0 && session->options.stack_bytes != 0) {
        error = rc_mappings_open(tracer);
    }
    if (error == 0) {
        error = rc_published_open(tracer);
    }
    return error != 0 ? error : start_threads(session);
}

int rc_session_open(const struct rc_options *options, struct rc_session **out) {
    if (!are_valid(options)) {
        return EINVAL;
    }
    int error = rc_wakeup_install();
    if (error != 0) {
        return error;
    }
    (void)rc_stop_cost(); // measured by the first session: that time must not count against the deadline
    struct rc_session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        return ENOMEM;
    }
    session->options = *options;
    session->opened_ns = rc_now();
    session->heartbeat_ns = session->opened_ns;
    session->epoch_offset_ns = epoch_offset();
    session->launched_pidfd = -1;
    (void)pthread_mutex_init(&session->lock, NULL); // a default mutex cannot fail
    (void)pthread_mutex_init(&session->commander, NULL);
    error = rc_make_condition(&session->changed);
    if (error == 0) {
        error = rc_make_condition(&session->watchful);
    }
    if (error == 0 && options->colocate && options->journal != NULL) {
        error = rc_journal_open(options->journal, &session->journal);
    }
    session->options.journal = NULL; // belongs to the caller
    if (error == 0) {
        session->tracees = rc_tracees_open();
        error = session->tracees == NULL ? ENOMEM : 0;
    }
    if (error == 0 && options->colocate && options->ask_before_moving) {
        session->placements = rc_placements_open();
        error = session->placements == NULL ? ENOMEM : 0;
    }
    if (error == 0) {
        error = prepare(session);
    }
    if (error != 0) {
        free_session(session);
        return error;
    }
    *out = session;
    return 0;
}

// Waits until a given time for a change of the session. Returns false once that time has passed. The lock is held.
static bool await_change(struct rc_session *session, uint64_t until_ns) {
    const struct timespec until = {
        .tv_sec = (time_t)(until_ns / 1000000000u),
        .tv_nsec = (long)(until_ns % 1000000000u),
    };
    return pthread_cond_timedwait(&session->changed, &session->lock, &until) != ETIMEDOUT;
}

static uint64_t later(uint64_t timeout_ns) {
    const uint64_t now = rc_now();
    const uint64_t end = (uint64_t)INT64_MAX;
    return timeout_ns > end - now ? end : now + timeout_ns;
}

// Has a command carried out. A command that was not taken in time is withdrawn; one that was taken is waited for, since
// attach never blocks, and a launch that hangs in execve ends when its child is killed.
static struct rc_result command(struct rc_session *session, struct rc_command *command, uint64_t timeout_ns) {
    (void)pthread_mutex_lock(&session->commander);
    (void)pthread_mutex_lock(&session->lock);
    session->command = command;
    rc_session_draw_attention(session);
    const uint64_t until = later(timeout_ns);
    while (!command->done && await_change(session, until)) {
    }
    if (!command->done && !command->taken) {
        session->command = NULL;
        command->result = (struct rc_result){.refusal = RC_OTHER, .error = ETIMEDOUT};
    } else if (!command->done) {
        if (command->kind == RC_COMMAND_LAUNCH && session->launched_pidfd >= 0) {
            (void)syscall(SYS_pidfd_send_signal, session->launched_pidfd, SIGKILL, NULL, 0);
        }
        while (!command->done) {
            (void)pthread_cond_wait(&session->changed, &session->lock);
        }
    }
    const struct rc_result result = command->result;
    (void)pthread_mutex_unlock(&session->lock);
    (void)pthread_mutex_unlock(&session->commander);
    return result;
}

// What is reported about a process comes from /proc, where another process may have its pid. RC_OK: none has.
static struct rc_result look_at_proc(void) {
    const pid_t foreign = rc_proc_foreign_self();
    return (struct rc_result){.refusal = foreign == 0 ? RC_OK : RC_FOREIGN_PROC, .detail = foreign};
}

static struct rc_result attach(struct rc_session *session, pid_t pid) {
    struct rc_command attach = {.kind = RC_COMMAND_ATTACH, .pid = pid};
    return command(session, &attach, ATTACH_TIMEOUT_NS);
}

struct rc_result rc_session_attach(struct rc_session *session, pid_t pid) {
    const struct rc_result proc = look_at_proc();
    if (proc.refusal != RC_OK) {
        return proc;
    }
    pid_t tracee = 0;
    const int error = rc_tracees_find(session->tracees, pid, &tracee);
    if (error != 0 || tracee != 0) {
        return error != 0 ? (struct rc_result){.refusal = RC_RESOURCE, .error = error}
                          : (struct rc_result){.refusal = RC_IS_TRACER, .error = EBUSY, .detail = tracee};
    }
    return attach(session, pid);
}

struct rc_result rc_session_attach_new(struct rc_session *session, pid_t pid) {
    const struct rc_result proc = look_at_proc();
    return proc.refusal == RC_OK ? attach(session, pid) : proc;
}

struct rc_result rc_session_launch(struct rc_session *session, const struct rc_launch *launch, pid_t *pid) {
    struct rc_command start = {.kind = RC_COMMAND_LAUNCH, .launch = launch};
    const struct rc_result proc = look_at_proc();
    const struct rc_result result = proc.refusal == RC_OK ? command(session, &start, LAUNCH_TIMEOUT_NS) : proc;
    *pid = result.refusal == RC_OK ? start.pid : 0;
    return result;
}

int rc_session_signal_launched(struct rc_session *session, int signal) {
    (void)pthread_mutex_lock(&session->lock);
    const int pidfd = session->launched_pidfd;
    int error = pidfd < 0 ? ESRCH : 0;
    if (error == 0 && syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) != 0) {
        error = errno;
    }
    (void)pthread_mutex_unlock(&session->lock);
    return error == ESRCH ? 0 : error; // gone, or nothing launched: nothing to do
}

void rc_session_end(struct rc_session *session) {
    session->closing = true;
    rc_session_stop(session, RC_DETACH_REQUESTED);
}

bool rc_session_bound(const struct rc_session *session) {
    return session->bound;
}

bool rc_session_finished(const struct rc_session *session) {
    return session->finished;
}

bool rc_session_await_finished(struct rc_session *session, uint64_t timeout_ns) {
    const uint64_t until = later(timeout_ns);
    (void)pthread_mutex_lock(&session->lock);
    while (!session->finished && await_change(session, until)) {
    }
    const bool finished = session->finished;
    (void)pthread_mutex_unlock(&session->lock);
    return finished;
}

void rc_session_stats(const struct rc_session *session, struct rc_stats *out) {
    const struct rc_tracer *tracer = &session->tracer;
    uint64_t stops[RC_HISTOGRAM_SLOTS] = {0};
    rc_histogram_sum(&tracer->slowdown.stops, stops);
    *out = (struct rc_stats){
        .calls = tracer->calls,
        .published = tracer->published,
        .dropped = atomic_load_explicit(&tracer->ring.header->dropped, memory_order_relaxed),
        .side_lost = tracer->side_lost,
        .tasks = tracer->task_count,
        .stops = tracer->stops,
        .moved = tracer->moved,
        .contexts = tracer->contexts,
        .contexts_unreadable = tracer->contexts_unreadable,
        .contexts_unresolved = tracer->contexts_unresolved,
        .rests = tracer->rest_count,
        .unwatched_ns = tracer->unwatched_ns,
        .watched_ns = tracer->watched_ns,
        .worst_slowdown_percent = atomic_load_explicit(&tracer->slowdown.worst_percent, memory_order_relaxed),
        .slowdown_percent = atomic_load_explicit(&tracer->slowdown.percent, memory_order_relaxed),
        .work_slowdown_percent = atomic_load_explicit(&tracer->slowdown.work_percent, memory_order_relaxed),
        .stop_p50_ns = rc_histogram_quantile(stops, 500),
        .stop_p99_ns = rc_histogram_quantile(stops, 990),
    };
}

void rc_session_heartbeat(struct rc_session *session) {
    session->heartbeat_ns = rc_now();
}

int64_t rc_session_epoch_offset_ns(const struct rc_session *session) {
    return session->epoch_offset_ns;
}

void *rc_session_ring(const struct rc_session *session, size_t *length) {
    *length = session->tracer.ring.length;
    return session->tracer.ring.header;
}

void rc_session_close(struct rc_session *session) {
    if (session == NULL) {
        return;
    }
    rc_session_end(session);
    if (!rc_session_await_finished(session, CLOSE_TIMEOUT_NS)) {
        // A task that cannot stop (uninterruptible sleep, a parent in vfork) is still attached, and its worker must
        // stay to detach it when it does stop. So the session is left to that thread for good instead of being freed
        // under it.
        return;
    }
    end_threads(session);
    free_session(session);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"
#include "throttle/stop_cost.h"
#include "tracer/tasks/eintr.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

struct kept {
    struct rc_event event;
    uint8_t *side;
};

struct recorder {
    struct rc_session *session;
    pthread_t thread;
    pthread_mutex_t lock;
    struct kept *kept;
    size_t count;
    size_t capacity;
    unsigned pause_us;
    unsigned batch;
    bool draining;
    _Atomic bool enough;
    char text[8192];
};

static void pause_for(long us) {
    const struct timespec time = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    (void)nanosleep(&time, NULL);
}

static void give_up(const char *what) {
    print_error("gave up after %d s: %s\n", GENEROUS_S, what);
    fail();
}

// ---- the recorder

// What a test says comes before its failure in a log, too, where both are one stream; and a child does not say it
// again.
__attribute__((constructor)) static void say_each_line_at_once(void) {
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
}

struct rc_options default_options(void) {
    struct rc_options options = {
        .policy = RC_POLICY_BLOCK,
        .ring_events = 1 << 14,
        .side_bytes = 1 << 20,
        .string_limit = 256,
        .follow_children = true,
    };
    // execve and openat take paths.
    options.plan.table[RC_ABI_NATIVE][SYS_execve] = 1 << 0;
    options.plan.table[RC_ABI_NATIVE][SYS_openat] = 1 << 1;
    return options;
}

struct recorder *recorder_open(const struct rc_options *options) {
    struct recorder *recorder = calloc(1, sizeof *recorder);
    assert_non_null(recorder);
    assert_int_equal(pthread_mutex_init(&recorder->lock, NULL), 0);
    assert_int_equal(rc_session_open(options, &recorder->session), 0);
    return recorder;
}

struct rc_session *recorder_session(struct recorder *recorder) {
    return recorder->session;
}

static void keep(struct recorder *recorder, const struct rc_event *event, const uint8_t *side) {
    if (recorder->count == recorder->capacity) {
        recorder->capacity = recorder->capacity == 0 ? 4096 : recorder->capacity * 2;
        recorder->kept = realloc(recorder->kept, recorder->capacity * sizeof *recorder->kept);
    }
    struct kept *kept = &recorder->kept[recorder->count++];
    *kept = (struct kept){.event = *event};
    if (event->side_length != 0) {
        kept->side = malloc(event->side_length);
        memcpy(kept->side, side, event->side_length);
    }
}

static size_t drain(struct recorder *recorder) {
    size_t length = 0;
    struct rc_ring_header *header = rc_session_ring(recorder->session, &length);
    const struct rc_event *events = (const struct rc_event *)((uint8_t *)header + header->events_offset);
    const uint8_t *side = (uint8_t *)header + header->side_offset;
    const uint64_t head = atomic_load_explicit(&header->head, memory_order_acquire);
    uint64_t tail = atomic_load_explicit(&header->tail, memory_order_relaxed);
    uint64_t side_tail = atomic_load_explicit(&header->side_tail, memory_order_relaxed);
    size_t drained = 0;
    (void)pthread_mutex_lock(&recorder->lock);
    for (; tail < head && drained < recorder->batch; tail++, drained++) {
        const struct rc_event *event = &events[tail & (header->event_capacity - 1)];
        keep(recorder, event, side + (event->side_offset & (header->side_capacity - 1)));
        if (event->side_length != 0) {
            side_tail = event->side_offset + event->side_length;
        }
    }
    (void)pthread_mutex_unlock(&recorder->lock);
    atomic_store_explicit(&header->side_tail, side_tail, memory_order_release);
    atomic_store_explicit(&header->tail, tail, memory_order_release);
    return drained;
}

static void *drain_loop(void *argument) {
    struct recorder *recorder = argument;
    for (;;) {
        const bool last = recorder->enough;
        const size_t drained = drain(recorder);
        if (last && drained == 0) {
            return NULL;
        }
        if (recorder->pause_us > 0) {
            pause_for(recorder->pause_us);
        }
    }
}

void recorder_drain(struct recorder *recorder, unsigned pause_us, unsigned batch) {
    recorder->pause_us = pause_us;
    recorder->batch = batch;
    recorder->draining = true;
    assert_int_equal(pthread_create(&recorder->thread, NULL, drain_loop, recorder), 0);
}

static void end_draining(struct recorder *recorder) {
    if (recorder->draining) {
        recorder->enough = true;
        assert_int_equal(pthread_join(recorder->thread, NULL), 0);
        recorder->draining = false;
    }
}

void recorder_finish(struct recorder *recorder) {
    if (!rc_session_await_finished(recorder->session, GENEROUS_S * 1000000000ull)) {
        give_up("the session did not finish");
    }
    end_draining(recorder);
}

void recorder_close(struct recorder *recorder) {
    if (recorder->draining) {
        rc_session_stop(recorder->session, RC_DETACH_REQUESTED);
        recorder_finish(recorder);
    }
    rc_session_close(recorder->session);
    for (size_t i = 0; i < recorder->count; i++) {
        free(recorder->kept[i].side);
    }
    free(recorder->kept);
    assert_int_equal(pthread_mutex_destroy(&recorder->lock), 0);
    free(recorder);
}

size_t recorder_count(struct recorder *recorder) {
    (void)pthread_mutex_lock(&recorder->lock);
    const size_t count = recorder->count;
    (void)pthread_mutex_unlock(&recorder->lock);
    return count;
}

struct rc_event recorder_event(struct recorder *recorder, size_t index) {
    (void)pthread_mutex_lock(&recorder->lock);
    assert_true(index < recorder->count);
    const struct rc_event event = recorder->kept[index].event;
    (void)pthread_mutex_unlock(&recorder->lock);
    return event;
}

const char *recorder_text(struct recorder *recorder, size_t index, unsigned arg, unsigned *flags) {
    (void)pthread_mutex_lock(&recorder->lock);
    assert_true(index < recorder->count);
    const struct kept *kept = &recorder->kept[index];
    const char *found = NULL;
    for (uint32_t at = 0; at < kept->event.side_length;) {
        struct rc_piece piece;
        memcpy(&piece, kept->side + at, sizeof piece);
        if (piece.arg == arg) {
            assert_true(piece.length < sizeof recorder->text);
            memcpy(recorder->text, kept->side + at + sizeof piece, piece.length);
            recorder->text[piece.length] = '\0';
            found = recorder->text;
            if (flags != NULL) {
                *flags = piece.flags;
            }
        }
        at += (uint32_t)(sizeof piece + (((size_t)piece.length + 3) & ~(size_t)3));
    }
    (void)pthread_mutex_unlock(&recorder->lock);
    return found;
}

static bool matches(const struct rc_event *event, int kind, pid_t tid, int nr) {
    return (kind < 0 || event->kind == kind) && (tid < 0 || event->tid == (uint32_t)tid) && (nr < 0 || event->nr == nr);
}

size_t count_events(struct recorder *recorder, int kind, pid_t tid, int nr) {
    size_t found = 0;
    (void)pthread_mutex_lock(&recorder->lock);
    for (size_t i = 0; i < recorder->count; i++) {
        found += matches(&recorder->kept[i].event, kind, tid, nr) ? 1 : 0;
    }
    (void)pthread_mutex_unlock(&recorder->lock);
    return found;
}

size_t find_event(struct recorder *recorder, int kind, pid_t tid, int nr) {
    size_t found = SIZE_MAX;
    (void)pthread_mutex_lock(&recorder->lock);
    for (size_t i = 0; i < recorder->count && found == SIZE_MAX; i++) {
        if (matches(&recorder->kept[i].event, kind, tid, nr)) {
            found = i;
        }
    }
    (void)pthread_mutex_unlock(&recorder->lock);
    return found;
}

void await_events(struct recorder *recorder, int kind, pid_t tid, int nr, size_t count) {
    for (int ms = 0; count_events(recorder, kind, tid, nr) < count; ms++) {
        if (ms > GENEROUS_S * 1000) {
            give_up("events did not come");
        }
        pause_for(1000);
    }
}

// ---- programs

const char *tracee(const char *name) {
    static char path[4096];
    const char *directory = getenv("RENACER_TRACEES");
    if (directory == NULL) {
        print_error("RENACER_TRACEES must name the directory of the programs to trace; make test sets it\n");
        fail();
    }
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

enum { MAX_ARGUMENTS = 8 };

static void collect(char *argv[MAX_ARGUMENTS], const char *path, const char *first, va_list rest) {
    int count = 0;
    argv[count++] = (char *)path; // exec does not write to them
    for (const char *argument = first; argument != NULL && count < MAX_ARGUMENTS - 1;
         argument = va_arg(rest, const char *)) {
        argv[count++] = (char *)argument;
    }
    argv[count] = NULL;
}

// Starts a program and ends as it does: with its exit code, or 128 and the signal that killed it.
static _Noreturn void stand_in(char *const argv[], int in, int out, int name_of) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that fails leaves nobody behind
    const pid_t pid = fork();
    if (pid == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0) {
            (void)execv(argv[0], argv);
        }
        _exit(127);
    }
    (void)!write(name_of, &pid, sizeof pid);
    for (int fd = 3; fd < 256; fd++) {
        (void)close(fd); // the program alone holds its pipes
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

struct child child_start(const char *name, const char *argument, ...) {
    char *argv[MAX_ARGUMENTS];
    va_list rest;
    va_start(rest, argument);
    collect(argv, tracee(name), argument, rest);
    va_end(rest);
    int out[2];
    int in[2];
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    int name_of[2];
    assert_int_equal(pipe2(name_of, O_CLOEXEC), 0);
    // The program is a child of a process of its own: the end of a child of the tracing process itself would be told to
    // the tracer thread only.
    const pid_t parent = fork();
    assert_true(parent >= 0);
    if (parent == 0) {
        stand_in(argv, in[0], out[1], name_of[1]);
    }
    (void)close(out[1]);
    (void)close(in[0]);
    (void)close(name_of[1]);
    struct child child = {.parent = parent, .out = fdopen(out[0], "r"), .in = in[1]};
    assert_non_null(child.out);
    assert_int_equal(read(name_of[0], &child.pid, sizeof child.pid), sizeof child.pid);
    (void)close(name_of[0]);
    return child;
}

void child_line(struct child *child, char *line, size_t size) {
    if (fgets(line, (int)size, child->out) == NULL) {
        print_error("the traced program ended without the line expected of it\n");
        fail();
    }
    line[strcspn(line, "\n")] = '\0';
}

void child_expect(struct child *child, const char *line) {
    char got[1024];
    child_line(child, got, sizeof got);
    assert_string_equal(got, line);
}

long child_number(struct child *child) {
    char got[64];
    child_line(child, got, sizeof got);
    return strtol(got, NULL, 10);
}

void child_tell(struct child *child, const char *text) {
    assert_int_equal(write(child->in, text, strlen(text)), (ssize_t)strlen(text));
}

int child_wait(struct child *child) {
    int status = 0;
    pid_t got;
    do {
        got = waitpid(child->parent, &status, 0);
    } while (got < 0 && errno == EINTR);
    assert_int_equal(got, child->parent);
    (void)fclose(child->out);
    (void)close(child->in);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

void child_kill(struct child *child) {
    assert_int_equal(kill(child->pid, SIGKILL), 0);
    (void)child_wait(child);
}

pid_t launch_tracee(struct recorder *recorder, const char *name, const char *argument, ...) {
    char *argv[MAX_ARGUMENTS];
    va_list rest;
    va_start(rest, argument);
    collect(argv, tracee(name), argument, rest);
    va_end(rest);
    char *const environment[] = {"LANG=C", NULL};
    const struct rc_launch launch = {.file = argv[0], .argv = argv, .envp = environment, .filtered = true};
    pid_t pid = 0;
    const struct rc_result result = rc_session_launch(recorder->session, &launch, &pid);
    assert_int_equal(result.refusal, RC_OK);
    assert_true(pid > 0);
    return pid;
}

void attach_to(struct recorder *recorder, pid_t pid) {
    const struct rc_result result = rc_session_attach(recorder->session, pid);
    assert_int_equal(result.refusal, RC_OK);
}

// ---- the engine's own steps

int await_stop(pid_t pid) {
    int status = 0;
    assert_int_equal(waitpid(pid, &status, __WALL), pid);
    assert_true(WIFSTOPPED(status));
    return status;
}

void let_go(struct rc_task *task) {
    int signal = 0;
    while (task->rewound) {
        assert_int_equal(ptrace(PTRACE_SYSCALL, task->tid, NULL, (void *)(intptr_t)signal), 0);
        const int status = await_stop(task->tid);
        signal = WSTOPSIG(status);
        // Called with a signal on its way, which comes before the entry of its call.
        assert_int_not_equal(signal, SIGTRAP | 0x80);
        if (status >> 16 == PTRACE_EVENT_STOP) {
            assert_int_not_equal(signal, SIGTRAP);
            signal = 0; // it stays stopped
            rc_undo_restart(task);
        } else {
            rc_take_back_restart(task, signal);
        }
    }
    assert_int_equal(ptrace(PTRACE_DETACH, task->tid, NULL, (void *)(intptr_t)signal), 0);
}

void need_32_bit_programs(void) {
#if !defined(__x86_64__)
    print_message("  32-bit programs of this processor have no table: not tested\n");
    skip();
#endif
}

void need_hot_threads(unsigned count) {
    enum { AMPLE_NS = 500000 }; // half the time between two calls of a thread that is just hot
    const struct rc_stop_cost *cost = rc_stop_cost();
    const int64_t call_ns = cost->user_wall + cost->call_wall;
    if (call_ns * count > AMPLE_NS) {
        print_message("  a traced call takes %ld us on this machine, too long for %u hot threads: not tested\n",
                      (long)(call_ns / 1000), count);
        skip();
    }
}

// ---- from outside

char process_state(pid_t pid) {
    struct rc_proc_status status;
    return rc_proc_status(pid, &status) == 0 ? status.state : 0;
}

void await_state(pid_t pid, char state) {
    for (int ms = 0; process_state(pid) != state; ms++) {
        if (ms > GENEROUS_S * 1000) {
            give_up("the process did not reach the state expected");
        }
        pause_for(1000);
    }
}

pid_t tracer_of(pid_t pid) {
    struct rc_proc_status status;
    assert_int_equal(rc_proc_status(pid, &status), 0);
    return status.tracer;
}

void await_in_call(pid_t tid, long nr) {
    struct rc_proc_call call;
    for (int ms = 0;; ms++) {
        rc_proc_call(tid, tid, &call);
        if (call.known && call.nr == nr && process_state(tid) == 'S') {
            return;
        }
        if (ms > GENEROUS_S * 1000) {
            give_up("the thread did not enter the call expected");
        }
        pause_for(1000);
    }
}

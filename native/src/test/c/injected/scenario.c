// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/arch.h"
#include "capture.h"
#include "ring/event.h"
#include "scenario.h"
#include "session.h"
#include "tracee/proc/procfs.h"

enum { PATIENCE_MS = 15000 };
static const uint64_t PATIENCE_NS = PATIENCE_MS * 1000000ull;

struct run {
    const struct mode *mode;
    const char *target;
    struct verdict *verdict;
    struct rc_session *session;
    char journal[64];
    char message[64]; // file with what the engine wrote to stderr
    pid_t pid;        // of the target; 0: there is none
    int in;           // the target's stdin
    int out;          // its stdout
};

static void note(struct run *run, const char *what, const char *detail) {
    if (run->verdict->text[0] == '\0') {
        (void)snprintf(run->verdict->text, sizeof run->verdict->text, "%s%s%s", what, detail[0] == '\0' ? "" : ": ",
                       detail);
    }
}

static void said(struct run *run, const char *what, const char *detail) {
    run->verdict->said = true;
    note(run, what, detail);
}

// ---- the target
static void start_target(struct run *run) {
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
        _exit(2);
    }
    run->in = in[1];
    run->out = out[0];
    // A launched program has our own standard input and output.
    if (dup2(in[0], STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0) {
        _exit(2);
    }
    (void)close(in[0]);
    (void)close(out[1]);
    if (run->mode->launched) {
        return;
    }
    // The parent is another process: the kernel tells a tracer alone of the end of its own child.
    int name[2];
    if (pipe2(name, O_CLOEXEC) != 0) {
        _exit(2);
    }
    const pid_t parent = fork();
    if (parent == 0) {
        const pid_t pid = fork();
        if (pid == 0) {
            char path[4096];
            (void)snprintf(path, sizeof path, "%s/lives", getenv("RENACER_TRACEES"));
            (void)execl(path, path, run->target, run->mode->colocated || run->mode->duty_cycle ? "hot" : NULL, NULL);
            _exit(127);
        }
        (void)!write(name[1], &pid, sizeof pid);
        (void)close(STDOUT_FILENO);
        (void)close(STDIN_FILENO);
        _exit(0);
    }
    (void)!read(name[0], &run->pid, sizeof run->pid);
    (void)waitpid(parent, NULL, 0);
    (void)close(name[0]);
    (void)close(name[1]);
}

// What follows is the target's only, so that the end of its output can be seen.
static void leave_to_target(const struct run *run) {
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    (void)dup2(null, STDIN_FILENO);
    (void)dup2(null, STDOUT_FILENO);
    (void)close(null);
    (void)run;
}

// A line of the target's output; "" at its end, NULL if it does not come.
static const char *line_of(struct run *run) {
    static char line[128];
    size_t length = 0;
    struct pollfd fd = {.fd = run->out, .events = POLLIN};
    while (length < sizeof line - 1) {
        const int ready = poll(&fd, 1, PATIENCE_MS);
        if (ready <= 0) {
            return NULL;
        }
        const ssize_t got = read(run->out, line + length, 1);
        if (got <= 0 || line[length] == '\n') {
            break;
        }
        length++;
    }
    line[length] = '\0';
    return line;
}

// Of the target and its children: where they are.
struct family {
    pid_t pid;
    size_t length;
    char text[SCENARIO_TEXT / 2];
};

static bool add_member(void *context, pid_t pid) {
    struct family *family = context;
    struct rc_proc_status status;
    if (rc_proc_status(pid, &status) == 0 && (pid == family->pid || status.ppid == family->pid) &&
        family->length < sizeof family->text) {
        family->length += (size_t)snprintf(family->text + family->length, sizeof family->text - family->length,
                                           "; %d is %c, tracer %d", pid, status.state, status.tracer);
    }
    return true;
}

static void stopped(struct run *run, const char *when) {
    char text[SCENARIO_TEXT];
    struct family family = {.pid = run->pid};
    (void)rc_proc_processes(add_member, &family);
    (void)snprintf(text, sizeof text, "%s%s", when, family.text);
    run->verdict->stopped = true;
    run->verdict->text[0] = '\0';
    note(run, "stopped", text);
}

static void harmed(struct run *run, const char *what, const char *detail) {
    run->verdict->harmed = true;
    run->verdict->text[0] = '\0';
    note(run, what, detail);
}

// Returns false if it is no use to go on.
static bool expect(struct run *run, const char *expected, const char *when) {
    const char *line = line_of(run);
    if (line == NULL) {
        stopped(run, when);
    } else if (strcmp(line, expected) != 0) {
        harmed(run, line[0] == '\0' ? "it ended before its time" : line, when);
    }
    return line != NULL && strcmp(line, expected) == 0;
}

static void tell(const struct run *run) {
    (void)!write(run->in, "\n", 1);
}

static bool look_at_thread(void *context, pid_t tid) {
    struct run *run = context;
    struct rc_proc_status status;
    if (rc_proc_status(tid, &status) == 0 && (status.tracer != 0 || status.state == 't' || status.state == 'T')) {
        stopped(run, "a thread after the trace");
    }
    return true;
}

// ---- the trace
static struct rc_options options_of(const struct run *run) {
    struct rc_options options = {
        .policy = RC_POLICY_BLOCK,
        .ring_events = 1 << 14,
        .side_bytes = 1 << 22,
        .string_limit = 256,
        .follow_children = run->mode->follow,
        .stack_bytes = run->mode->stacks ? 1024 : 0,
        .colocate = run->mode->colocated,
        .journal = run->mode->colocated ? run->journal : NULL,
        .max_slowdown_percent = run->mode->duty_cycle ? 20 : 0,
        .duty_cycle = run->mode->duty_cycle,
        .heartbeat_timeout_ns = 0,
    };
    uint8_t *table = options.plan.table[rc_arch_abi(rc_native_arch())];
    if (run->mode->filtered) {
        memset(table, RC_PLAN_SKIP, RC_TABLE_SIZE);
        table[SYS_getppid] = 0;
    }
    if (!run->mode->launched) { // a launched program would get a filter for it
        table[SYS_getuid] = RC_PLAN_SKIP;
    }
    table[SYS_execve] = RC_PLAN_READS_AT_ENTRY;
    table[SYS_openat] = RC_PLAN_READS_AT_ENTRY;
    options.plan.first_read[rc_arch_abi(rc_native_arch())][SYS_openat] = 1;
    for (uint8_t arg = 0; arg < 2; arg++) {
        options.plan.reads[arg] = (struct rc_read){
            .arg = arg, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRING, .flags = RC_READ_LAST, .unit = 1};
    }
    return options;
}

static bool refused(struct run *run, const char *what, struct rc_result result) {
    if (result.refusal != RC_OK) {
        char text[64];
        (void)snprintf(text, sizeof text, "%d, %s", (int)result.refusal,
                       result.error == 0 ? "-" : strerrorname_np(result.error));
        said(run, what, text);
    }
    return result.refusal != RC_OK;
}

// Returns false if there is no session, or no target.
static bool begin(struct run *run) {
    const struct rc_options options = options_of(run);
    const int error = rc_session_open(&options, &run->session);
    if (error != 0) {
        said(run, "not opened", strerrorname_np(error));
        run->session = NULL;
        return !run->mode->launched;
    }
    if (!run->mode->launched) {
        (void)refused(run, "not attached", rc_session_attach(run->session, run->pid));
        return true;
    }
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/lives", getenv("RENACER_TRACEES"));
    char *const argv[] = {path, (char *)run->target, NULL};
    char *const environment[] = {"LANG=C", NULL};
    const struct rc_launch launch = {.file = path, .argv = argv, .envp = environment, .filtered = run->mode->filtered};
    return !refused(run, "not launched", rc_session_launch(run->session, &launch, &run->pid));
}

static void let_go(struct run *run) {
    if (run->session == NULL) {
        return;
    }
    rc_session_stop(run->session, RC_DETACH_REQUESTED);
    if (!rc_session_bound(run->session) && !rc_session_await_finished(run->session, PATIENCE_NS)) {
        stopped(run, "the session does not finish");
    } else if (!rc_session_bound(run->session)) {
        (void)rc_proc_tasks(run->pid, look_at_thread, run);
    }
}

// ---- what was told
static void add_pieces(struct run *run, const struct rc_event *event, const uint8_t *side) {
    struct told *told = &run->verdict->told;
    for (uint32_t at = 0; at < event->side_length;) {
        struct rc_piece piece;
        memcpy(&piece, side + at, sizeof piece);
        const char *text = (const char *)side + at + sizeof piece;
        const bool broken = (piece.flags & (RC_PIECE_UNREADABLE | RC_PIECE_TRUNCATED)) != 0;
        // A task that is killed while it stands stopped has no memory any more: its last call is marked though nothing
        // failed.
        if (broken && event->kind != RC_CALL_UNFINISHED &&
            (event->kind != RC_CALL || piece.arg == RC_PIECE_STACK ||
             (event->nr == SYS_openat && event->flags == RC_ERROR))) {
            said(run, "a piece is marked", "");
        }
        told->stacks += event->nr == SYS_getppid && piece.arg == RC_PIECE_STACK && !broken ? 1 : 0;
        told->names +=
            event->kind == RC_CALL && event->nr == SYS_openat && piece.length > 6 && memcmp(text, "/lives", 6) == 0;
        told->processes += event->kind == RC_PROCESS_STARTED && piece.arg == 0 && piece.length > 0;
        at += (uint32_t)(sizeof piece + (((size_t)piece.length + 3) & ~(size_t)3));
    }
}

static void add_event(struct run *run, const struct rc_event *event) {
    struct told *told = &run->verdict->told;
    switch (event->kind) {
    case RC_CALL:
        told->marks += event->nr == SYS_getppid ? 1 : 0;
        break;
    case RC_THREAD_STARTED:
        told->threads++;
        break;
    case RC_EXEC:
        told->execs++;
        break;
    case RC_DETACHED:
        if (event->aux == RC_DETACH_ENGINE_FAILURE) {
            said(run, "detached", "engine failure");
        }
        told->ends++;
        break;
    case RC_PROCESS_EXITED:
    case RC_THREAD_EXITED:
        told->ends++;
        break;
    default:
        break;
    }
}

static void read_ring(struct run *run) {
    size_t length = 0;
    struct rc_ring_header *header = rc_session_ring(run->session, &length);
    const struct rc_event *events = (const struct rc_event *)((uint8_t *)header + header->events_offset);
    const uint8_t *side = (uint8_t *)header + header->side_offset;
    for (uint64_t at = 0; at < header->head && at < header->event_capacity; at++) {
        add_event(run, &events[at]);
        add_pieces(run, &events[at], side + events[at].side_offset);
    }
    struct rc_stats stats;
    rc_session_stats(run->session, &stats);
    if (stats.dropped != 0 || stats.side_lost != 0 || stats.rests != 0) {
        said(run, "counted as lost or unwatched", "");
    }
}

static void read_message(struct run *run) {
    char text[SCENARIO_TEXT];
    const int fd = open(run->message, O_RDONLY | O_CLOEXEC);
    const ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (length > 0) {
        text[length] = '\0';
        text[strcspn(text, "\n")] = '\0';
        said(run, text, "");
        if (strstr(text, "ERROR: ") != NULL || strstr(text, "runtime error") != NULL) {
            harmed(run, text, "");
        }
    }
    (void)close(fd);
}

// Whether nobody holds the target's output any more: all that descends from it is gone.
static void expect_silence(struct run *run) {
    const char *line = line_of(run);
    if (line == NULL) {
        stopped(run, "a task of it is left");
    } else if (line[0] != '\0') {
        harmed(run, line, "after its end");
    }
}

static void follow_target(struct run *run) {
    bool going = !run->mode->launched || expect(run, "ready", "at its begin");
    tell(run);
    going = going && expect(run, "well", "in its life");
    if (going && !run->mode->kept) {
        let_go(run);
    }
    tell(run);
    going = going && expect(run, "end", "at its end");
    if (going) {
        expect_silence(run);
    }
}

void scenario_run(const struct mode *mode, const char *target, struct injection *injection, struct verdict *verdict) {
    struct run run = {.mode = mode, .target = target, .verdict = verdict};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)snprintf(run.journal, sizeof run.journal, "/tmp/renacer-injected-%d.journal", getpid());
    (void)snprintf(run.message, sizeof run.message, "/tmp/renacer-injected-%d.message", getpid());
    const int message = open(run.message, O_RDWR | O_CREAT | O_CLOEXEC | O_TRUNC, 0600);
    start_target(&run);
    (void)dup2(message, STDERR_FILENO);
    (void)close(message);
    if (!mode->launched) {
        leave_to_target(&run);
    }
    if (!mode->launched && !expect(&run, "ready", "before the trace")) {
        _exit(2);
    }
    injection->on = true;
    const bool lives = begin(&run);
    if (mode->launched) {
        leave_to_target(&run);
    }
    if (lives) {
        follow_target(&run);
    } else {
        expect_silence(&run);
    }
    if (run.session != NULL && !verdict->stopped) {
        if (!mode->kept || !lives) {
            rc_session_stop(run.session, RC_DETACH_REQUESTED);
        }
        if (!rc_session_await_finished(run.session, PATIENCE_NS)) {
            stopped(&run, "the session does not finish at the end");
        }
        read_ring(&run);
    }
    read_message(&run);
    if (!verdict->stopped) {
        rc_session_close(run.session);
    }
    injection->on = false;
    (void)unlink(run.message);
    (void)unlink(run.journal);
    verdict->ran = true;
    _exit(0);
}

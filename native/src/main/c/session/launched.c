// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The tracer's roles towards the program it launched and towards the shell: parent, job and holder of the same
// descriptors. launch.c starts the program.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "launcher/launch_state.h"
#include "session.h"
#include "tracee/stop_signals.h"

// ---- parent

// Whether a worker has reaped it, because that worker had other tracees left when the program ended.
static bool was_reaped(struct rc_session *session, int *status) {
    (void)pthread_mutex_lock(&session->lock);
    const bool reaped = session->launched_ended;
    *status = session->launched_status;
    (void)pthread_mutex_unlock(&session->lock);
    return reaped;
}

int rc_session_await_launched(struct rc_session *session, int *status) {
    const pid_t pid = session->launched_pid;
    if (pid == 0) {
        return ECHILD;
    }
    pid_t got;
    do {
        got = waitpid(pid, status, __WALL | WUNTRACED);
    } while (got < 0 && errno == EINTR);
    if (got == pid) {
        return 0;
    }
    const int error = errno;
    return was_reaped(session, status) ? 0 : error;
}

// ---- job

enum { NOT_STOPPED = -1 };

// The exit_code of a process, the last field of proc_pid_stat(5): in a group-stop it is the signal that stopped the
// process, since Linux 5.17, and 0 before. After SIGCONT a traced process shows the next stop that it reported to its
// tracer, which is neither. Async-signal-safe.
static int stop_code(const char *stat) {
    char text[1024];
    const int fd = open(stat, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return NOT_STOPPED;
    }
    const ssize_t length = read(fd, text, sizeof text - 1);
    (void)close(fd);
    if (length <= 0) {
        return NOT_STOPPED;
    }
    text[length] = '\0';
    const char *state = strrchr(text, ')');
    const char *field = strrchr(text, ' ');
    if (state == NULL || state[1] != ' ' || field == NULL || (state[2] != 't' && state[2] != 'T')) {
        return NOT_STOPPED;
    }
    int code = 0;
    for (field++; *field >= '0' && *field <= '9' && code < 0x100; field++) {
        code = code * 10 + (*field - '0');
    }
    return code == 0 || rc_is_stopping(code) ? code : NOT_STOPPED;
}

// Continues the stopped tracer as soon as its program is not stopped, until the tracer kills this process. Only
// async-signal-safe calls: it is a fork of a program with many threads.
static _Noreturn void watch(const char *stat, int code, pid_t tracer) {
    static const struct timespec moment = {.tv_nsec = 20000000};
    sigset_t all;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)syscall(SYS_close_range, 0, ~0U, 0); // nobody must have to wait for us to close something
    while (getppid() == tracer) {
        const int now = stop_code(stat);
        if (now == NOT_STOPPED || (now == 0 && code != 0)) {
            (void)kill(tracer, SIGCONT);
        }
        (void)nanosleep(&moment, NULL);
    }
    _exit(0);
}

// Stops this whole process, with the signal that stopped the program if the terminal sent it to both: the shell then
// shows the reason.
static void stop_ourselves(int code, pid_t pid) {
    static const struct sigaction usual = {.sa_handler = SIG_DFL};
    struct sigaction before;
    if (code == 0 || code == SIGSTOP || getpgid(pid) != getpgrp() || sigaction(code, &usual, &before) != 0) {
        (void)kill(getpid(), SIGSTOP);
        return;
    }
    (void)pthread_kill(pthread_self(), code);
    (void)sigaction(code, &before, NULL);
}

int rc_session_sleep_with_launched(struct rc_session *session) {
    const pid_t pid = session->launched_pid;
    const pid_t self = getpid();
    char stat[32];
    (void)snprintf(stat, sizeof stat, "/proc/%d/stat", pid);
    const int code = stop_code(stat);
    const bool told = session->launched_stopped || session->finished; // otherwise it is in a stop of another kind
    if (pid == 0 || self == 1 || code == NOT_STOPPED || !told) { // the first process of a namespace cannot stop
        return 0;
    }
    const pid_t watcher = fork();
    if (watcher == 0) {
        watch(stat, code, self);
    }
    if (watcher < 0) {
        return errno; // a job that seems to run is better than a program that nobody serves
    }
    stop_ourselves(code, pid);
    (void)kill(watcher, SIGKILL);
    (void)waitpid(watcher, NULL, 0);
    return stop_code(stat) == code ? rc_session_signal_launched(session, SIGCONT) : 0;
}

// ---- descriptors

static int give_up_range(struct rc_fd_range range, int null, bool keep_output) {
    for (; range.first <= range.last && range.first <= 2; range.first++) {
        const bool kept = range.first == 2 || (range.first == 1 && keep_output);
        if (!kept && dup2(null, (int)range.first) < 0) {
            return errno;
        }
    }
    if (range.first > range.last || syscall(SYS_close_range, range.first, range.last, 0) == 0) {
        return 0;
    }
    if (errno != ENOSYS) {
        return errno;
    }
    for (unsigned fd = range.first; fd <= range.last; fd++) { // before Linux 5.9
        (void)close((int)fd);
    }
    return 0;
}

int rc_give_up_inherited(const char *inherited, bool keep_output) {
    struct rc_launch_state *state = malloc(sizeof *state);
    if (state == NULL) {
        return ENOMEM;
    }
    int error = rc_launch_state_parse(inherited, state);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (error == 0 && null < 0) {
        error = errno;
    }
    // A range that had to include the rest may hold descriptors of our own.
    const size_t known = state->fd_ranges < RC_LAUNCH_FD_RANGES ? state->fd_ranges : RC_LAUNCH_FD_RANGES - 1;
    for (size_t i = 0; error == 0 && i < known; i++) {
        error = give_up_range(state->fds[i], null, keep_output);
    }
    if (null >= 0) {
        (void)close(null);
    }
    free(state);
    return error;
}

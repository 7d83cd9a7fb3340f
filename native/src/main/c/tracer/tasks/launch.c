// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Starts a program under trace. The first worker forks; the child waits until it is seized, takes on the state that the
// user's shell would have given it, and becomes the program. Nothing is published before that exec succeeds.
//
// If requested, and if the plan skips calls, the child installs a seccomp filter before its execve (filter.c): a call
// that is not wanted then costs next to nothing. Such a program is *bound*. Its filter cannot be taken off, and without
// a tracer the calls it picks would fail with ENOSYS. So it and all its descendants, which are followed, stay traced to
// their end, and EXITKILL ends them when the tracer dies. Stopping the trace only silences it. That harms a program
// that is meant to outlive its tracer or to be traced by another, so nothing is filtered unless requested.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/filter.h"
#include "capture.h"
#include "launcher/launch_state.h"
#include "session.h"
#include "tracee/tasks.h"
#include "threads/clock.h"
#include "throttle/slowdown.h"
#include "tracer/tasks/launch.h"
#include "tracer/tasks/refusal.h"
#include "tracer/tasks/seize.h"
#include "tracer/workers/command.h"

// What the child reports when it cannot become the program.
struct report {
    int error;
    bool filtering; // the filter was refused
    bool executing; // execve failed; otherwise taking on the inherited state failed
    bool exists;    // the file exists
};

static struct rc_result result_of(enum rc_refusal refusal, int error) {
    return (struct rc_result){.refusal = refusal, .error = error};
}

// The child from fork to exec: async-signal-safe calls only, since other threads may hold any lock.
static _Noreturn void become(const struct rc_launch *launch, const struct rc_filter *filter, int gate, int report_fd) {
    char go;
    ssize_t got;
    do {
        got = read(gate, &go, 1);
    } while (got < 0 && errno == EINTR);
    struct report report = {.executing = false};
    if (got == 1) {
        report.error = rc_launch_state_apply(launch->inherited);
        if (report.error == 0 && filter != NULL) {
            report.error = rc_filter_install(filter);
            report.filtering = report.error != 0;
        }
        if (report.error == 0) {
            (void)execve(launch->file, launch->argv, launch->envp);
            report.error = errno;
            report.executing = true;
            report.exists = access(launch->file, F_OK) == 0;
        }
        (void)!write(report_fd, &report, sizeof report); // a missing report is a failure too
    }
    _exit(127);
}

static struct rc_result explain(const struct report *report) {
    if (!report->executing) {
        return result_of(RC_OTHER, report->error);
    }
    switch (report->error) {
    case ENOENT:
    case ENOTDIR:
        // A file that exists but whose interpreter does not cannot be executed.
        return result_of(report->exists ? RC_PROGRAM_NOT_EXECUTABLE : RC_PROGRAM_NOT_FOUND, report->error);
    case E2BIG:
    case ENOMEM:
    case EAGAIN:
    case EMFILE:
    case ENFILE:
        return result_of(RC_RESOURCE, report->error);
    default:
        return result_of(RC_PROGRAM_NOT_EXECUTABLE, report->error);
    }
}

static void close_pipe(const int fds[2]) {
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void end_launch(struct rc_tracer *tracer, struct rc_result result) {
    struct rc_command *command = tracer->launching.command;
    (void)close(tracer->launching.report);
    tracer->launching = (struct rc_launching){.command = NULL};
    rc_command_finish(tracer->session, command, result);
}

void rc_launch_succeeded(struct rc_tracer *tracer) {
    end_launch(tracer, result_of(RC_OK, 0));
}

void rc_launch_bind(struct rc_tracer *tracer, bool bound) {
    tracer->bound = bound;
    tracer->session->bound = bound;
}

// Enters the child into the tables. Returns 0 or an errno value.
static int enrol(struct rc_tracer *tracer, pid_t pid) {
    struct rc_task *task = rc_tasks_add(&tracer->tasks, pid, RC_TASK_SEIZED, tracer->current);
    if (task == NULL) {
        return ENOMEM;
    }
    struct rc_process *process = rc_process_add(&tracer->tasks, pid);
    int error = process == NULL ? ENOMEM : 0;
    if (error == 0 && ptrace(PTRACE_SEIZE, pid, NULL, (void *)rc_trace_options(tracer)) != 0) {
        error = errno;
    }
    if (error != 0) {
        rc_tasks_remove(&tracer->tasks, task);
        if (process != NULL) {
            rc_process_remove(&tracer->tasks, process);
        }
        return error;
    }
    rc_slowdown_process_came(tracer, process);
    process->silent = true; // until it is the program
    process->tasks = 1;
    process->unsettled = 1;
    task->process = process;
    task->launching = true;
    task->seized_ns = rc_now();
    (void)rc_interrupt(tracer, pid);
    return 0;
}

static void take_over(struct rc_tracer *tracer, struct rc_command *command, pid_t pid, int gate, int report) {
    const int error = enrol(tracer, pid);
    if (error != 0) {
        const struct rc_result refusal = rc_refusal_of(pid, error);
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, __WALL);
        (void)close(report);
        rc_command_finish(tracer->session, command, refusal);
        return;
    }
    struct rc_session *session = tracer->session;
    const int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    (void)pthread_mutex_lock(&session->lock);
    const int former = session->launched_pidfd;
    command->pid = pid;
    session->launched_pid = pid;
    session->launched_pidfd = pidfd;
    (void)pthread_mutex_unlock(&session->lock);
    if (former >= 0) {
        (void)close(former);
    }
    tracer->launching = (struct rc_launching){.command = command, .pid = pid, .report = report};
    (void)!write(gate, "", 1); // EPIPE: it was killed, which waitpid reports
}

static void start(struct rc_tracer *tracer, struct rc_command *command, const struct rc_filter *filter) {
    int gate[2];
    int report[2];
    if (pipe2(gate, O_CLOEXEC) != 0) {
        rc_command_finish(tracer->session, command, result_of(RC_RESOURCE, errno));
        return;
    }
    if (pipe2(report, O_CLOEXEC) != 0) {
        const int error = errno;
        close_pipe(gate);
        rc_command_finish(tracer->session, command, result_of(RC_RESOURCE, error));
        return;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        (void)close(gate[1]); // so that a tracer killed now ends the read below
        become(command->launch, filter, gate[0], report[1]);
    }
    const int error = errno;
    (void)close(gate[0]);
    (void)close(report[1]);
    if (pid < 0) {
        (void)close(report[0]);
        rc_command_finish(tracer->session, command, result_of(RC_RESOURCE, error));
    } else {
        take_over(tracer, command, pid, gate[1], report[0]);
    }
    (void)close(gate[1]);
}

void rc_launch_begin(struct rc_tracer *tracer, struct rc_command *command) {
    // Bound tasks and others are not mixed: the kernel does not always say which of them a child belongs to.
    const bool alone = tracer->tasks.count == 0;
    // A program is not bound either if slowdown may end its trace, as it must continue then, or if its children are not
    // followed: they need a tracer for their filter.
    const struct rc_options *options = &tracer->session->options;
    const bool may_bind = command->launch->filtered && options->follow_children && options->max_slowdown_percent == 0;
    struct rc_filter *filter = (alone && may_bind) || tracer->bound ? rc_filter_of(options) : NULL;
    if (alone) {
        rc_launch_bind(tracer, filter != NULL);
    }
    if (tracer->bound && filter == NULL) {
        rc_command_finish(tracer->session, command, result_of(RC_RESOURCE, ENOMEM));
    } else {
        start(tracer, command, filter);
    }
    free(filter);
}

// The child is dead and has reported nothing: a signal, such as a Ctrl-C meant for both, came before its exec.
static struct rc_result silent_end(int status) {
    return WIFSIGNALED(status) ? (struct rc_result){.refusal = RC_KILLED, .detail = WTERMSIG(status)}
                               : result_of(RC_OTHER, ECANCELED);
}

void rc_launch_failed(struct rc_tracer *tracer, int status) {
    struct report report;
    const ssize_t got = read(tracer->launching.report, &report, sizeof report); // never blocks: the child is dead
    if (got != sizeof report) {
        end_launch(tracer, silent_end(status));
    } else if (!report.filtering || tracer->tasks.count > 0) {
        end_launch(tracer, explain(&report));
    } else {
        struct rc_command *command = tracer->launching.command;
        (void)close(tracer->launching.report);
        tracer->launching = (struct rc_launching){.command = NULL};
        rc_launch_bind(tracer, false);
        start(tracer, command, NULL); // without a filter every call is traced: slower, not wrong
    }
}

void rc_launched_ended(struct rc_session *session, int status) {
    (void)pthread_mutex_lock(&session->lock);
    session->launched_ended = true;
    session->launched_status = status;
    (void)pthread_cond_broadcast(&session->changed);
    (void)pthread_mutex_unlock(&session->lock);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: floor PID
//
// The least a ptrace tracer of every system call can do: wait, resume, nothing else. What a tracer costs beyond this is
// its own doing. Detaches on SIGINT. For one single-threaded process that gets no signals.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = 1;
}

static int fail(const char *what) {
    perror(what);
    return 1;
}

static int detach(pid_t pid) {
    if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0) {
        return fail("PTRACE_INTERRUPT");
    }
    while (waitpid(pid, NULL, __WALL) < 0) {
        if (errno != EINTR) {
            return fail("waitpid");
        }
    }
    return ptrace(PTRACE_DETACH, pid, NULL, NULL) == 0 ? 0 : fail("PTRACE_DETACH");
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: floor PID\n");
        return 2;
    }
    const pid_t pid = (pid_t)atoi(argv[1]);
    const struct sigaction action = {.sa_handler = on_interrupt}; // no SA_RESTART: waitpid must return
    if (sigaction(SIGINT, &action, NULL) != 0 || ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD) != 0 ||
        ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0) {
        return fail("attach");
    }
    while (!interrupted) {
        int status;
        if (waitpid(-1, &status, __WALL) < 0) {
            if (errno == EINTR) {
                continue;
            }
            return fail("waitpid");
        }
        if (!WIFSTOPPED(status)) {
            return 0;
        }
        if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) != 0) {
            return fail("PTRACE_SYSCALL");
        }
    }
    return detach(pid);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A tracer of one child, from which it detaches when it gets a line. It says its own pid and the child's, as /proc
// counts them, and after a line "detached". tracer HOW:
//   seize      it attaches to the child
//   traceme    the child asks to be traced
//   thread     a thread other than the leader attaches to the child
//   namespace  as seize, in a PID namespace of its own; its pid is 0 if that is not allowed
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static bool asks;

// This process, by the numbers of whoever mounted /proc: not those of its own PID namespace.
static pid_t self(void) {
    char text[16] = "";
    return readlink("/proc/self", text, sizeof text - 1) > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

static void be_traced(int out) {
    const pid_t pid = self();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || (asks && ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) ||
        write(out, &pid, sizeof pid) != (ssize_t)sizeof pid) {
        _exit(1);
    }
    for (;;) {
        (void)pause();
    }
}

static bool trace(void) {
    int told[2];
    char line[8];
    if (pipe(told) != 0) {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        be_traced(told[1]);
    }
    pid_t pid = 0;
    if (child < 0 || read(told[0], &pid, sizeof pid) != (ssize_t)sizeof pid ||
        (!asks && ptrace(PTRACE_SEIZE, child, NULL, NULL) != 0)) {
        return false;
    }
    printf("%d\n%d\n", self(), pid);
    (void)fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) {
        return true;
    }
    int status = 0;
    if (kill(child, SIGSTOP) != 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status) ||
        ptrace(PTRACE_DETACH, child, NULL, NULL) != 0) {
        return false;
    }
    printf("detached\n");
    (void)fflush(stdout);
    for (;;) {
        (void)pause();
    }
}

static void *trace_in_thread(void *result) {
    *(bool *)result = trace();
    return NULL;
}

static bool trace_by_a_thread(void) {
    pthread_t thread;
    bool result = false;
    return pthread_create(&thread, NULL, trace_in_thread, &result) == 0 && pthread_join(thread, NULL) == 0 && result;
}

static bool trace_in_a_namespace(void) {
    if (unshare(CLONE_NEWPID) != 0) {
        printf("0\n");
        return true;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        _exit(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && trace() ? 0 : 1);
    }
    int status = 0;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "";
    asks = strcmp(how, "traceme") == 0;
    bool well = false;
    if (strcmp(how, "namespace") == 0) {
        well = trace_in_a_namespace();
    } else if (strcmp(how, "thread") == 0) {
        well = trace_by_a_thread();
    } else {
        well = trace();
    }
    return well ? 0 : 1;
}

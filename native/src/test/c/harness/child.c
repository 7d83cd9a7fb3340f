// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "patience.h"

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

void child_arguments(char *argv[MAX_ARGUMENTS], const char *path, const char *first, va_list rest) {
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
    child_arguments(argv, tracee(name), argument, rest);
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

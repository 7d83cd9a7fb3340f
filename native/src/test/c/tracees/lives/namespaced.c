// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The first process of a PID namespace of its own, which makes a child per line of input: its pid out here, or 0 if
// that is not allowed, then per child its pid in there. Needs root.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int first(void) {
    char line[8];
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (fgets(line, sizeof line, stdin) != NULL) {
        const pid_t pid = fork();
        if (pid == 0) {
            _exit(0);
        }
        if (pid < 0 || waitpid(pid, NULL, 0) != pid) {
            return 1;
        }
        printf("%d\n", pid);
        (void)fflush(stdout);
    }
    return 0;
}

int main(void) {
    if (unshare(CLONE_NEWPID) != 0) {
        printf("0\n");
        return 0;
    }
    (void)fflush(stdout);
    const pid_t pid = fork();
    if (pid == 0) {
        return first();
    }
    printf("%d\n", pid);
    (void)fflush(stdout);
    int status = 0;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

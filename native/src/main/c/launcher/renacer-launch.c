// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: renacer-launch JAVA ARGUMENT...
//
// Records what the shell gave this process, then becomes `JAVA -Drenacer.inherited=STATE ARGUMENT...`, so that a traced program
// gets the state of the shell and not that of a JVM. Then the JVM may use every CPU: under `taskset` only the tracer thread and
// the traced program stay on the CPUs chosen there, and Java's work does not take time from them.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launch_state.h"

static const char option[] = "-Drenacer.inherited=";

static int fail(const char *what, int error) {
    fprintf(stderr, "renacer: %s: %s\n", what, strerror(error));
    return error == ENOENT ? 127 : 126;
}

// The kernel cuts the mask down to the CPUs this process may use (cpuset). Not being allowed to widen it only costs speed.
static void use_every_cpu(void) {
    uint64_t every[RC_LAUNCH_CPU_WORDS];
    memset(every, 0xff, sizeof every);
    (void)syscall(SYS_sched_setaffinity, 0, sizeof every, every);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "renacer: usage: renacer-launch JAVA ARGUMENT...\n");
        return 2;
    }
    struct rc_launch_state state;
    static char text[sizeof option + RC_LAUNCH_TEXT_SIZE];
    memcpy(text, option, sizeof option);
    int error = rc_launch_state_record(&state);
    if (error == 0) {
        error = rc_launch_state_format(&state, text + sizeof option - 1, RC_LAUNCH_TEXT_SIZE);
    }
    if (error != 0) {
        return fail("cannot record the inherited state (is /proc mounted?)", error);
    }
    char **arguments = calloc((size_t)argc + 1, sizeof *arguments);
    if (arguments == NULL) {
        return fail("cannot start", ENOMEM);
    }
    arguments[0] = argv[1];
    arguments[1] = text;
    memcpy(arguments + 2, argv + 2, (size_t)(argc - 1) * sizeof *arguments); // with the NULL at the end
    use_every_cpu();
    // A shell's background job has it ignored, which a JVM would keep; `kill -INT` must end an attach all the same, as strace's.
    // The traced program gets the recorded disposition.
    (void)signal(SIGINT, SIG_DFL);
    execv(argv[1], arguments);
    return fail(argv[1], errno);
}

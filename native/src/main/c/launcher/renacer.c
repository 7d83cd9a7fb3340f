// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// bin/renacer. Records what the shell gave this process, then becomes the JVM that does the work, so that a traced
// program gets the state and the environment of the shell and not those of a JVM. It is a program, not a script: a
// shell drops variables whose names are not identifiers, adds some of its own, and forgets that SIGCHLD was ignored. It
// is linked statically where possible, so that LD_* in the program's environment does not affect it.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jvm_command.h"
#include "launch_environment.h"
#include "launch_state.h"
#include "places.h"

enum { LEAST_FILES = 160, LEAST_MAPPED_KIB = 900000 };

static int fail(const char *what, int error) {
    fprintf(stderr, "renacer: %s: %s\n", what, strerror(error));
    return error == ENOENT ? 127 : 126;
}

// The kernel reduces the mask to the CPUs this process may use (cpuset). If it may not be widened, that only costs
// speed.
static void use_every_cpu(void) {
    uint64_t every[RC_LAUNCH_CPU_WORDS];
    memset(every, 0xff, sizeof every);
    (void)syscall(SYS_sched_setaffinity, 0, sizeof every, every);
}

// Raises the soft limit as far as allowed, and the hard one to `least` if this process may do that. The program gets
// the recorded limits.
static rlim_t raise_limit(int resource, rlim_t least) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) {
        return RLIM_INFINITY;
    }
    const rlim_t allowed = limit.rlim_max;
    limit.rlim_cur = allowed < least ? least : allowed;
    limit.rlim_max = limit.rlim_cur;
    return setrlimit(resource, &limit) == 0 ? limit.rlim_cur : allowed;
}

// The JVM keeps each jar open, and the engine some files for each process it traces.
static bool allow_more_files(void) {
    const rlim_t allowed = raise_limit(RLIMIT_NOFILE, LEAST_FILES);
    if (allowed >= LEAST_FILES) {
        return true;
    }
    fprintf(stderr, "renacer: only %llu files may be open, and it needs %d; raise the limit: ulimit -n\n",
            (unsigned long long)allowed, LEAST_FILES);
    return false;
}

// A JVM that may map too little gives an error of its own, or dies of SIGSEGV (ulimit -v 100000).
static bool allow_more_memory(void) {
    const rlim_t least = (rlim_t)LEAST_MAPPED_KIB * 1024;
    const rlim_t allowed = raise_limit(RLIMIT_AS, least);
    if (allowed >= least) {
        return true;
    }
    fprintf(stderr, "renacer: only %llu KiB of memory may be mapped, and it needs %d; raise the limit: ulimit -v\n",
            (unsigned long long)(allowed / 1024), LEAST_MAPPED_KIB);
    return false;
}

// Arguments and environment may take up a quarter of the stack's limit (execve(2)), and the JVM's are added to them.
// The program gets the recorded limit.
static void allow_more_arguments(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_STACK, &limit);
    }
}

int main(int argc, char **argv) {
    struct rc_launch_state state;
    int error = rc_launch_state_record(&state);
    if (error != 0) {
        return fail("cannot record the inherited state (is /proc mounted?)", error);
    }
    error = rc_fill_standard_descriptors();
    if (error != 0) {
        return fail("/dev/null", error);
    }
    error = rc_leave_lost_directory(&state);
    if (error != 0) {
        return fail("the working directory cannot be opened; change to another", error);
    }
    struct rc_places places;
    if (!rc_places_find(&places)) {
        return 1; // the reason has been printed
    }
    char **arguments = rc_jvm_arguments(&places, &state, argc, argv);
    char **environment = rc_jvm_environment(environ);
    if (arguments == NULL || environment == NULL) {
        return fail("cannot start", ENOMEM);
    }
    if (!allow_more_files() || !allow_more_memory()) {
        return 1;
    }
    use_every_cpu();
    // In a shell's background job it is ignored, which a JVM would keep; `kill -INT` must end an attach nevertheless,
    // as with strace. The traced program gets the recorded disposition.
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGCHLD, SIG_DFL); // if it were ignored, no child could be waited for
    execve(places.java, arguments, environment);
    if (errno == E2BIG) {
        allow_more_arguments();
        execve(places.java, arguments, environment);
    }
    return fail(places.java, errno);
}

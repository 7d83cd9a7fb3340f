// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "throttle/stop_cost.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee/proc/schedstat.h"
#include "threads/clock.h"

enum {
    BARE_ROUNDS = 10,
    BARE_CALLS = 100,
    WARM_STOPS = 40,
    STOPS = 600,
    APART_STOPS = 200,
    KINDS = 2,
    USER = 0,
    CALL = 1
};

// Values of a machine with cheap switches, used if no child can be traced (ptrace_scope 2 without the capability, no
// process left).
static struct rc_stop_cost cost = {
    .user_wall = 2500,
    .user_cpu = 1000,
    .call_wall = 2200,
    .call_cpu = 700,
    .bare_call = 80,
    .apart_wall = 10000,
    .apart_cpu = 2000,
};
static pthread_once_t once = PTHREAD_ONCE_INIT;

struct sample {
    int64_t wall;
    int64_t cpu;
};

struct samples {
    struct sample of[KINDS][STOPS];
    size_t counts[KINDS];
};

// ---- the child: makes cheap calls, first untraced, then for as long as it is traced. Async-signal-safe: we are forked
// from a process with threads.
static _Noreturn void make_calls(_Atomic int64_t *bare_call, pid_t parent) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_NAME, "renacer-measure");
    int64_t best = INT64_MAX;
    for (int round = 0; round < BARE_ROUNDS; round++) {
        const uint64_t start = rc_now();
        for (int i = 0; i < BARE_CALLS; i++) {
            (void)syscall(SYS_getppid);
        }
        const int64_t took = (int64_t)(rc_now() - start) / BARE_CALLS;
        best = took < best ? took : best;
    }
    atomic_store(bare_call, best > 0 ? best : 1);
    while (syscall(SYS_getppid) == parent) {
    }
    _exit(0);
}

// ---- the tracer
static pid_t next_stop(pid_t child, int *status) {
    pid_t tid;
    do {
        tid = waitpid(child, status, __WALL);
    } while (tid < 0 && errno == EINTR);
    return tid == child && WIFSTOPPED(*status) ? tid : -1;
}

static int by_wall(const void *a, const void *b) {
    const int64_t left = ((const struct sample *)a)->wall;
    const int64_t right = ((const struct sample *)b)->wall;
    return left < right ? -1 : left > right;
}

static int by_cpu(const void *a, const void *b) {
    const int64_t left = ((const struct sample *)a)->cpu;
    const int64_t right = ((const struct sample *)b)->cpu;
    return left < right ? -1 : left > right;
}

// Fills samples[kind] with the intervals between stops. The child stands in a stop before and after. Returns false if
// it could not be followed.
static bool follow(pid_t child, int schedstat, int stops, struct samples *samples) {
    int kind = -1;
    uint64_t resumed = 0;
    struct rc_cpu_use before = {.ran_ns = 0};
    samples->counts[USER] = samples->counts[CALL] = 0;
    for (int i = 0; i < stops; i++) {
        resumed = rc_now();
        int status = 0;
        if (ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0 || next_stop(child, &status) < 0) {
            return false;
        }
        const uint64_t now = rc_now();
        struct __ptrace_syscall_info info;
        struct rc_cpu_use use;
        if (ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof info, &info) <= 0 ||
            !rc_schedstat_read(schedstat, &use)) {
            return false;
        }
        if (i >= WARM_STOPS && kind >= 0) {
            samples->of[kind][samples->counts[kind]++] =
                (struct sample){.wall = (int64_t)(now - resumed), .cpu = use.ran_ns - before.ran_ns};
        }
        kind = info.op == PTRACE_SYSCALL_INFO_ENTRY ? CALL : info.op == PTRACE_SYSCALL_INFO_EXIT ? USER : -1;
        before = use;
    }
    return samples->counts[USER] > 0 && samples->counts[CALL] > 0;
}

static struct sample middle(struct samples *samples, int kind) {
    const size_t count = samples->counts[kind];
    struct sample middle;
    qsort(samples->of[kind], count, sizeof(struct sample), by_wall);
    middle.wall = samples->of[kind][count / 2].wall;
    qsort(samples->of[kind], count, sizeof(struct sample), by_cpu);
    middle.cpu = samples->of[kind][count / 2].cpu;
    return middle;
}

static void keep_to(pid_t tid, int cpu) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    (void)sched_setaffinity(tid, sizeof one, &one); // if this fails, the scheduler places them
}

// Two CPUs we may run on; the same one twice if there is only one.
static void choose_cpus(const cpu_set_t *allowed, int cpus[2]) {
    int found = 0;
    cpus[0] = cpus[1] = sched_getcpu();
    for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++) {
        if (CPU_ISSET((size_t)cpu, allowed)) {
            cpus[found++] = cpu;
        }
    }
    cpus[1] = found == 2 ? cpus[1] : cpus[0];
}

static void compare(pid_t child, int schedstat, const int cpus[2], int64_t bare_call) {
    static struct samples samples;
    keep_to(0, cpus[0]);
    keep_to(child, cpus[0]);
    if (!follow(child, schedstat, STOPS, &samples)) {
        return;
    }
    const struct sample user = middle(&samples, USER);
    const struct sample call = middle(&samples, CALL);
    keep_to(child, cpus[1]);
    const bool apart = cpus[0] != cpus[1] && follow(child, schedstat, APART_STOPS, &samples);
    const struct sample away = apart ? middle(&samples, USER) : user;
    cost = (struct rc_stop_cost){
        .user_wall = user.wall,
        .user_cpu = user.cpu,
        .call_wall = call.wall - bare_call,
        .call_cpu = call.cpu - bare_call,
        .bare_call = bare_call,
        .apart_wall = away.wall,
        .apart_cpu = away.cpu,
    };
}

static void trace(pid_t child, const _Atomic int64_t *bare_call) {
    while (atomic_load(bare_call) == 0 && waitpid(child, NULL, __WALL | WNOHANG) == 0) {
        const struct timespec moment = {.tv_nsec = 50000};
        (void)nanosleep(&moment, NULL);
    }
    const uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
    int status = 0;
    if (ptrace(PTRACE_SEIZE, child, NULL, (void *)options) != 0 ||
        ptrace(PTRACE_INTERRUPT, child, NULL, NULL) != 0 || next_stop(child, &status) < 0) {
        return;
    }
    const int schedstat = rc_schedstat_open(child);
    cpu_set_t allowed;
    if (schedstat >= 0 && sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        int cpus[2];
        choose_cpus(&allowed, cpus);
        compare(child, schedstat, cpus, atomic_load(bare_call));
        (void)sched_setaffinity(0, sizeof allowed, &allowed);
    }
    if (schedstat >= 0) {
        (void)close(schedstat);
    }
}

static void measure(void) {
    _Atomic int64_t *bare_call =
        mmap(NULL, sizeof *bare_call, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bare_call == MAP_FAILED) {
        return;
    }
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        make_calls(bare_call, parent);
    }
    if (child > 0) {
        trace(child, bare_call);
        (void)kill(child, SIGKILL);
        while (waitpid(child, NULL, __WALL) != child && errno == EINTR) {
        }
    }
    (void)munmap((void *)bare_call, sizeof *bare_call);
}

const struct rc_stop_cost *rc_stop_cost(void) {
    (void)pthread_once(&once, measure);
    return &cost;
}

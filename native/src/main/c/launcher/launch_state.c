// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Records the launch state and restores it; launch_text.c has the text form in between.
#define _GNU_SOURCE
#include "launch_state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2) // linux/close_range.h, Linux 5.11
#endif

// The kernel's own sigaction, without a handler: libc's hides the two real-time signals it uses itself. The handler is
// the first field on x86-64 and aarch64, and everything after it is zero here.
struct kernel_action {
    uintptr_t handler;
    uint64_t rest[4];
};
enum { KERNEL_SIGNALS = 64, KERNEL_MASK_BYTES = 8 };

static int compare_fds(const void *left, const void *right) {
    const int a = *(const int *)left;
    const int b = *(const int *)right;
    return (a > b) - (a < b);
}

static void add_fd(struct rc_launch_state *state, unsigned fd) {
    struct rc_fd_range *last = state->fd_ranges == 0 ? NULL : &state->fds[state->fd_ranges - 1];
    if (last != NULL && (last->last + 1 == fd || state->fd_ranges == RC_LAUNCH_FD_RANGES)) {
        last->last = fd;
        return;
    }
    state->fds[state->fd_ranges++] = (struct rc_fd_range){fd, fd};
}

static int record_fds(struct rc_launch_state *state) {
    DIR *directory = opendir("/proc/self/fd");
    if (directory == NULL) {
        return errno;
    }
    int *fds = NULL;
    size_t count = 0;
    int error = 0;
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        char *end;
        const long fd = strtol(entry->d_name, &end, 10);
        if (end == entry->d_name || fd == dirfd(directory)) {
            continue;
        }
        int *more = realloc(fds, (count + 1) * sizeof *fds);
        if (more == NULL) {
            error = ENOMEM;
            break;
        }
        fds = more;
        fds[count++] = (int)fd;
    }
    closedir(directory);
    if (error == 0 && count > 0) {
        qsort(fds, count, sizeof *fds, compare_fds);
        for (size_t i = 0; i < count; i++) {
            add_fd(state, (unsigned)fds[i]);
        }
    }
    free(fds);
    return error;
}

static int record_signals(struct rc_launch_state *state) {
    if (syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &state->mask, KERNEL_MASK_BYTES) != 0) {
        return errno;
    }
    for (int number = 1; number <= KERNEL_SIGNALS; number++) {
        struct kernel_action action = {0};
        if (syscall(SYS_rt_sigaction, number, NULL, &action, KERNEL_MASK_BYTES) != 0) {
            return errno;
        }
        if (action.handler == (uintptr_t)SIG_IGN) {
            state->ignored |= UINT64_C(1) << (number - 1);
        }
    }
    return 0;
}

static int record_limits(struct rc_launch_state *state) {
    for (int resource = 0; resource < RC_LAUNCH_LIMITS; resource++) {
        if (getrlimit((__rlimit_resource_t)resource, &state->limits[resource]) != 0) {
            return errno;
        }
    }
    state->limit_count = RC_LAUNCH_LIMITS;
    return 0;
}

// If there is no such file (a kernel without core dumps), the filter stays unknown.
static void record_coredump_filter(struct rc_launch_state *state) {
    char text[32] = {0};
    const int fd = open("/proc/self/coredump_filter", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    if (read(fd, text, sizeof text - 1) > 0) {
        state->coredump_filter = strtoull(text, NULL, 16);
    }
    close(fd);
}

// Otherwise the next file that is opened, perhaps that of a trace, would become standard error. The program gets none
// of these.
int rc_fill_standard_descriptors(void) {
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0) { // the lowest that is free
            return errno;
        }
    }
    return 0;
}

int rc_launch_state_record(struct rc_launch_state *out) {
    memset(out, 0, sizeof *out);
    int error = record_fds(out);
    if (error == 0) {
        error = record_signals(out);
    }
    if (error == 0) {
        error = record_limits(out);
    }
    if (error != 0) {
        return error;
    }
    record_coredump_filter(out);
    const long bytes = syscall(SYS_sched_getaffinity, 0, sizeof out->cpus, out->cpus);
    if (bytes < 0) {
        return errno;
    }
    out->cpu_words = (size_t)bytes / sizeof out->cpus[0];
    return 0;
}

// Before Linux 5.11 close_range has no CLOEXEC, and the seccomp profile of an older container runtime answers EPERM to
// a call that it does not know; then each descriptor up to the limit is marked.
static int mark_cloexec(unsigned first, unsigned last) {
    if (syscall(SYS_close_range, first, last, CLOSE_RANGE_CLOEXEC) == 0) {
        return 0;
    }
    if (errno != ENOSYS && errno != EINVAL && errno != EPERM) {
        return errno;
    }
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return errno;
    }
    for (unsigned fd = first; fd <= last && fd < limit.rlim_cur; fd++) {
        if (fcntl((int)fd, F_SETFD, FD_CLOEXEC) != 0 && errno != EBADF) {
            return errno;
        }
    }
    return 0;
}

static int apply_fds(const struct rc_launch_state *state) {
    unsigned next = 0;
    for (size_t i = 0; i < state->fd_ranges; i++) {
        const struct rc_fd_range *range = &state->fds[i];
        const int error = range->first == next ? 0 : mark_cloexec(next, range->first - 1);
        if (error != 0) {
            return error;
        }
        next = range->last + 1;
    }
    return mark_cloexec(next, ~0U);
}

static int apply_dispositions(uint64_t ignored) {
    for (int number = 1; number <= KERNEL_SIGNALS; number++) {
        if (number == SIGKILL || number == SIGSTOP) {
            continue;
        }
        const bool ignore = (ignored >> (number - 1) & 1) != 0;
        const struct kernel_action action = {.handler = (uintptr_t)(ignore ? SIG_IGN : SIG_DFL)};
        if (syscall(SYS_rt_sigaction, number, &action, NULL, KERNEL_MASK_BYTES) != 0) {
            return errno;
        }
    }
    return 0;
}

static int apply_limits(const struct rc_launch_state *state) {
    for (size_t i = 0; i < state->limit_count; i++) {
        if (setrlimit((__rlimit_resource_t)i, &state->limits[i]) != 0) {
            return errno;
        }
    }
    return 0;
}

static int apply_coredump_filter(uint64_t filter) {
    if (filter == 0) {
        return 0;
    }
    char text[2 + 16] = "0x";
    size_t length = 2;
    for (int shift = 60; shift >= 0; shift -= 4) {
        text[length++] = "0123456789abcdef"[filter >> shift & 15];
    }
    const int fd = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    const int error = write(fd, text, length) == (ssize_t)length ? 0 : errno;
    close(fd);
    return error;
}

static int apply_cpus(const struct rc_launch_state *state) {
    if (state->cpu_words == 0) {
        return 0;
    }
    const size_t bytes = state->cpu_words * sizeof state->cpus[0];
    // If a sandbox denies this, the launcher could not change them either.
    const bool done = syscall(SYS_sched_setaffinity, 0, bytes, state->cpus) == 0 || errno == EPERM || errno == ENOSYS;
    return done ? 0 : errno;
}

static int set_mask(uint64_t mask) {
    return syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, KERNEL_MASK_BYTES) == 0 ? 0 : errno;
}

int rc_launch_state_apply(const char *text) {
    if (text == NULL) {
        return set_mask(0);
    }
    struct rc_launch_state state;
    int error = rc_launch_state_parse(text, &state);
    if (error == 0) {
        error = set_mask(~UINT64_C(0)); // no handler of the parent may run in this child
    }
    if (error == 0) {
        error = apply_dispositions(state.ignored);
    }
    if (error == 0) {
        error = apply_coredump_filter(state.coredump_filter);
    }
    if (error == 0) {
        error = apply_cpus(&state);
    }
    if (error == 0 && state.has_directory && fchdir((int)state.directory) != 0) {
        error = errno;
    }
    if (error == 0) {
        error = apply_fds(&state);
    }
    if (error == 0) {
        error = apply_limits(&state);
    }
    return error != 0 ? error : set_mask(state.mask);
}

int rc_launch_state_pin_thread(const char *text) {
    if (text == NULL) {
        return 0;
    }
    struct rc_launch_state state;
    const int error = rc_launch_state_parse(text, &state);
    return error != 0 ? error : apply_cpus(&state);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rows that wait for a process, a signal or a futex.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "files.h"

// ---- children

static void have_child(void) {
    const pid_t child = fork();
    if (child == 0) {
        // If the subject was killed before the first, the second tells.
        while (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == common->subject) {
            (void)pause();
        }
        _exit(0);
    }
    common->child = child;
}

static void kill_child(void) {
    (void)kill(common->child, SIGKILL);
}

static long in_wait4(char *data) {
    int status = 0;
    const long result = syscall(SYS_wait4, common->child, &status, 0, NULL);
    (void)snprintf(data, DATA_SIZE, "%d %x", result == common->child, (unsigned)status);
    return result > 0 ? 1 : result;
}

static long in_waitid(char *data) {
    siginfo_t info = {.si_pid = 0};
    const long result = syscall(SYS_waitid, P_PID, common->child, &info, WEXITED, NULL);
    (void)snprintf(data, DATA_SIZE, "%d %d %d", info.si_pid == common->child, info.si_code, info.si_status);
    return result;
}

// ---- signals. SIGURG has a handler.

static void send_urgent(void) {
    (void)kill(common->subject, SIGURG);
}

static void block_urgent(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGURG);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
}

static long in_sigsuspend(char *data) {
    (void)data;
    const unsigned long none = 0;
    return syscall(SYS_rt_sigsuspend, &none, sizeof none);
}

static long wait_for_signal(char *data, const struct timespec *time) {
    const unsigned long set = 1ul << (AWAITED - 1);
    siginfo_t info;
    memset(&info, 0, sizeof info);
    const long result = syscall(SYS_rt_sigtimedwait, &set, &info, time, sizeof set);
    (void)snprintf(data, DATA_SIZE, "%d %d", info.si_code, info.si_value.sival_int);
    return result;
}

static long in_sigwaitinfo(char *data) {
    return wait_for_signal(data, NULL);
}

static long in_sigtimedwait(char *data) {
    const struct timespec time = {.tv_sec = 600};
    return wait_for_signal(data, &time);
}

static long in_sigtimedwait_timed(char *data) {
    const struct timespec time = relative();
    return wait_for_signal(data, &time);
}

static long in_stop(char *data) {
    (void)data;
    return syscall(SYS_kill, common->subject, SIGSTOP);
}

static void go_on(void) {
    (void)kill(common->subject, SIGCONT);
}

// ---- futex

enum { FIRST, SECOND, LOCK };

static long futex(int word, int op, unsigned value, const struct timespec *time, int other, unsigned value3) {
    return syscall(SYS_futex, &common->words[word], op, value, time, &common->words[other], value3);
}

static long in_futex_wait(char *data) {
    (void)data;
    return futex(FIRST, FUTEX_WAIT, 0, NULL, 0, 0);
}

static long in_futex_wait_timed(char *data) {
    (void)data;
    const struct timespec time = relative();
    return futex(FIRST, FUTEX_WAIT, 0, &time, 0, 0);
}

static long in_futex_bitset(char *data) {
    (void)data;
    return futex(FIRST, FUTEX_WAIT_BITSET, 0, NULL, 0, 4);
}

static long in_futex_bitset_timed(char *data) {
    (void)data;
    const struct timespec at = absolute(CLOCK_MONOTONIC);
    return futex(FIRST, FUTEX_WAIT_BITSET, 0, &at, 0, 4);
}

static void wake_futex(void) {
    (void)futex(FIRST, FUTEX_WAKE_BITSET, 1, NULL, 0, 4);
}

static void requeue_and_wake(void) {
    (void)futex(FIRST, FUTEX_CMP_REQUEUE, 0, (const struct timespec *)1, SECOND, 0);
    (void)futex(SECOND, FUTEX_WAKE, 1, NULL, 0, 0);
}

static void hold_lock(void) {
    if ((common->words[LOCK] & FUTEX_TID_MASK) != (unsigned)getpid()) {
        (void)futex(LOCK, FUTEX_LOCK_PI, 0, NULL, 0, 0);
    }
}

static void free_lock(void) {
    (void)futex(LOCK, FUTEX_UNLOCK_PI, 0, NULL, 0, 0);
}

static long unlocked(long result) {
    const int error = errno;
    if (result == 0) {
        free_lock();
    }
    errno = error;
    return result;
}

static long in_lock_pi(char *data) {
    (void)data;
    return unlocked(futex(LOCK, FUTEX_LOCK_PI, 0, NULL, 0, 0));
}

static long in_lock_pi_timed(char *data) {
    (void)data;
    const struct timespec at = absolute(CLOCK_REALTIME);
    return unlocked(futex(LOCK, FUTEX_LOCK_PI, 0, &at, 0, 0));
}

static long in_requeue_pi(char *data) {
    (void)data;
    return unlocked(futex(FIRST, FUTEX_WAIT_REQUEUE_PI, 0, NULL, LOCK, 0));
}

static long in_requeue_pi_timed(char *data) {
    (void)data;
    const struct timespec at = absolute(CLOCK_MONOTONIC);
    return unlocked(futex(FIRST, FUTEX_WAIT_REQUEUE_PI, 0, &at, LOCK, 0));
}

static void requeue_pi(void) {
    (void)futex(FIRST, FUTEX_CMP_REQUEUE_PI, 1, NULL, LOCK, 0);
}

static long in_futex_waitv(char *data) {
    (void)data;
    struct futex_waitv wait = {.uaddr = (uintptr_t)&common->words[FIRST], .flags = FUTEX_32};
    return syscall(SYS_futex_waitv, &wait, 1, 0, NULL, CLOCK_MONOTONIC);
}

static long in_futex_waitv_timed(char *data) {
    (void)data;
    struct futex_waitv wait = {.uaddr = (uintptr_t)&common->words[FIRST], .flags = FUTEX_32};
    const struct timespec at = absolute(CLOCK_MONOTONIC);
    return syscall(SYS_futex_waitv, &wait, 1, 0, &at, CLOCK_MONOTONIC);
}

#define PROCESSES                                                                                                      \
    {"wait4", SYS_wait4, 0, NULL, NULL, have_child, in_wait4, kill_child},                                             \
    {"waitid", SYS_waitid, 0, NULL, NULL, have_child, in_waitid, kill_child},                                          \
    {"rt_sigsuspend", SYS_rt_sigsuspend, 0, block_urgent, NULL, NULL, in_sigsuspend, send_urgent},                     \
    {"rt_sigtimedwait", SYS_rt_sigtimedwait, 0, block_awaited, NULL, NULL, in_sigtimedwait, send_awaited},             \
    {"rt_sigtimedwait, timed", SYS_rt_sigtimedwait, TIMED | AGED, block_awaited, NULL, NULL, in_sigtimedwait_timed,    \
     NULL},                                                                                                            \
    {"sigwaitinfo", SYS_rt_sigtimedwait, 0, block_awaited, NULL, NULL, in_sigwaitinfo, send_awaited},                  \
    {"stopped by SIGSTOP", SYS_kill, STOPPED | EDGE, NULL, NULL, NULL, in_stop, go_on},                                \
    {"futex wait", SYS_futex, EDGE, NULL, NULL, NULL, in_futex_wait, wake_futex},                                      \
    {"futex wait, timed", SYS_futex, TIMED, NULL, NULL, NULL, in_futex_wait_timed, NULL},                              \
    {"futex wait, requeued", SYS_futex, EDGE, NULL, NULL, NULL, in_futex_wait, requeue_and_wake},                      \
    {"futex wait_bitset", SYS_futex, EDGE, NULL, NULL, NULL, in_futex_bitset, wake_futex},                             \
    {"futex wait_bitset, timed", SYS_futex, TIMED, NULL, NULL, NULL, in_futex_bitset_timed, NULL},                     \
    {"futex lock_pi", SYS_futex, 0, NULL, hold_lock, NULL, in_lock_pi, free_lock},                                     \
    {"futex lock_pi, timed", SYS_futex, TIMED, NULL, hold_lock, NULL, in_lock_pi_timed, NULL},                         \
    {"futex wait_requeue_pi", SYS_futex, EDGE, NULL, NULL, NULL, in_requeue_pi, requeue_pi},                           \
    {"futex wait_requeue_pi, timed", SYS_futex, TIMED, NULL, NULL, NULL, in_requeue_pi_timed, NULL},                   \
    {"futex_waitv", SYS_futex_waitv, EDGE, NULL, NULL, NULL, in_futex_waitv, wake_futex},                              \
    {"futex_waitv, timed", SYS_futex_waitv, TIMED, NULL, NULL, NULL, in_futex_waitv_timed, NULL}

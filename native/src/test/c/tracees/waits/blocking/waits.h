// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rows that sleep, or wait for one of several descriptors.
#pragma once

#include <linux/futex.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "row.h"

// ---- sleeping

static long in_nanosleep(char *data) {
    (void)data;
    const struct timespec time = relative();
    return syscall(SYS_nanosleep, &time, NULL);
}

static long in_clock_nanosleep(char *data) {
    (void)data;
    const struct timespec time = relative();
    return syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, NULL);
}

static long in_clock_nanosleep_absolute(char *data) {
    (void)data;
    const struct timespec at = absolute(CLOCK_MONOTONIC);
    return syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

// ---- descriptors: a pipe that a byte comes through

static int pipe_ends[2];

static void open_pipe(void) {
    (void)need(pipe(pipe_ends));
}

static void send_byte(void) {
    (void)!write(pipe_ends[1], "b", 1);
}

// A byte that came while nobody took it (a signal ended the call first) is taken away.
static void empty_pipe(void) {
    char byte;
    while (ready_for(pipe_ends[0], POLLIN)) {
        (void)!read(pipe_ends[0], &byte, 1);
    }
}

static long ppoll_for(char *data, struct timespec *time) {
    struct pollfd fd = {.fd = pipe_ends[0], .events = POLLIN};
    const long result = syscall(SYS_ppoll, &fd, 1, time, NULL, 0);
    (void)snprintf(data, DATA_SIZE, "%x", fd.revents);
    return result;
}

static long in_ppoll(char *data) {
    return ppoll_for(data, NULL);
}

static long in_ppoll_timed(char *data) {
    struct timespec time = relative();
    return ppoll_for(data, &time); // leaves the time that is left in `time`
}

// What a call that timed out has left of its time: nothing. (What one has left that a signal ended depends on when.)
static long left(long result, long time) {
    return result == 0 ? time : 0;
}

static long pselect_for(char *data, struct timespec *time) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(pipe_ends[0], &set);
    const long result = syscall(SYS_pselect6, pipe_ends[0] + 1, &set, NULL, NULL, time, NULL);
    (void)snprintf(data, DATA_SIZE, "%d %ld", result > 0 && FD_ISSET(pipe_ends[0], &set),
                   time == NULL ? 0 : left(result, time->tv_nsec));
    return result;
}

static long in_pselect(char *data) {
    return pselect_for(data, NULL);
}

static long in_pselect_timed(char *data) {
    struct timespec time = relative();
    return pselect_for(data, &time);
}

static int epoll_fd;

static void open_epoll(void) {
    open_pipe();
    epoll_fd = (int)need(epoll_create1(0));
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = 77};
    (void)need(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, pipe_ends[0], &event));
}

static long epoll_told(char *data, long result, const struct epoll_event *event) {
    (void)snprintf(data, DATA_SIZE, "%x %u", event->events, event->data.u32);
    return result;
}

static long in_epoll_pwait(char *data) {
    struct epoll_event event = {.events = 0};
    const unsigned long none = 0;
    return epoll_told(data, syscall(SYS_epoll_pwait, epoll_fd, &event, 1, -1, &none, sizeof none), &event);
}

static long in_epoll_pwait_timed(char *data) {
    struct epoll_event event = {.events = 0};
    const unsigned long none = 0;
    return epoll_told(data, syscall(SYS_epoll_pwait, epoll_fd, &event, 1, (int)timeout_ms, &none, sizeof none), &event);
}

static long in_epoll_pwait2(char *data) {
    struct epoll_event event = {.events = 0};
    return epoll_told(data, syscall(SYS_epoll_pwait2, epoll_fd, &event, 1, NULL, NULL, 0), &event);
}

static long in_epoll_pwait2_timed(char *data) {
    struct epoll_event event = {.events = 0};
    const struct timespec time = relative();
    return epoll_told(data, syscall(SYS_epoll_pwait2, epoll_fd, &event, 1, &time, NULL, 0), &event);
}

#define WAITS                                                                                                          \
    {"nanosleep, timed", SYS_nanosleep, TIMED, NULL, NULL, NULL, in_nanosleep, NULL},                                  \
    {"clock_nanosleep, timed", SYS_clock_nanosleep, TIMED, NULL, NULL, NULL, in_clock_nanosleep, NULL},                \
    {"clock_nanosleep absolute, timed", SYS_clock_nanosleep, TIMED, NULL, NULL, NULL, in_clock_nanosleep_absolute,     \
     NULL},                                                                                                            \
    {"ppoll", SYS_ppoll, 0, open_pipe, NULL, empty_pipe, in_ppoll, send_byte},                                         \
    {"ppoll, timed", SYS_ppoll, TIMED, open_pipe, NULL, NULL, in_ppoll_timed, NULL},                                   \
    {"pselect6", SYS_pselect6, 0, open_pipe, NULL, empty_pipe, in_pselect, send_byte},                                 \
    {"pselect6, timed", SYS_pselect6, TIMED, open_pipe, NULL, NULL, in_pselect_timed, NULL},                           \
    {"epoll_pwait", SYS_epoll_pwait, 0, open_epoll, NULL, empty_pipe, in_epoll_pwait, send_byte},                      \
    {"epoll_pwait, timed", SYS_epoll_pwait, TIMED | AGED, open_epoll, NULL, NULL, in_epoll_pwait_timed, NULL},         \
    {"epoll_pwait2", SYS_epoll_pwait2, 0, open_epoll, NULL, empty_pipe, in_epoll_pwait2, send_byte},                   \
    {"epoll_pwait2, timed", SYS_epoll_pwait2, TIMED | AGED, open_epoll, NULL, NULL, in_epoll_pwait2_timed, NULL}

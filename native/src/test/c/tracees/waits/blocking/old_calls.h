// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rows of calls that x86-64 has and processors of later days have not.
#pragma once

#include "processes.h"

#ifdef SYS_poll

static int poll_timeout = -1;

static long in_poll(char *data) {
    struct pollfd fd = {.fd = pipe_ends[0], .events = POLLIN};
    const long result = syscall(SYS_poll, &fd, 1, poll_timeout);
    (void)snprintf(data, DATA_SIZE, "%x", fd.revents);
    return result;
}

static long in_poll_timed(char *data) {
    poll_timeout = (int)timeout_ms;
    return in_poll(data);
}

static long select_for(char *data, struct timeval *time) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(pipe_ends[0], &set);
    const long result = syscall(SYS_select, pipe_ends[0] + 1, &set, NULL, NULL, time);
    (void)snprintf(data, DATA_SIZE, "%d %ld", result > 0 && FD_ISSET(pipe_ends[0], &set),
                   time == NULL ? 0 : left(result, time->tv_usec));
    return result;
}

static long in_select(char *data) {
    return select_for(data, NULL);
}

static long in_select_timed(char *data) {
    struct timeval time = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    return select_for(data, &time);
}

static long in_epoll_wait(char *data) {
    struct epoll_event event = {.events = 0};
    return epoll_told(data, syscall(SYS_epoll_wait, epoll_fd, &event, 1, -1), &event);
}

static long in_epoll_wait_timed(char *data) {
    struct epoll_event event = {.events = 0};
    return epoll_told(data, syscall(SYS_epoll_wait, epoll_fd, &event, 1, (int)timeout_ms), &event);
}

static long in_pause(char *data) {
    (void)data;
    return syscall(SYS_pause);
}

#define OLD_CALLS                                                                                                      \
    {"poll", SYS_poll, 0, open_pipe, NULL, empty_pipe, in_poll, send_byte},                                            \
    {"poll, timed", SYS_poll, TIMED, open_pipe, NULL, NULL, in_poll_timed, NULL},                                      \
    {"select", SYS_select, 0, open_pipe, NULL, empty_pipe, in_select, send_byte},                                      \
    {"select, timed", SYS_select, TIMED, open_pipe, NULL, NULL, in_select_timed, NULL},                                \
    {"epoll_wait", SYS_epoll_wait, 0, open_epoll, NULL, empty_pipe, in_epoll_wait, send_byte},                         \
    {"epoll_wait, timed", SYS_epoll_wait, TIMED | AGED, open_epoll, NULL, NULL, in_epoll_wait_timed, NULL},            \
    {"pause", SYS_pause, 0, NULL, NULL, NULL, in_pause, send_urgent},

#else
#define OLD_CALLS
#endif

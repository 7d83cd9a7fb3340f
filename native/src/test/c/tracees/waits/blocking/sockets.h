// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rows on sockets.
#pragma once

#include <netinet/in.h>
#include <stddef.h>
#include <sys/time.h>
#include <sys/un.h>

#include "files.h"

static int pair[2]; // [0] the subject's, [1] the companion's

static void open_pair(void) {
    (void)need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    file_fd = pair[0];
}

static void set_timeout(int fd, int option, long ms) {
    const struct timeval time = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    (void)need(setsockopt(fd, SOL_SOCKET, option, &time, sizeof time));
}

enum { AMPLE_MS = 600000 };

static void open_pair_ample(void) {
    open_pair();
    set_timeout(pair[0], SO_RCVTIMEO, AMPLE_MS);
    set_timeout(pair[0], SO_SNDTIMEO, AMPLE_MS);
}

static void open_pair_timed(void) {
    open_pair();
    set_timeout(pair[0], SO_RCVTIMEO, timeout_ms);
    set_timeout(pair[0], SO_SNDTIMEO, timeout_ms);
}

static void say(void) {
    (void)!write(pair[1], "said", 4);
}

static void unsay(void) {
    char byte;
    while (recv(pair[0], &byte, 1, MSG_DONTWAIT) > 0) {
    }
}

static long in_recvfrom(char *data) {
    return syscall(SYS_recvfrom, pair[0], data, DATA_SIZE - 1, 0, NULL, NULL);
}

static long in_recv_all(char *data) {
    return syscall(SYS_recvfrom, pair[0], data, 8, MSG_WAITALL, NULL, NULL);
}

static void say_half(void) {
    unsay();
    say();
}

static long in_recvmsg(char *data) {
    struct iovec part = {.iov_base = data, .iov_len = DATA_SIZE - 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return syscall(SYS_recvmsg, pair[0], &message, 0);
}

static long recvmmsg_for(char *data, struct timespec *time) {
    struct iovec part = {.iov_base = data, .iov_len = DATA_SIZE - 1};
    struct mmsghdr message = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
    return syscall(SYS_recvmmsg, pair[0], &message, 1, 0, time);
}

static long in_recvmmsg(char *data) {
    return recvmmsg_for(data, NULL);
}

static long in_recvmmsg_timed(char *data) {
    struct timespec time = {.tv_sec = 600};
    return recvmmsg_for(data, &time); // looked at between messages only
}

// ---- sending to a full socket

static void fill_pair(void) {
    while (send(pair[0], page, PAGE, MSG_DONTWAIT) > 0) {
    }
    while (send(pair[0], page, 1, MSG_DONTWAIT) > 0) {
    }
}

static void drain_pair(void) {
    while (poll(&(struct pollfd){.fd = pair[1], .events = POLLIN}, 1, 20) > 0) {
        (void)!read(pair[1], large, LARGE);
    }
}

static long in_sendto(char *data) {
    (void)data;
    return syscall(SYS_sendto, pair[0], page, 100, 0, NULL, 0);
}

static long in_sendmsg(char *data) {
    (void)data;
    struct iovec part = {.iov_base = page, .iov_len = 100};
    const struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return syscall(SYS_sendmsg, pair[0], &message, 0);
}

static long in_write_pair(char *data) {
    (void)data;
    return syscall(SYS_write, pair[0], page, 100);
}

static long in_sendto_large(char *data) {
    (void)data;
    return syscall(SYS_sendto, pair[0], large, LARGE, 0, NULL, 0);
}

static int sent_file;

static void open_pair_and_file(void) {
    char path[128];
    open_pair();
    in_folder(path, "sent");
    sent_file = (int)need(open(path, O_CREAT | O_RDWR, 0600));
    (void)need(write(sent_file, page, 100));
}

static long in_sendfile(char *data) {
    off_t from = 0;
    const long result = syscall(SYS_sendfile, pair[0], sent_file, &from, 100);
    (void)snprintf(data, DATA_SIZE, "%ld", (long)from);
    return result;
}

// ---- connections

static int listener;
static struct sockaddr_un address;
static socklen_t address_length;

static void listen_for(int backlog) {
    address.sun_family = AF_UNIX;
    const int length =
        snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "renacer-blocking-%d", (int)getpid());
    address_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
    listener = (int)need(socket(AF_UNIX, SOCK_STREAM, 0));
    (void)need(bind(listener, (struct sockaddr *)&address, address_length));
    (void)need(listen(listener, backlog));
}

static void open_listener(void) {
    listen_for(8);
}

static void open_listener_ample(void) {
    listen_for(8);
    set_timeout(listener, SO_RCVTIMEO, AMPLE_MS);
}

static void open_listener_timed(void) {
    listen_for(8);
    set_timeout(listener, SO_RCVTIMEO, timeout_ms);
}

static struct sockaddr_in internet;

static void open_tcp_listener(void) {
    socklen_t length = sizeof internet;
    internet = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    listener = (int)need(socket(AF_INET, SOCK_STREAM, 0));
    (void)need(bind(listener, (struct sockaddr *)&internet, sizeof internet));
    (void)need(listen(listener, 8));
    (void)need(getsockname(listener, (struct sockaddr *)&internet, &length));
}

static int connect_once(int flags) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | flags, 0);
    const int result = connect(fd, (struct sockaddr *)&address, address_length);
    (void)close(fd);
    return result;
}

static void connect_to_it(void) {
    (void)connect_once(0);
}

static void connect_by_tcp(void) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    (void)connect(fd, (struct sockaddr *)&internet, sizeof internet);
    (void)close(fd);
}

// A connection that came after a signal had ended the call is not the next call's.
static void refuse_waiting(void) {
    while (ready_for(listener, POLLIN)) {
        (void)close(accept(listener, NULL, NULL));
    }
}

static long closed(long fd) {
    const int error = errno;
    if (fd >= 0) {
        (void)close((int)fd);
    }
    errno = error;
    return fd;
}

static long in_accept(char *data) {
    (void)data;
    return closed(syscall(SYS_accept, listener, NULL, NULL));
}

static long in_accept4(char *data) {
    (void)data;
    return closed(syscall(SYS_accept4, listener, NULL, NULL, SOCK_CLOEXEC));
}

static void open_full_listener(void) {
    listen_for(0);
}

static void fill_backlog(void) {
    refuse_waiting();
    while (connect_once(SOCK_NONBLOCK) == 0) {
    }
}

static void accept_one(void) {
    (void)close(accept(listener, NULL, NULL));
}

static long connect_within(long ms) {
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (ms > 0) {
        set_timeout(fd, SO_SNDTIMEO, ms);
    }
    const long result = syscall(SYS_connect, fd, &address, address_length);
    const int error = errno;
    (void)close(fd);
    errno = error;
    return result;
}

static long in_connect(char *data) {
    (void)data;
    return connect_within(0);
}

static long in_connect_ample(char *data) {
    (void)data;
    return connect_within(AMPLE_MS);
}

static long in_connect_timed(char *data) {
    (void)data;
    return connect_within(timeout_ms);
}

#define SOCKETS                                                                                                        \
    {"read a socket", SYS_read, 0, open_pair, NULL, unsay, in_read, say},                                              \
    {"read a socket with SO_RCVTIMEO", SYS_read, 0, open_pair_ample, NULL, unsay, in_read, say},                       \
    {"readv a socket with SO_RCVTIMEO", SYS_readv, 0, open_pair_ample, NULL, unsay, in_readv, say},                    \
    {"write a socket", SYS_write, 0, open_pair, fill_pair, NULL, in_write_pair, drain_pair},                           \
    {"write a socket with SO_SNDTIMEO", SYS_write, 0, open_pair_ample, fill_pair, NULL, in_write_pair, drain_pair},    \
    {"recvfrom", SYS_recvfrom, 0, open_pair, NULL, unsay, in_recvfrom, say},                                           \
    {"recvfrom with SO_RCVTIMEO", SYS_recvfrom, 0, open_pair_ample, NULL, unsay, in_recvfrom, say},                    \
    {"recvfrom with SO_RCVTIMEO, timed", SYS_recvfrom, TIMED | AGED, open_pair_timed, NULL, NULL, in_recvfrom, NULL},  \
    {"recvfrom MSG_WAITALL, half come", SYS_recvfrom, PARTIAL, open_pair, say_half, NULL, in_recv_all, say},           \
    {"recvmsg", SYS_recvmsg, 0, open_pair, NULL, unsay, in_recvmsg, say},                                              \
    {"recvmsg with SO_RCVTIMEO", SYS_recvmsg, 0, open_pair_ample, NULL, unsay, in_recvmsg, say},                       \
    {"recvmmsg", SYS_recvmmsg, 0, open_pair, NULL, unsay, in_recvmmsg, say},                                           \
    {"recvmmsg with timeout", SYS_recvmmsg, 0, open_pair_ample, NULL, unsay, in_recvmmsg_timed, say},                  \
    {"recvmmsg with SO_RCVTIMEO, timed", SYS_recvmmsg, TIMED | AGED, open_pair_timed, NULL, NULL, in_recvmmsg, NULL},  \
    {"sendto", SYS_sendto, 0, open_pair, fill_pair, NULL, in_sendto, drain_pair},                                      \
    {"sendto with SO_SNDTIMEO", SYS_sendto, 0, open_pair_ample, fill_pair, NULL, in_sendto, drain_pair},               \
    {"sendto with SO_SNDTIMEO, timed", SYS_sendto, TIMED | AGED, open_pair_timed, fill_pair, NULL, in_sendto, NULL},   \
    {"sendmsg with SO_SNDTIMEO", SYS_sendmsg, 0, open_pair_ample, fill_pair, NULL, in_sendmsg, drain_pair},            \
    {"sendto of 1 MiB", SYS_sendto, PARTIAL, open_pair, drain_pair, NULL, in_sendto_large, drain_pair},                \
    {"sendfile", SYS_sendfile, 0, open_pair_and_file, fill_pair, NULL, in_sendfile, drain_pair},                       \
    {"accept", SYS_accept, 0, open_listener, NULL, refuse_waiting, in_accept, connect_to_it},                          \
    {"accept of TCP", SYS_accept, 0, open_tcp_listener, NULL, refuse_waiting, in_accept, connect_by_tcp},              \
    {"accept with SO_RCVTIMEO", SYS_accept, 0, open_listener_ample, NULL, refuse_waiting, in_accept, connect_to_it},   \
    {"accept with SO_RCVTIMEO, timed", SYS_accept, TIMED | AGED, open_listener_timed, NULL, NULL, in_accept, NULL},    \
    {"accept4 with SO_RCVTIMEO", SYS_accept4, 0, open_listener_ample, NULL, refuse_waiting, in_accept4,                \
     connect_to_it},                                                                                                   \
    {"connect", SYS_connect, 0, open_full_listener, fill_backlog, NULL, in_connect, accept_one},                       \
    {"connect with SO_SNDTIMEO", SYS_connect, 0, open_full_listener, fill_backlog, NULL, in_connect_ample,             \
     accept_one},                                                                                                      \
    {"connect with SO_SNDTIMEO, timed", SYS_connect, TIMED | AGED, open_full_listener, fill_backlog, NULL,             \
     in_connect_timed, NULL}

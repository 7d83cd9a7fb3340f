// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes one call each of what people look for: connect, accept4, sendmsg with a descriptor, clone3, openat2, futex,
// epoll_wait, ioctl, wait4, rt_sigaction, io_uring_enter; and execve, of itself, to begin with.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 18113 };

static int check(const char *what, long result) {
    if (result < 0) {
        perror(what);
        _exit(1);
    }
    return (int)result;
}

static void connections(void) {
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int one = 1;
    const int listener = check("socket", socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    check("setsockopt", setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one));
    check("bind", bind(listener, (const struct sockaddr *)&address, sizeof address));
    check("listen", listen(listener, 1));
    const int client = check("socket", socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    check("connect", connect(client, (const struct sockaddr *)&address, sizeof address));
    struct sockaddr_in peer = {0};
    socklen_t length = sizeof peer;
    const int server =
        check("accept4", accept4(listener, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 7};
    const int epoll = check("epoll_create1", epoll_create1(EPOLL_CLOEXEC));
    check("epoll_ctl", epoll_ctl(epoll, EPOLL_CTL_ADD, server, &event));
    check("write", write(client, "ping", 4));
    struct epoll_event ready[4];
    check("epoll_wait", epoll_wait(epoll, ready, 4, 1000));
    int bytes = 0;
    check("ioctl", ioctl(server, FIONREAD, &bytes));
    close(epoll);
    close(server);
    close(client);
    close(listener);
}

static void rights(void) {
    int pair[2];
    check("socketpair", socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair));
    char byte = 'x';
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    const int standard_output = 1;
    memcpy(CMSG_DATA(&control.header), &standard_output, sizeof standard_output);
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    check("sendmsg", sendmsg(pair[0], &message, MSG_NOSIGNAL));
    check("recvmsg", recvmsg(pair[1], &message, MSG_CMSG_CLOEXEC));
}

static void processes(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD); // it would come before wait4 or while that waits
    check("sigprocmask", sigprocmask(SIG_BLOCK, &set, NULL));
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    const long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0) {
        syscall(SYS_exit_group, 3);
    }
    int status = 0;
    check("clone3", child);
    check("wait4", wait4((pid_t)child, &status, 0, NULL));
}

static void ring(void) {
    struct io_uring_params parameters = {0};
    const int ring = check("io_uring_setup", syscall(SYS_io_uring_setup, 4, &parameters));
    check("io_uring_enter", syscall(SYS_io_uring_enter, ring, 0, 0, IORING_ENTER_GETEVENTS, NULL, 0));
}

int main(int count, char **arguments) {
    if (count == 1) {
        char *again[] = {arguments[0], "again", NULL};
        char *environment[] = {"A=1", "B=2", NULL};
        execve(arguments[0], again, environment);
        return 1;
    }
    const struct sigaction action = {.sa_handler = SIG_IGN, .sa_flags = SA_RESTART};
    check("rt_sigaction", sigaction(SIGPIPE, &action, NULL));
    const struct open_how how = {.flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};
    check("openat2", syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof how));
    unsigned word = 1;
    const struct timespec soon = {.tv_nsec = 1000000};
    if (syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 1, &soon) == 0 || errno != ETIMEDOUT) {
        return 1;
    }
    connections();
    rights();
    processes();
    ring();
    return 0;
}

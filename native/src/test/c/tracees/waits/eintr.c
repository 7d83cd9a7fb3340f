// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Blocks in one of the calls that an interrupt makes return EINTR. SIGUSR1 has a handler and ends the call. Says "ready
// NR", then the call's outcome: "EINTR by handler", "EINTR unexplained" or a number. "unavailable" where the kernel
// lacks the call.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t handled;

static void on_signal(int signal) {
    (void)signal;
    handled++;
}

static const struct timespec LONG = {.tv_sec = 600};

static int udp_socket(void) {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval timeout = {.tv_sec = 600};
    (void)bind(fd, (struct sockaddr *)&address, sizeof address);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    return fd;
}

static int listening_socket(void) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const struct timeval timeout = {.tv_sec = 600};
    (void)listen(fd, 1);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    return fd;
}

static void ready(long nr) {
    printf("ready %ld\n", nr);
    fflush(stdout);
}

static long unavailable(void) {
    printf("unavailable\n");
    exit(0);
}

static long in_epoll_wait(void) {
#ifdef SYS_epoll_wait
    struct epoll_event event;
    const int fd = epoll_create1(0);
    ready(SYS_epoll_wait);
    return epoll_wait(fd, &event, 1, -1);
#else
    return unavailable(); // not of this processor
#endif
}

static long in_epoll_pwait(void) {
    struct epoll_event event;
    const int fd = epoll_create1(0);
    sigset_t mask;
    sigemptyset(&mask);
    ready(SYS_epoll_pwait);
    return epoll_pwait(fd, &event, 1, 600000, &mask);
}

static long in_epoll_pwait2(void) {
    struct epoll_event event;
    const int fd = epoll_create1(0);
    ready(441);
    return syscall(441, fd, &event, 1, &LONG, NULL, 0);
}

static long in_recv(void) {
    char byte;
    const int fd = udp_socket();
    ready(SYS_recvfrom);
    return recv(fd, &byte, 1, 0);
}

static long in_read(void) {
    char byte;
    const int fd = udp_socket();
    ready(SYS_read);
    return read(fd, &byte, 1);
}

static long in_accept(void) {
    const int fd = listening_socket();
    ready(SYS_accept);
    return accept(fd, NULL, NULL);
}

static long in_recvmmsg(void) {
    char byte;
    struct iovec buffer = {.iov_base = &byte, .iov_len = 1};
    struct mmsghdr message = {.msg_hdr = {.msg_iov = &buffer, .msg_iovlen = 1}};
    struct timespec timeout = LONG;
    const int fd = udp_socket();
    ready(SYS_recvmmsg);
    return recvmmsg(fd, &message, 1, 0, &timeout);
}

static int semaphores(void) {
    const int id = semget(IPC_PRIVATE, 1, 0600);
    if (id < 0) {
        (void)unavailable();
    }
    return id;
}

static long in_semop(void) {
    struct sembuf take = {.sem_op = -1};
    const int id = semaphores();
    ready(SYS_semop);
    const long result = syscall(SYS_semop, id, &take, 1);
    const int error = errno;
    (void)semctl(id, 0, IPC_RMID);
    errno = error;
    return result;
}

static long in_semtimedop(void) {
    struct sembuf take = {.sem_op = -1};
    const int id = semaphores();
    ready(SYS_semtimedop);
    const long result = syscall(SYS_semtimedop, id, &take, 1, &LONG);
    const int error = errno;
    (void)semctl(id, 0, IPC_RMID);
    errno = error;
    return result;
}

static void block_usr2(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGUSR2);
    (void)sigprocmask(SIG_BLOCK, set, NULL);
}

static long in_sigtimedwait(void) {
    sigset_t set;
    block_usr2(&set);
    ready(SYS_rt_sigtimedwait);
    return syscall(SYS_rt_sigtimedwait, &set, NULL, &LONG, 8);
}

static long in_sigwaitinfo(void) {
    sigset_t set;
    block_usr2(&set);
    ready(SYS_rt_sigtimedwait);
    return syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 8);
}

static long in_io_getevents(void) {
    aio_context_t context = 0;
    struct io_event event;
    if (syscall(SYS_io_setup, 1, &context) != 0) {
        return unavailable();
    }
    ready(SYS_io_getevents);
    return syscall(SYS_io_getevents, context, 1, 1, &event, NULL);
}

static long in_io_uring_enter(void) {
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof parameters);
    const long fd = syscall(425, 4, &parameters);
    if (fd < 0) {
        return unavailable();
    }
    ready(426);
    return syscall(426, fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

static const struct {
    const char *name;
    long (*block)(void);
} CALLS[] = {
    {"epoll_wait", in_epoll_wait},       {"epoll_pwait", in_epoll_pwait},     {"epoll_pwait2", in_epoll_pwait2},
    {"recv", in_recv},                   {"read", in_read},                   {"accept", in_accept},
    {"recvmmsg", in_recvmmsg},           {"semop", in_semop},                 {"semtimedop", in_semtimedop},
    {"sigtimedwait", in_sigtimedwait},   {"sigwaitinfo", in_sigwaitinfo},     {"io_getevents", in_io_getevents},
    {"io_uring_enter", in_io_uring_enter},
};

int main(int argc, char **argv) {
    const struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGUSR1, &action, NULL);
    for (size_t i = 0; argc > 1 && i < sizeof CALLS / sizeof CALLS[0]; i++) {
        if (strcmp(CALLS[i].name, argv[1]) != 0) {
            continue;
        }
        const long result = CALLS[i].block();
        const int error = errno;
        if (result < 0 && error == EINTR) {
            printf("EINTR %s\n", handled > 0 ? "by handler" : "unexplained");
        } else {
            printf("%ld %s\n", result, result < 0 ? strerror(error) : "");
        }
        return 0;
    }
    return 2;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/unwinder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILD_SOCKET = 3, SEND_ROOM = 1 << 20 };
static const uint64_t NANOS = 1000000000u;

static int spawn(const char *program, int socket, pid_t *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int error = posix_spawn_file_actions_init(&files);
    if (error != 0) {
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        (void)posix_spawn_file_actions_destroy(&files);
        return error;
    }
    char *const argv[] = {(char *)(uintptr_t) "renacer-symbolize", NULL};
    char *const envp[] = {NULL}; // none of our variables may change what the libraries do
    if ((error = posix_spawn_file_actions_adddup2(&files, socket, CHILD_SOCKET)) == 0 &&
        (error = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDWR, 0)) == 0 &&
        (error = posix_spawn_file_actions_adddup2(&files, 0, 1)) == 0 &&
        (error = posix_spawn_file_actions_adddup2(&files, 0, 2)) == 0 &&
        (error = posix_spawn_file_actions_addclosefrom_np(&files, CHILD_SOCKET + 1)) == 0 &&
        (error = posix_spawnattr_setsigmask(&attributes, &none)) == 0 &&
        (error = posix_spawnattr_setsigdefault(&attributes, &all)) == 0 &&
        // A group of its own: Ctrl-C at a terminal is meant for the traced program and for us.
        (error = posix_spawnattr_setpgroup(&attributes, 0)) == 0 &&
        (error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                           POSIX_SPAWN_SETPGROUP)) == 0) {
        error = posix_spawn(pid, program, &files, &attributes, argv, envp);
    }
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&files);
    return error;
}

int rc_unwinder_start(const char *program, struct rc_unwinder *out) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return errno;
    }
    const int room = SEND_ROOM;
    // With less room a packet waits for the one before.
    (void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    // dup2 onto itself would leave the close-on-exec flag set.
    const int child = pair[1] == CHILD_SOCKET ? fcntl(pair[1], F_DUPFD_CLOEXEC, CHILD_SOCKET + 1) : pair[1];
    int error = child < 0 ? errno : spawn(program, child, &out->pid);
    if (child != pair[1] && child >= 0) {
        (void)close(child);
    }
    (void)close(pair[1]);
    if (error != 0) {
        (void)close(pair[0]);
        return error;
    }
    out->socket = pair[0];
    return 0;
}

static uint64_t now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOS + (uint64_t)time.tv_nsec;
}

static bool await(int socket, short events, uint64_t until) {
    while (true) {
        const uint64_t at = now();
        const uint64_t left = at >= until ? 0 : until - at;
        const struct timespec timeout = {.tv_sec = (time_t)(left / NANOS), .tv_nsec = (long)(left % NANOS)};
        struct pollfd ready = {.fd = socket, .events = events};
        const int count = ppoll(&ready, 1, &timeout, NULL);
        if (count > 0) {
            return true;
        }
        if (count == 0 || errno != EINTR) {
            return false;
        }
    }
}

int rc_unwinder_send(const struct rc_unwinder *unwinder, const void *message, size_t length, int fd,
                     uint64_t timeout_ns) {
    struct iovec part = {.iov_base = (void *)(uintptr_t)message, .iov_len = length};
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.bytes = {0}};
    struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        packet.msg_control = control.bytes;
        packet.msg_controllen = sizeof control.bytes;
        struct cmsghdr *attached = CMSG_FIRSTHDR(&packet);
        attached->cmsg_level = SOL_SOCKET;
        attached->cmsg_type = SCM_RIGHTS;
        attached->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(attached), &fd, sizeof fd);
    }
    const uint64_t until = now() + timeout_ns;
    while (sendmsg(unwinder->socket, &packet, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        if (errno != EINTR && (errno != EAGAIN || !await(unwinder->socket, POLLOUT, until))) {
            return errno == 0 ? ETIMEDOUT : errno;
        }
    }
    return 0;
}

ssize_t rc_unwinder_receive(const struct rc_unwinder *unwinder, void *message, size_t capacity, uint64_t timeout_ns) {
    const uint64_t until = now() + timeout_ns;
    while (true) {
        struct iovec part = {.iov_base = message, .iov_len = capacity};
        // Without room for control data the kernel closes any descriptor that comes along.
        struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
        const ssize_t got = recvmsg(unwinder->socket, &packet, MSG_DONTWAIT);
        if (got > 0) {
            return (packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 ? got : -1;
        }
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            return -1;
        }
        if (errno == EAGAIN && !await(unwinder->socket, POLLIN, until)) {
            return 0;
        }
    }
}

int rc_unwinder_end(const struct rc_unwinder *unwinder) {
    (void)close(unwinder->socket);
    (void)kill(unwinder->pid, SIGKILL); // ours until it is reaped below, so it is not another process's pid
    int status = 0;
    while (waitpid(unwinder->pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

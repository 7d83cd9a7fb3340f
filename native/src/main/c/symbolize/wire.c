// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// The room for control data is padded, so more than one descriptor may arrive. Only a single one is accepted.
static int single_descriptor(struct msghdr *message) {
    const struct cmsghdr *attached = CMSG_FIRSTHDR(message);
    if (attached == NULL || attached->cmsg_level != SOL_SOCKET || attached->cmsg_type != SCM_RIGHTS) {
        return -1;
    }
    const size_t count = (attached->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    int fd = -1;
    for (size_t i = 0; i < count; i++) {
        memcpy(&fd, CMSG_DATA(attached) + i * sizeof fd, sizeof fd);
        if (count > 1) {
            (void)close(fd); // was never used
        }
    }
    if (count > 1) {
        message->msg_flags |= MSG_CTRUNC; // as if the kernel had had no room for it
        return -1;
    }
    return fd;
}

long rs_receive(uint32_t *type, void *payload, size_t capacity, int *fd) {
    struct rs_header header;
    struct iovec parts[2] = {
        {.iov_base = &header, .iov_len = sizeof header},
        {.iov_base = payload, .iov_len = capacity},
    };
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {
        .msg_iov = parts,
        .msg_iovlen = 2,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    ssize_t got;
    do {
        got = recvmsg(RS_SOCKET, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    *fd = got < 0 ? -1 : single_descriptor(&message);
    const bool whole = got >= (ssize_t)sizeof header && (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 &&
                       header.magic == RS_MAGIC && header.length == (size_t)got - sizeof header;
    if (!whole) {
        if (*fd >= 0) {
            (void)close(*fd);
            *fd = -1;
        }
        return -1;
    }
    *type = header.type;
    return (long)header.length;
}

bool rs_send(uint32_t type, const void *payload, size_t length) {
    struct rs_header header = {.magic = RS_MAGIC, .type = type, .length = (uint32_t)length};
    struct iovec parts[2] = {
        {.iov_base = &header, .iov_len = sizeof header},
        {.iov_base = (void *)(uintptr_t)payload, .iov_len = length},
    };
    const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent;
    do {
        sent = sendmsg(RS_SOCKET, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)(sizeof header + length);
}

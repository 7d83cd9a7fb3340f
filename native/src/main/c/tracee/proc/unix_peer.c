// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/proc/unix_peer.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER = 4096 };

static int64_t peer_in(const struct nlmsghdr *message) {
    const size_t fixed = NLMSG_LENGTH(sizeof(struct unix_diag_msg));
    if (message->nlmsg_type == NLMSG_ERROR) {
        const struct nlmsgerr *error = NLMSG_DATA(message);
        return message->nlmsg_len < NLMSG_LENGTH(sizeof *error) || error->error >= 0 ? -EPROTO : error->error;
    }
    if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY || message->nlmsg_len < fixed) {
        return -EPROTO;
    }
    const struct unix_diag_msg *found = NLMSG_DATA(message);
    const struct rtattr *attribute = (const struct rtattr *)(found + 1);
    for (int left = (int)(message->nlmsg_len - fixed); RTA_OK(attribute, left);
         attribute = RTA_NEXT(attribute, left)) {
        if (attribute->rta_type == UNIX_DIAG_PEER && RTA_PAYLOAD(attribute) >= sizeof(uint32_t)) {
            uint32_t peer;
            memcpy(&peer, RTA_DATA(attribute), sizeof peer);
            return peer;
        }
    }
    return 0;
}

int64_t rc_unix_peer(uint32_t inode) {
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) {
        return -errno;
    }
    struct {
        struct nlmsghdr head;
        struct unix_diag_req wanted;
    } request = {
        .head = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST},
        .wanted = {
            .sdiag_family = AF_UNIX,
            .udiag_states = UINT32_MAX,
            .udiag_ino = inode,
            .udiag_show = UDIAG_SHOW_PEER,
            .udiag_cookie = {UINT32_MAX, UINT32_MAX}, // any
        },
    };
    union {
        struct nlmsghdr head;
        char bytes[ANSWER];
    } answer;
    int64_t peer = -EPROTO;
    if (send(fd, &request, sizeof request, 0) < 0) {
        peer = -errno;
    } else {
        const ssize_t got = recv(fd, &answer, sizeof answer, 0);
        if (got < 0) {
            peer = -errno;
        } else if (NLMSG_OK(&answer.head, (size_t)got)) {
            peer = peer_in(&answer.head);
        }
    }
    (void)close(fd);
    return peer;
}

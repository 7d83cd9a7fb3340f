// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#include <sys/socket.h>
#include <sys/uio.h>

#include "input.h"
#include "packets.h"

enum { MOST_DESCRIPTORS = 3 };

void send_packet(int socket, const void *bytes, size_t length, unsigned descriptors) {
    struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = length};
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
    } control = {.bytes = {0}};
    const int fds[MOST_DESCRIPTORS] = {0, 0, 0};
    struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptors != 0) {
        REQUIRE(descriptors <= MOST_DESCRIPTORS);
        packet.msg_control = control.bytes;
        packet.msg_controllen = CMSG_SPACE(descriptors * sizeof(int));
        control.alignment.cmsg_level = SOL_SOCKET;
        control.alignment.cmsg_type = SCM_RIGHTS;
        control.alignment.cmsg_len = CMSG_LEN(descriptors * sizeof(int));
        memcpy(CMSG_DATA(&control.alignment), fds, descriptors * sizeof(int));
    }
    REQUIRE(sendmsg(socket, &packet, MSG_NOSIGNAL) == (ssize_t)length);
}

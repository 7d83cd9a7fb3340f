// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A packet to renacer-symbolize: it is taken if it is whole and its header right, and leaves no descriptor behind but
// the one it reports.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/socket.h>

#include "descriptors.h"
#include "packets.h"
#include "symbolize/wire.h"

enum { CAPACITY = 256 };

static int tracer;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    int pair[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    tracer = fcntl(pair[0], F_DUPFD_CLOEXEC, RS_SOCKET + 1);
    const int child = fcntl(pair[1], F_DUPFD_CLOEXEC, RS_SOCKET + 1);
    REQUIRE(tracer >= 0 && child >= 0 && dup2(child, RS_SOCKET) == RS_SOCKET);
    return 0;
}

// The first byte says how many descriptors go along, the rest is the packet.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > 2 * CAPACITY) {
        return 0;
    }
    const unsigned descriptors = data[0] % 4;
    const int lowest = lowest_free_descriptor();
    send_packet(tracer, data + 1, size - 1, descriptors);
    uint8_t *payload = malloc(CAPACITY);
    REQUIRE(payload != NULL);
    uint32_t type = 0;
    int fd = -1;
    const long length = rs_receive(&type, payload, CAPACITY, &fd);
    REQUIRE(length <= CAPACITY && (length < 0 || (size_t)length == size - 1 - sizeof(struct rs_header)));
    REQUIRE(length < 0 ? fd < 0 : (fd >= 0) == (descriptors == 1));
    if (fd >= 0) {
        (void)close(fd);
    }
    REQUIRE(lowest_free_descriptor() == lowest);
    free(payload);
    return 0;
}

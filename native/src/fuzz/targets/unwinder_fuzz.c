// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Packets of a renacer-symbolize that was taken over, on the tracer's side: what fits is passed on as it is, anything
// else ends the child, and no descriptor it sends stays open.
#define _GNU_SOURCE
#include <sys/socket.h>

#include "descriptors.h"
#include "packets.h"
#include "tracee/unwinder.h"

enum { CAPACITY = 128 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int pair[2] = {-1, -1};
    if (pair[0] < 0) {
        REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    }
    if (size < 1) {
        return 0;
    }
    const unsigned descriptors = data[0] % 4;
    const size_t length = size - 1;
    const int lowest = lowest_free_descriptor();
    const struct rc_unwinder unwinder = {.pid = -1, .socket = pair[0]};
    uint8_t *message = malloc(CAPACITY);
    REQUIRE(message != NULL);
    send_packet(pair[1], data + 1, length, descriptors);
    const ssize_t got = rc_unwinder_receive(&unwinder, message, CAPACITY, 0);
    REQUIRE(got == (length == 0 || length > CAPACITY || descriptors != 0 ? -1 : (ssize_t)length));
    REQUIRE(got < 0 || memcmp(message, data + 1, length) == 0);
    REQUIRE(rc_unwinder_receive(&unwinder, message, CAPACITY, 0) == 0);
    REQUIRE(lowest_free_descriptor() == lowest);
    free(message);
    return 0;
}

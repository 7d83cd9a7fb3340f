// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Ends with 3 and a message that names no cause. The first call that failed is not the one that made it end.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DEFAULT_PORT = 9, NO_DATABASE = 3 };

// The port of the database, or a default if there is no configuration: which hides that it is missing.
static uint16_t configured_port(void) {
    const int fd = open("/etc/shop/database.conf", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return DEFAULT_PORT;
    }
    unsigned port = DEFAULT_PORT;
    char text[16] = "";
    if (read(fd, text, sizeof text - 1) > 0) {
        (void)sscanf(text, "%u", &port);
    }
    close(fd);
    return (uint16_t)port;
}

static int connect_to_database(uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr_in peer = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return connect(fd, (const struct sockaddr *)&peer, sizeof peer);
}

int main(void) {
    if (connect_to_database(configured_port()) != 0) {
        fputs("shop: something went wrong\n", stderr);
        return NO_DATABASE;
    }
    return 0;
}

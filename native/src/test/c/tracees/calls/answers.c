// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Asks for options of a socket whose connection was refused, by getsockopt, each into another place; then a close that
// fails and one that does not. Where the processor has it the same question is asked as an i386 program does.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct answer {
    int value;
    socklen_t length;
};

// A socket whose connection was refused: nobody listens on the port, though it is taken.
static int refused(void) {
    const int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(taken, (struct sockaddr *)&address, length) != 0 ||
        getsockname(taken, (struct sockaddr *)&address, &length) != 0 ||
        connect(fd, (struct sockaddr *)&address, length) == 0 || errno != EINPROGRESS) {
        return -1;
    }
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    return poll(&ready, 1, -1) == 1 ? fd : -1;
}

static void ask(int fd, int option, void *value, void *length) {
    (void)syscall(SYS_getsockopt, fd, SOL_SOCKET, option, value, length);
}

int main(void) {
    struct answer *answer =
        mmap(NULL, sizeof *answer, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS
#ifdef MAP_32BIT
                 | MAP_32BIT
#endif
             , -1, 0);
    const int fd = refused();
    if (answer == MAP_FAILED || fd < 0) {
        return 1;
    }
    answer->length = sizeof answer->value;
    ask(fd, SO_ERROR, &answer->value, &answer->length); // ECONNREFUSED
    ask(fd, SO_ERROR, &answer->value, &answer->length); // 0: it is told once
    answer->length = 2;
    ask(fd, SO_ERROR, &answer->value, &answer->length); // two bytes
    answer->length = sizeof answer->value;
    ask(fd, SO_TYPE, &answer->value, &answer->length);  // another option
    ask(fd, SO_ERROR, NULL, &answer->length);           // EFAULT
#if defined(__x86_64__)
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(365L), "b"(fd | 1L << 40), "c"((long)SOL_SOCKET), "d"((long)SO_ERROR), "S"(&answer->value),
                       "D"(&answer->length)
                     : "memory", "r8", "r9", "r10", "r11");
#endif
    (void)syscall(SYS_close, -1);
    (void)syscall(SYS_close, fd);
    return 0;
}

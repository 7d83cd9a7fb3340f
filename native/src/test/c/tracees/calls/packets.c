// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Buffers that are netlink messages, and some that only look like it (packets_test.c). getppid takes no arguments: it
// gets them nevertheless, the first of which says which case it is.
#define _GNU_SOURCE
#include <linux/netlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { LENGTH = 200, BIG = 16384, PAGE = 4096 };

static void make(long number, const void *what, uint64_t length) {
    (void)syscall(SYS_getppid, number, what, length, 0, 0, 0);
}

// Makes the call with this at the beginning of a buffer.
static void make_message(long number, uint32_t claimed, uint16_t flags, uint64_t length) {
    static char buffer[BIG];
    const struct nlmsghdr head = {.nlmsg_len = claimed, .nlmsg_type = 18, .nlmsg_flags = flags};
    memset(buffer, 'x', sizeof buffer);
    memcpy(buffer, &head, sizeof head);
    make(number, buffer, length);
}

// Only the first bytes of a message can be read.
static int make_half(long number, char *end, size_t readable) {
    const struct nlmsghdr head = {.nlmsg_len = LENGTH, .nlmsg_type = 18, .nlmsg_flags = NLM_F_REQUEST};
    memset(end - readable, 'x', readable);
    memcpy(end - readable, &head, sizeof head);
    make(number, end - readable, LENGTH);
    return 0;
}

static void make_scattered(long number) {
    static char one[LENGTH];
    static char other[LENGTH];
    const struct nlmsghdr head = {.nlmsg_len = 2 * LENGTH, .nlmsg_type = 18, .nlmsg_flags = NLM_F_REQUEST};
    memset(one, 'x', sizeof one);
    memset(other, 'y', sizeof other);
    memcpy(one, &head, sizeof head);
    struct iovec parts[] = {{one, sizeof one}, {other, sizeof other}};
    const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    make(number, &message, 0);
}

int main(void) {
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || munmap(pages + PAGE, PAGE) != 0) {
        return 1;
    }
    make_message(0, LENGTH, NLM_F_REQUEST, LENGTH);
    make_message(1, LENGTH / 2, NLM_F_MULTI, LENGTH);
    make_message(2, 0x20544547, 0x544f, LENGTH); // "GET "
    make_message(3, sizeof(struct nlmsghdr) - 1, NLM_F_REQUEST, LENGTH);
    make_message(4, LENGTH + 1, NLM_F_REQUEST, LENGTH);
    make_message(5, LENGTH, 0x8000 | NLM_F_REQUEST, LENGTH);
    make_message(6, BIG, NLM_F_REQUEST, BIG);
    make_message(7, LENGTH, NLM_F_REQUEST, sizeof(struct nlmsghdr) - 1);
    make_message(8, UINT32_MAX, NLM_F_REQUEST, LENGTH);
    make_scattered(9);
    return make_half(10, pages + PAGE, 64) + make_half(11, pages + PAGE, sizeof(struct nlmsghdr));
}

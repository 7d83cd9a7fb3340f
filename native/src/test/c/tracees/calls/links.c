// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes descriptors and closes them at once (links_test.c). What they are it tells by the arguments of a getppid behind
// each call: the case, and the numbers and inodes of up to two descriptors.
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MANY = 64 };

static ino_t inode(int descriptor) {
    struct stat stat;
    return fstat(descriptor, &stat) == 0 ? stat.st_ino : 0;
}

static void tell(int number, int one, int other) {
    (void)syscall(SYS_getppid, number, one, inode(one), other, inode(other));
    (void)close(one);
    (void)close(other);
}

static int send_itself(int to, const int *numbers, size_t count) {
    char byte = 0;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(MANY * sizeof(int))] = {0};
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = CMSG_SPACE(count * sizeof(int)),
    };
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(rights), numbers, count * sizeof(int));
    return sendmsg(to, &message, 0) == 1 ? 0 : 1;
}

// Receives them, and tells which were the first two.
static int receive(int from, int number) {
    char byte = 0;
    int got[MANY] = {-1, -1};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(MANY * sizeof(int))];
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(from, &message, 0) != 1) {
        return 1;
    }
    const struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    memcpy(got, CMSG_DATA(rights), rights->cmsg_len - CMSG_LEN(0));
    tell(number, got[0], got[1]);
    return 0;
}

static int pass(void) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        return 1;
    }
    int many[MANY];
    for (size_t i = 0; i < MANY; i++) {
        many[i] = ends[i % 2];
    }
    return send_itself(ends[0], ends, 2) | receive(ends[1], 2) | send_itself(ends[0], many, MANY) | receive(ends[1], 3);
}

int main(void) {
    int ends[2];
    int failed = syscall(SYS_pipe2, ends, O_CLOEXEC) != 0;
    tell(0, ends[0], ends[1]);
    failed |= syscall(SYS_pipe2, NULL, 0) == 0;
    const int opened = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/../../dev/./null", O_RDONLY);
    tell(1, opened, -1);
    failed |= opened < 0 || syscall(SYS_openat, AT_FDCWD, "/no/such", O_RDONLY) >= 0;
    failed |= pass();
    failed |= chdir("/proc/../dev") != 0;
    return failed;
}

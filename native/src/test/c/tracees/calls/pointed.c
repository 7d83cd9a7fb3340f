// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Calls whose arguments point to what is good or hard to read. getppid takes no arguments: it gets them nevertheless,
// the first of which says which case it is (pointed_test.c). Then real calls that write something.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { BIG = 16384, MANY = 300 };

static char data[] = "0123456789";
static char big[BIG];
static char *end; // of a mapping: nothing can be read there
#define UNMAPPED ((char *)16)

static void make(long number, const void *what, uint64_t length, const void *other) {
    (void)syscall(SYS_getppid, number, what, length, other, 0, 0);
}

static void make_bytes(void) {
    static uint32_t three = 3;
    static uint32_t none;
    static uint32_t most = UINT32_MAX;
    make(0, data, 10, &three);
    make(1, memcpy(end - 4, "last", 4), 10, end - 2);
    make(2, UNMAPPED, 10, UNMAPPED);
    make(3, big, 1ull << 63, &most);
    make(4, data, 0, &none);
    make(5, (void *)(UINTPTR_MAX - 3), UINT64_MAX, (void *)(UINTPTR_MAX - 3));
    make(6, NULL, 10, NULL);
    make(7, data, 1ull << 32 | 5, &three);
}

static void make_strings(void) {
    static char *few[] = {"one", "", UNMAPPED, "four", NULL};
    static char *many[MANY + 1];
    static char *longer[] = {big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, NULL};
    char **unended = (char **)end - 2;
    for (int i = 0; i < MANY; i++) {
        many[i] = "x";
    }
    unended[0] = "one";
    unended[1] = "two";
    make(10, few, 0, NULL);
    make(11, many, 0, NULL);
    make(12, longer, 0, NULL);
    make(13, unended, 0, NULL);
    make(14, end, 0, NULL);
    make(15, &few[4], 0, NULL);
}

static void make_vectors(void) {
    static struct iovec three[] = {{data, 2}, {UNMAPPED, 5}, {data + 2, 8}};
    static struct iovec lying[] = {{big, (size_t)1 << 63}, {NULL, SIZE_MAX}};
    static struct iovec itself[2];
    static struct iovec many[MANY];
    itself[0] = itself[1] = (struct iovec){itself, sizeof itself};
    for (int i = 0; i < MANY; i++) {
        many[i] = (struct iovec){data, 1};
    }
    make(20, three, 3, NULL);
    make(21, lying, 2, NULL);
    make(22, itself, 2, NULL);
    make(23, many, 1ull << 31, NULL);
    make(24, many, UINT64_MAX, NULL);
    make(25, end, 1, NULL);
}

static void make_messages(void) {
    static struct iovec two[] = {{data, 2}, {data + 2, 8}};
    static struct msghdr whole = {data, 4, two, 2, data, 6, 0};
    static struct msghdr itself = {&itself, sizeof itself, (struct iovec *)&itself, 2, &itself, sizeof itself, 0};
    static struct msghdr lying = {UNMAPPED, (socklen_t)-1, (struct iovec *)big, SIZE_MAX, big, SIZE_MAX, 0};
    static struct msghdr empty;
    static struct mmsghdr messages[] = {{{data, 4, two, 2, NULL, 0, 0}, 3}, {{NULL, 0, two, 1, NULL, 0, 0}, 1}};
    make(30, &whole, 0, NULL);
    make(31, &itself, 0, NULL);
    make(32, &lying, 0, NULL);
    make(33, &empty, 0, NULL);
    make(34, memcpy(end - 20, &whole, 20), 0, NULL);
    make(35, messages, 2, NULL);
    make(36, messages, UINT32_MAX, NULL);
}

static void make_compat(void) {
#if defined(__x86_64__)
    struct compat {
        uint32_t vector[4];
        uint32_t message[7];
        uint32_t strings[3];
        char text[8];
    };
    struct compat *at = mmap(NULL, sizeof *at, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (at == MAP_FAILED) {
        return;
    }
    const uint32_t text = (uint32_t)(uintptr_t)at->text;
    memcpy(at->text, "compat", 7);
    memcpy(at->vector, (uint32_t[]){text, 3, text + 3, 3}, sizeof at->vector);
    memcpy(at->message, (uint32_t[]){text, 4, (uint32_t)(uintptr_t)at->vector, 2, text, 5, 0}, sizeof at->message);
    memcpy(at->strings, (uint32_t[]){text, text + 3, 0}, sizeof at->strings);
    const struct {
        long number;
        void *what;
    } calls[] = {{40, at->vector}, {41, at->message}, {42, at->strings}};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        long result;
        // The upper halves of the registers are no part of an i386 call.
        __asm__ volatile("int $0x80"
                         : "=a"(result)
                         : "a"(64L), "b"(calls[i].number), "c"((uintptr_t)calls[i].what | 1ull << 40),
                           "d"(2L | 1L << 40)
                         : "memory", "r8", "r9", "r10", "r11");
    }
#endif
}

// Fails unless the kernel did what the test expects of it.
static int make_real_calls(void) {
    int ends[2];
    char first[4];
    char second[8];
    struct iovec into[] = {{first, sizeof first}, {second, sizeof second}};
    if (syscall(SYS_pipe2, ends, 0) != 0 || write(ends[1], data, 5) != 5 || read(ends[0], big, sizeof big) != 5 ||
        write(ends[1], data, 7) != 7 || readv(ends[0], into, 2) != 7 || read(-1, big, 4) != -1) {
        return 2;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    const int one = socket(AF_INET, SOCK_DGRAM, 0);
    struct {
        struct sockaddr_in name;
        char rest[112];
    } from = {.rest = "not the call's"};
    struct msghdr message = {.msg_name = &from, .msg_namelen = 8, .msg_iov = into, .msg_iovlen = 2};
    if (bind(one, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(one, (struct sockaddr *)&address, &length) != 0 ||
        sendto(one, data, 6, 0, (struct sockaddr *)&address, sizeof address) != 6 || recvmsg(one, &message, 0) != 6 ||
        message.msg_namelen != sizeof address) {
        return 3;
    }
    length = 4; // too little room
    if (getsockname(one, (struct sockaddr *)&from, &length) != 0 || length != sizeof address) {
        return 4;
    }
    return 0;
}

static void on_alarm(int signal) {
    (void)signal;
}

static int make_interrupted(void) {
    const struct sigaction action = {.sa_handler = on_alarm};
    const struct itimerval soon = {.it_value.tv_usec = 20000};
    const struct timespec longer = {.tv_sec = 3600};
    const struct timespec shorter = {.tv_nsec = 1};
    struct timespec left = {0};
    return sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &soon, NULL) == 0 &&
                   syscall(SYS_nanosleep, &longer, &left) == -1 && errno == EINTR && left.tv_sec == 3599 &&
                   syscall(SYS_nanosleep, &shorter, &left) == 0
               ? 0
               : 5;
}

static _Atomic int done;
static struct iovec changing[] = {{data, 10}, {data, 10}};
static struct msghdr unsteady = {.msg_name = data, .msg_namelen = 1, .msg_iov = changing, .msg_iovlen = 2};

static void *change(void *argument) {
    for (unsigned i = 0; done == 0; i++) {
        ((volatile struct iovec *)changing)[0].iov_len = i % 2 == 0 ? SIZE_MAX : 1;
        ((volatile struct iovec *)changing)[1].iov_base = i % 3 == 0 ? UNMAPPED : data;
        ((volatile struct msghdr *)&unsteady)->msg_iovlen = i % 5 == 0 ? SIZE_MAX : 2;
        ((volatile struct msghdr *)&unsteady)->msg_namelen = i % 7 == 0 ? UINT32_MAX : 1;
    }
    return argument;
}

static int make_unsteady(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, change, NULL) != 0) {
        return 6;
    }
    for (int i = 0; i < 2000; i++) {
        make(50, &unsteady, 2, NULL);
    }
    done = 1;
    return pthread_join(thread, NULL) == 0 ? 0 : 6;
}

int main(void) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || munmap(pages + page, page) != 0) {
        return 1;
    }
    end = pages + page;
    memset(big, 'b', sizeof big);
    make_bytes();
    make_strings();
    make_vectors();
    make_messages();
    make_compat();
    const int failed = make_real_calls();
    if (failed != 0) {
        return failed;
    }
    const int interrupted = make_interrupted();
    return interrupted != 0 ? interrupted : make_unsteady();
}

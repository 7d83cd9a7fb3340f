// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: workload PAGE getppid|files|transfers|messages|echo
//
// Runs rounds of system calls on request and times each round itself with a clock that needs no system call (vDSO).
// Ends when its parent does.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "page.h"

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void call_getppid(uint64_t operations) {
    for (uint64_t i = 0; i < operations; i++) {
        syscall(SYS_getppid);
    }
}

static void read_a_file(uint64_t operations) {
    char bytes[256];
    for (uint64_t i = 0; i < operations; i++) {
        const int fd = open("/etc/hostname", O_RDONLY);
        if (fd < 0 || read(fd, bytes, sizeof bytes) < 0 || close(fd) != 0) {
            perror("workload: /etc/hostname");
            exit(1);
        }
    }
}

static _Noreturn void fail(const char *what) {
    perror(what);
    exit(1);
}

static int null, zero;

static void open_devices(struct page *page) {
    (void)page;
    null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    if (null < 0 || zero < 0) {
        fail("workload: /dev");
    }
}

// The bytes read are zeros; those written are the letters of some text.
static void transfer(uint64_t operations) {
    static char text[4096] = "GET /index.html HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n";
    static char bytes[4096];
    for (uint64_t i = 0; i < operations; i++) {
        if (write(null, text, sizeof text) != sizeof text || read(zero, bytes, sizeof bytes) != sizeof bytes) {
            fail("workload: /dev");
        }
    }
}

static int sender, receiver;
static struct sockaddr_in address = {.sin_family = AF_INET};

static void open_datagrams(struct page *page) {
    (void)page;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    sender = socket(AF_INET, SOCK_DGRAM, 0);
    receiver = socket(AF_INET, SOCK_DGRAM, 0);
    if (sender < 0 || receiver < 0 || bind(receiver, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(receiver, (struct sockaddr *)&address, &length) != 0) {
        fail("workload: sockets");
    }
}

static void exchange_messages(uint64_t operations) {
    char head[] = "a head of some letters", body[] = "and a body, which is somewhat longer than what is shown of it";
    char room[2][64];
    struct sockaddr_in from;
    for (uint64_t i = 0; i < operations; i++) {
        struct iovec out[2] = {{head, sizeof head}, {body, sizeof body}};
        struct iovec in[2] = {{room[0], sizeof room[0]}, {room[1], sizeof room[1]}};
        struct msghdr sent = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = out, .msg_iovlen = 2};
        struct msghdr got = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = in, .msg_iovlen = 2};
        if (sendmsg(sender, &sent, 0) < 0 || recvmsg(receiver, &got, 0) < 0) {
            fail("workload: messages");
        }
    }
}

enum { CONNECTIONS = 16, REQUEST = 64 };
static int connections[CONNECTIONS];

static _Noreturn void serve(int listening) {
    const int events = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listening};
    char bytes[4096];
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || events < 0 ||
        epoll_ctl(events, EPOLL_CTL_ADD, listening, &event) != 0) {
        fail("workload: server");
    }
    for (;;) {
        if (epoll_wait(events, &event, 1, -1) < 1) {
            continue; // a tracer has come or gone
        }
        if (event.data.fd == listening) {
            event.data.fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
            if (event.data.fd < 0 || epoll_ctl(events, EPOLL_CTL_ADD, event.data.fd, &event) != 0) {
                fail("workload: accept");
            }
            continue;
        }
        const ssize_t got = read(event.data.fd, bytes, sizeof bytes);
        if (got <= 0 || write(event.data.fd, bytes, (size_t)got) != got) {
            fail("workload: echo");
        }
    }
}

static void start_server(struct page *page) {
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listening < 0 || bind(listening, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listening, CONNECTIONS) != 0 || getsockname(listening, (struct sockaddr *)&address, &length) != 0) {
        fail("workload: server");
    }
    const pid_t server = fork();
    if (server == 0) {
        serve(listening);
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        connections[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (server < 0 || connect(connections[i], (struct sockaddr *)&address, sizeof address) != 0) {
            fail("workload: connect");
        }
    }
    atomic_store(&page->server, (uint64_t)server);
}

static void ask_server(uint64_t operations) {
    char bytes[REQUEST] = "a request";
    for (uint64_t i = 0; i < operations; i++) {
        const int connection = connections[i % CONNECTIONS];
        if (write(connection, bytes, sizeof bytes) != sizeof bytes ||
            read(connection, bytes, sizeof bytes) != sizeof bytes) {
            fail("workload: request");
        }
    }
}

static void nothing(struct page *page) {
    (void)page;
}

static const struct mode {
    const char *name;
    void (*prepare)(struct page *page);
    void (*run)(uint64_t operations);
} modes[] = {
    {"getppid", nothing, call_getppid},           {"files", nothing, read_a_file},
    {"transfers", open_devices, transfer},        {"messages", open_datagrams, exchange_messages},
    {"echo", start_server, ask_server},
};

static const struct mode *find_mode(const char *name) {
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(modes[i].name, name) == 0) {
            return &modes[i];
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    const struct mode *mode = argc == 3 ? find_mode(argv[2]) : NULL;
    if (mode == NULL) {
        fprintf(stderr, "usage: workload PAGE getppid|files|transfers|messages|echo\n");
        return 2;
    }
    const int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        perror(argv[1]);
        return 1;
    }
    struct page *page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    mode->prepare(page);
    const struct timespec pause = {.tv_nsec = 200000};
    for (uint64_t done = 0;;) {
        const uint64_t requested = atomic_load(&page->requested);
        if (requested == done) {
            nanosleep(&pause, NULL);
            continue;
        }
        const uint64_t operations = atomic_load(&page->operations);
        const uint64_t start = now();
        mode->run(operations);
        atomic_store(&page->nanos, now() - start);
        atomic_store(&page->answered, requested);
        done = requested;
    }
}

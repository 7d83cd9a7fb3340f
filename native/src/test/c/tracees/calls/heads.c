// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Transfers that begin as messages of HTTP, and others (heads_test.c). getppid, which takes no arguments, is called in
// front of each with its number.
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char REQUEST[] = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
static const char TLS[] = "\x16\x03\x01\x02\x00\x01\x00\x01";

static void mark(long number) {
    (void)syscall(SYS_getppid, number);
}

static void put(long number, int fd, const char *text) {
    mark(number);
    (void)!write(fd, text, strlen(text));
}

// Sends it in two buffers.
static struct iovec *halves(const char *text) {
    static struct iovec buffers[2];
    buffers[0] = (struct iovec){.iov_base = (char *)text, .iov_len = 3};
    buffers[1] = (struct iovec){.iov_base = (char *)text + 3, .iov_len = strlen(text) - 3};
    return buffers;
}

static void send_frames(long number, int fd, const void *bytes, size_t length) {
    mark(number);
    (void)!write(fd, bytes, length);
}

// A frame in `out`: a payload of so many bytes 'p'. Returns its length.
static size_t frame(char *out, char type, size_t length) {
    const char head[9] = {0, (char)(length >> 8), (char)length, type, 0, 0, 0, 0, 1};
    memcpy(out, head, sizeof head);
    memset(out + sizeof head, 'p', length);
    return sizeof head + length;
}

// A connection of HTTP/2, from its preface on.
static void frames(const int *pair, int null) {
    enum { DATA, HEADERS, SETTINGS = 4, PING = 6 };
    static char bytes[32768];
    put(12, pair[1], "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    size_t length = frame(bytes, HEADERS, 5);
    length += frame(bytes + length, DATA, 6000);
    length += frame(bytes + length, PING, 8);
    length += frame(bytes + length, DATA, 700);
    length += frame(bytes + length, PING, 1);
    send_frames(13, pair[1], bytes, length);
    put(14, pair[0], "any frame");
    length = frame(bytes, DATA, 10);
    length += frame(bytes + length, PING, 8);
    send_frames(15, pair[1], bytes, 13);
    send_frames(17, pair[1], bytes + 13, 2);
    send_frames(18, pair[1], bytes + 15, 8);
    send_frames(19, pair[1], bytes + 23, length - 23);
    const int file = open("/proc/self/exe", O_RDONLY);
    send_frames(25, pair[1], bytes, frame(bytes, DATA, 4000) - 4000);
    mark(26);
    (void)!sendfile(pair[1], file, NULL, 4000);
    send_frames(27, pair[1], bytes, frame(bytes, PING, 8));
    (void)close(file);
    send_frames(20, pair[1], bytes, frame(bytes, SETTINGS, 20000));
    send_frames(21, pair[1], bytes, frame(bytes, PING, 8));
    (void)dup2(null, pair[1]);
    put(16, pair[1], "any frame");
}

// Twice the same bytes, of which the first look takes nothing.
static void received(void) {
    int pair[2];
    char bytes[64];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
        return;
    }
    put(22, pair[0], "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    mark(23);
    (void)recv(pair[1], bytes, sizeof bytes, MSG_PEEK);
    mark(24);
    (void)recv(pair[1], bytes, sizeof bytes, 0);
}

int main(void) {
    int pair[2];
    static char big[32768];
    memset(big, 'x', sizeof big);
    memcpy(big, REQUEST, 16);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
        return 1;
    }
    const int null = open("/dev/null", O_WRONLY);
    put(0, pair[0], REQUEST);
    put(1, pair[0], "SELECT * FROM orders");
    put(2, null, REQUEST);
    put(3, pair[0], "GET / HTTP/1.1\r\nHost:");
    put(4, pair[0], " there\r\n\r\n");
    put(5, pair[0], " there\r\n\r\n");
    mark(6);
    (void)!writev(pair[0], halves(REQUEST), 2);
    mark(7);
    (void)sendmsg(pair[0], &(struct msghdr){.msg_iov = halves(REQUEST), .msg_iovlen = 2}, 0);
    mark(8);
    (void)!write(pair[0], big, sizeof big);
    mark(9);
    (void)!write(pair[0], TLS, sizeof TLS - 1);
    mark(28);
    (void)!write(pair[0], TLS, 5);
    mark(29);
    (void)!write(pair[0], TLS, 4);
    (void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
    put(10, pair[0], "HTTP/1.1 200 OK\r\n\r\n");
    put(11, pair[0], "G");
    frames(pair, null);
    received();
    return 0;
}

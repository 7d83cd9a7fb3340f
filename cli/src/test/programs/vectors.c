// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Sends and receives several buffers at once, one of them empty.
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
        return 1;
    }
    char first[] = "the first one, longer than a line";
    char last[] = "last";
    char room[2][20];
    struct iovec out[] = {
        {.iov_base = first, .iov_len = sizeof first - 1},
        {.iov_base = last, .iov_len = sizeof last - 1},
    };
    struct iovec in[] = {
        {.iov_base = room[0], .iov_len = sizeof room[0]},
        {.iov_base = room[1], .iov_len = sizeof room[1]},
    };
    const ssize_t written = writev(pair[0], out, 2);
    const ssize_t got = readv(pair[1], in, 2);
    const struct msghdr message = {.msg_iov = out, .msg_iovlen = 2};
    struct msghdr answer = {.msg_iov = in, .msg_iovlen = 2};
    const ssize_t sent = sendmsg(pair[1], &message, 0);
    const ssize_t received = recvmsg(pair[0], &answer, 0);
    return written == got && sent == received ? 0 : 2;
}

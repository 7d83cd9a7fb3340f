// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Calls of i386 that are made through socketcall(2) and ipc(2). Built with gcc -m32.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long made(int which, long *arguments) {
    return syscall(SYS_socketcall, which, arguments);
}

int main(void) {
    struct sockaddr_in nobody = {
        .sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    long socket[] = {AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0};
    const long made_socket = made(1, socket);
    long connect[] = {made_socket, (long)&nobody, sizeof nobody};
    (void)made(3, connect);
    nobody.sin_port = 0;
    long bind[] = {made_socket, (long)&nobody, sizeof nobody};
    (void)made(2, bind);
    long listen[] = {made_socket, 5};
    (void)made(4, listen);
    long shutdown[] = {made_socket, SHUT_RDWR};
    (void)made(13, shutdown);
    long accept[] = {made_socket, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK};
    (void)made(18, accept);
    (void)made(99, shutdown);
    (void)made(1, NULL);

    const long queue = syscall(SYS_ipc, 13, IPC_PRIVATE, IPC_CREAT | 0600, 0, 0, 0);
    struct {
        long type;
        char text[8];
    } message = {1, "hey"};
    (void)syscall(SYS_ipc, 11, queue, 4, 0, &message, 0);
    (void)syscall(SYS_ipc, 12 | 1 << 16, queue, sizeof message.text, 0, &message, 0L);
    (void)syscall(SYS_ipc, 14, queue, IPC_RMID, 0, 0, 0);
    const long semaphore = syscall(SYS_ipc, 2, IPC_PRIVATE, 1, 0600, 0, 0);
    struct sembuf up = {.sem_op = 1};
    struct timespec second = {.tv_sec = 1};
    (void)syscall(SYS_ipc, 1, semaphore, 1, 0, &up, 0);
    (void)syscall(SYS_ipc, 4, semaphore, 1, 0, &up, &second);
    const long memory = syscall(SYS_ipc, 23, IPC_PRIVATE, 4096, IPC_CREAT | 0600, 0, 0);
    (void)syscall(SYS_ipc, 24, memory, IPC_RMID, 0, 0, 0);
    return semctl((int)semaphore, 0, IPC_RMID) == 0 ? 0 : 1;
}

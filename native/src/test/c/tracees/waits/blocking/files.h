// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rows that read, write or lock a file of some kind.
#pragma once

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

#include "waits.h"

enum { PAGE = 4096, LARGE = 1 << 20 };
static _Alignas(PAGE) char page[PAGE]; // one page, so that vmsplice makes one piece of it
static _Alignas(PAGE) char large[LARGE];

static int file_fd = -1;

// Reads text of the descriptor the row has opened.
static long in_read(char *data) {
    return syscall(SYS_read, file_fd, data, DATA_SIZE - 1);
}

static void open_pipe_to_read(void) {
    open_pipe();
    file_fd = pipe_ends[0];
}

static long in_readv(char *data) {
    struct iovec parts[] = {{.iov_base = data, .iov_len = 1}, {.iov_base = data + 1, .iov_len = 8}};
    return syscall(SYS_readv, file_fd, parts, 2);
}

static int terminal;

static void open_terminal(void) {
    struct termios raw;
    memset(&raw, 0, sizeof raw);
    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    (void)need(openpty(&terminal, &file_fd, NULL, &raw, NULL));
}

static void type(void) {
    (void)!write(terminal, "typed", 5);
}

static void open_eventfd(void) {
    file_fd = (int)need(eventfd(0, 0));
}

static const uint64_t SEVEN = 7;

static void add_seven(void) {
    (void)!write(file_fd, &SEVEN, sizeof SEVEN);
}

static long read_number(char *data, uint64_t (*number)(const void *)) {
    char raw[512] = "";
    const long result = syscall(SYS_read, file_fd, raw, sizeof raw);
    (void)snprintf(data, DATA_SIZE, "%llu", result > 0 ? (unsigned long long)number(raw) : 0);
    return result;
}

static uint64_t as_u64(const void *raw) {
    uint64_t number;
    memcpy(&number, raw, sizeof number);
    return number;
}

static long in_read_u64(char *data) {
    return read_number(data, as_u64);
}

static void fill_eventfd(void) {
    uint64_t value;
    const uint64_t most = UINT64_MAX - 1;
    if (ready_for(file_fd, POLLIN)) {
        (void)!read(file_fd, &value, sizeof value);
    }
    (void)!write(file_fd, &most, sizeof most);
}

static void empty_eventfd(void) {
    uint64_t value;
    (void)!read(file_fd, &value, sizeof value);
}

static long in_write_eventfd(char *data) {
    (void)data;
    return syscall(SYS_write, file_fd, &SEVEN, sizeof SEVEN);
}

static void open_timer(void) {
    file_fd = (int)need(timerfd_create(CLOCK_MONOTONIC, 0));
}

static void set_timer(void) {
    const struct itimerspec time = {.it_value = relative()};
    (void)timerfd_settime(file_fd, 0, &time, NULL);
}

enum { AWAITED = 40 }; // a real-time signal

static void block_awaited(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, AWAITED);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
}

static void send_awaited(void) {
    (void)sigqueue(common->subject, AWAITED, (union sigval){.sival_int = 1234});
}

static void open_signalfd(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, AWAITED);
    block_awaited();
    file_fd = (int)need(signalfd(-1, &set, 0));
}

static uint64_t as_signal(const void *raw) {
    return (uint64_t)((const struct signalfd_siginfo *)raw)->ssi_int;
}

static long in_read_signalfd(char *data) {
    return read_number(data, as_signal);
}

static void open_inotify(void) {
    char path[128];
    in_folder(path, "watched");
    (void)need(close((int)need(open(path, O_CREAT | O_RDWR, 0600))));
    file_fd = (int)need(inotify_init1(0));
    (void)need(inotify_add_watch(file_fd, path, IN_ATTRIB));
}

static void touch_watched(void) {
    char path[128];
    in_folder(path, "watched");
    (void)chmod(path, 0600);
}

static uint64_t as_mask(const void *raw) {
    return ((const struct inotify_event *)raw)->mask;
}

static long in_read_inotify(char *data) {
    return read_number(data, as_mask);
}

// ---- writing into a full pipe

static void fill_pipe(void) {
    while (ready_for(pipe_ends[1], POLLOUT)) {
        (void)!write(pipe_ends[1], page, PAGE);
    }
}

static void take_page(void) {
    (void)!read(pipe_ends[0], page, PAGE);
}

static void drain_pipe(void) {
    // Until the writer has come through and nothing is left.
    while (poll(&(struct pollfd){.fd = pipe_ends[0], .events = POLLIN}, 1, 20) > 0) {
        (void)!read(pipe_ends[0], page, PAGE);
    }
}

static long in_write_pipe(char *data) {
    (void)data;
    return syscall(SYS_write, pipe_ends[1], page, PAGE);
}

static long in_write_pipe_large(char *data) {
    (void)data;
    return syscall(SYS_write, pipe_ends[1], large, LARGE);
}

static long in_vmsplice(char *data) {
    (void)data;
    const struct iovec part = {.iov_base = page, .iov_len = PAGE};
    return syscall(SYS_vmsplice, pipe_ends[1], &part, 1, 0);
}

// ---- from a pipe into another

static int second_pipe[2];

static void open_two_pipes(void) {
    open_pipe();
    (void)need(pipe(second_pipe));
}

static void empty_two_pipes(void) {
    char byte;
    empty_pipe();
    while (ready_for(second_pipe[0], POLLIN)) {
        (void)!read(second_pipe[0], &byte, 1);
    }
}

static void send_text(void) {
    (void)!write(pipe_ends[1], "text", 4);
}

static long told_by_second_pipe(char *data, long result) {
    const int error = errno;
    if (ready_for(second_pipe[0], POLLIN)) {
        (void)!read(second_pipe[0], data, DATA_SIZE - 1);
    }
    errno = error;
    return result;
}

static long in_splice(char *data) {
    return told_by_second_pipe(data, syscall(SYS_splice, pipe_ends[0], NULL, second_pipe[1], NULL, 64, 0));
}

static long in_tee(char *data) {
    return told_by_second_pipe(data, syscall(SYS_tee, pipe_ends[0], second_pipe[1], 64, 0));
}

// ---- locks, held by the companion on an open file of its own

static int lock_companion;

static void open_locked(void) {
    char path[128];
    in_folder(path, "locked");
    lock_companion = (int)need(open(path, O_CREAT | O_RDWR, 0600));
    file_fd = (int)need(open(path, O_RDWR));
}

static void hold_flock(void) {
    (void)flock(lock_companion, LOCK_EX);
}

static void free_flock(void) {
    (void)flock(lock_companion, LOCK_UN);
}

static long in_flock(char *data) {
    (void)data;
    const long result = syscall(SYS_flock, file_fd, LOCK_EX);
    const int error = errno;
    (void)flock(file_fd, LOCK_UN);
    errno = error;
    return result;
}

static int set_lock(int fd, int command, short type) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    return (int)syscall(SYS_fcntl, fd, command, &lock);
}

static void hold_record(void) {
    (void)set_lock(lock_companion, F_SETLKW, F_WRLCK);
}

static void free_record(void) {
    (void)set_lock(lock_companion, F_SETLK, F_UNLCK);
}

static long lock_record(int command, int unlock) {
    const long result = set_lock(file_fd, command, F_WRLCK);
    const int error = errno;
    (void)set_lock(file_fd, unlock, F_UNLCK);
    errno = error;
    return result;
}

static long in_setlkw(char *data) {
    (void)data;
    return lock_record(F_SETLKW, F_SETLK);
}

static void hold_open_file(void) {
    (void)set_lock(lock_companion, F_OFD_SETLKW, F_WRLCK);
}

static void free_open_file(void) {
    (void)set_lock(lock_companion, F_OFD_SETLK, F_UNLCK);
}

static long in_ofd_setlkw(char *data) {
    (void)data;
    return lock_record(F_OFD_SETLKW, F_OFD_SETLK);
}

// ---- opening a FIFO

static void make_fifo(void) {
    char path[128];
    in_folder(path, "fifo");
    (void)need(mkfifo(path, 0600));
}

static void open_other_end(void) {
    char path[128];
    in_folder(path, "fifo");
    (void)close(open(path, O_WRONLY)); // waits for the reader
}

static long in_open_fifo(char *data) {
    (void)data;
    char path[128];
    in_folder(path, "fifo");
    const long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
    const int error = errno;
    if (fd >= 0) {
        (void)close((int)fd);
    }
    errno = error;
    return fd;
}

#define FILES                                                                                                          \
    {"read a pipe", SYS_read, 0, open_pipe_to_read, NULL, empty_pipe, in_read, send_text},                             \
    {"readv a pipe", SYS_readv, 0, open_pipe_to_read, NULL, empty_pipe, in_readv, send_text},                          \
    {"read a terminal", SYS_read, 0, open_terminal, NULL, NULL, in_read, type},                                        \
    {"read an eventfd", SYS_read, 0, open_eventfd, NULL, NULL, in_read_u64, add_seven},                                \
    {"write an eventfd", SYS_write, 0, open_eventfd, fill_eventfd, NULL, in_write_eventfd, empty_eventfd},             \
    {"read a timerfd, timed", SYS_read, TIMED, open_timer, NULL, set_timer, in_read_u64, NULL},                        \
    {"read a signalfd", SYS_read, 0, open_signalfd, NULL, NULL, in_read_signalfd, send_awaited},                       \
    {"read an inotify", SYS_read, 0, open_inotify, NULL, NULL, in_read_inotify, touch_watched},                        \
    {"write a page to a pipe", SYS_write, 0, open_pipe, fill_pipe, NULL, in_write_pipe, take_page},                    \
    {"write 1 MiB to a pipe", SYS_write, PARTIAL, open_pipe, drain_pipe, NULL, in_write_pipe_large, drain_pipe},       \
    {"vmsplice a page", SYS_vmsplice, 0, open_pipe, fill_pipe, NULL, in_vmsplice, take_page},                          \
    {"splice", SYS_splice, 0, open_two_pipes, NULL, empty_two_pipes, in_splice, send_text},                            \
    {"tee", SYS_tee, 0, open_two_pipes, NULL, empty_two_pipes, in_tee, send_text},                                     \
    {"flock", SYS_flock, 0, open_locked, hold_flock, NULL, in_flock, free_flock},                                      \
    {"fcntl F_SETLKW", SYS_fcntl, 0, open_locked, hold_record, NULL, in_setlkw, free_record},                          \
    {"fcntl F_OFD_SETLKW", SYS_fcntl, 0, open_locked, hold_open_file, NULL, in_ofd_setlkw, free_open_file},            \
    {"open a FIFO", SYS_openat, 0, make_fifo, NULL, NULL, in_open_fifo, open_other_end}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rows on System V and POSIX queues and semaphores, and on queues of input and output the kernel completes.
#pragma once

#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>

#include "files.h"

// ---- System V; removed by remove_queues

static int message_queue = -1;
static int semaphores = -1;

static void remove_queues(void) {
    if (message_queue >= 0) {
        (void)msgctl(message_queue, IPC_RMID, NULL);
    }
    if (semaphores >= 0) {
        (void)semctl(semaphores, 0, IPC_RMID);
    }
}

struct message {
    long type;
    char text[16];
};
enum { TEXT = sizeof((struct message *)0)->text };

static void open_messages(void) {
    message_queue = (int)need(msgget(IPC_PRIVATE, 0600));
    struct msqid_ds state;
    (void)need(msgctl(message_queue, IPC_STAT, &state));
    state.msg_qbytes = 64;
    (void)need(msgctl(message_queue, IPC_SET, &state));
}

static void send_message(void) {
    const struct message message = {.type = 1, .text = "message"};
    (void)msgsnd(message_queue, &message, TEXT, 0);
}

static void fill_messages(void) {
    const struct message message = {.type = 1, .text = "filling"};
    while (msgsnd(message_queue, &message, TEXT, IPC_NOWAIT) == 0) {
    }
}

static void take_message(void) {
    struct message message;
    (void)msgrcv(message_queue, &message, TEXT, 0, IPC_NOWAIT);
}

static long in_msgrcv(char *data) {
    struct message message = {.type = 0};
    const long result = syscall(SYS_msgrcv, message_queue, &message, TEXT, 0, 0);
    (void)snprintf(data, DATA_SIZE, "%ld %s", message.type, message.text);
    return result;
}

static long in_msgsnd(char *data) {
    (void)data;
    const struct message message = {.type = 1, .text = "sent"};
    return syscall(SYS_msgsnd, message_queue, &message, TEXT, 0);
}

static void open_semaphores(void) {
    semaphores = (int)need(semget(IPC_PRIVATE, 1, 0600));
}

static void clear_semaphore(void) {
    (void)semctl(semaphores, 0, SETVAL, 0);
}

static void give(void) {
    struct sembuf give_one = {.sem_op = 1};
    (void)semop(semaphores, &give_one, 1);
}

static struct sembuf take_one = {.sem_op = -1};

static long in_semop(char *data) {
    (void)data;
    return syscall(SYS_semop, semaphores, &take_one, 1);
}

static long in_semtimedop(char *data) {
    (void)data;
    const struct timespec time = {.tv_sec = 600};
    return syscall(SYS_semtimedop, semaphores, &take_one, 1, &time);
}

static long in_semtimedop_timed(char *data) {
    (void)data;
    const struct timespec time = relative();
    return syscall(SYS_semtimedop, semaphores, &take_one, 1, &time);
}

// ---- POSIX

static mqd_t posix_queue;

static void open_posix_queue(void) {
    char name[64];
    struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 16};
    (void)snprintf(name, sizeof name, "/renacer-blocking-%d", (int)getpid());
    posix_queue = (mqd_t)need(mq_open(name, O_CREAT | O_RDWR, 0600, &attributes));
    (void)need(mq_unlink(name));
}

static const struct timespec PAST = {.tv_sec = 1};

static void send_posix(void) {
    (void)mq_send(posix_queue, "posted", 7, 3);
}

static void fill_posix(void) {
    while (mq_timedsend(posix_queue, "filling", 8, 3, &PAST) == 0) {
    }
}

static void take_posix(void) {
    char text[16];
    (void)mq_timedreceive(posix_queue, text, sizeof text, NULL, &PAST);
}

static long receive_posix(char *data, const struct timespec *at) {
    char text[16] = "";
    unsigned priority = 0;
    const long result = syscall(SYS_mq_timedreceive, posix_queue, text, sizeof text, &priority, at);
    (void)snprintf(data, DATA_SIZE, "%s %u", text, priority);
    return result;
}

static long in_mq_receive(char *data) {
    return receive_posix(data, NULL);
}

static long in_mq_receive_timed(char *data) {
    const struct timespec at = absolute(CLOCK_REALTIME);
    return receive_posix(data, &at);
}

static long in_mq_send(char *data) {
    (void)data;
    return syscall(SYS_mq_timedsend, posix_queue, "sent", 5, 1, NULL);
}

static long in_mq_send_timed(char *data) {
    (void)data;
    const struct timespec at = absolute(CLOCK_REALTIME);
    return syscall(SYS_mq_timedsend, posix_queue, "sent", 5, 1, &at);
}

// ---- asynchronous input and output: a poll of a pipe is what is to be completed

static bool outstanding; // submitted and not yet reported

static aio_context_t aio;

// By the subject: a context belongs to one address space.
static void have_context(void) {
    if (aio == 0) {
        (void)syscall(SYS_io_setup, 4, &aio);
    }
}

static void submit_aio(void) {
    struct iocb poll_pipe = {.aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = (unsigned)pipe_ends[0], .aio_buf = POLLIN};
    struct iocb *list[] = {&poll_pipe};
    have_context();
    empty_pipe();
    if (!outstanding) {
        outstanding = syscall(SYS_io_submit, aio, 1, list) == 1;
    }
}

static long get_events(char *data, struct timespec *time) {
    struct io_event event = {.res = 0};
    const long result = syscall(SYS_io_getevents, aio, 1, 1, &event, time);
    outstanding = outstanding && result < 1;
    (void)snprintf(data, DATA_SIZE, "%llx", (unsigned long long)event.res);
    return result;
}

static long in_io_getevents(char *data) {
    return get_events(data, NULL);
}

static long in_io_getevents_timed(char *data) {
    struct timespec time = relative();
    return get_events(data, &time);
}

static long in_io_pgetevents(char *data) {
    struct io_event event = {.res = 0};
    const long result = syscall(SYS_io_pgetevents, aio, 1, 1, &event, NULL, NULL);
    outstanding = outstanding && result < 1;
    (void)snprintf(data, DATA_SIZE, "%llx", (unsigned long long)event.res);
    return result;
}

static int uring;
static struct io_uring_params uring_parameters;
static char *submission;
static char *completion;
static struct io_uring_sqe *entries;

static void open_uring(void) {
    open_pipe();
    uring = (int)need(syscall(SYS_io_uring_setup, 4, &uring_parameters));
    const int protection = PROT_READ | PROT_WRITE;
    submission = mmap(NULL, PAGE, protection, MAP_SHARED, uring, IORING_OFF_SQ_RING);
    completion = mmap(NULL, PAGE, protection, MAP_SHARED, uring, IORING_OFF_CQ_RING);
    entries = mmap(NULL, PAGE, protection, MAP_SHARED, uring, IORING_OFF_SQES);
    if (submission == MAP_FAILED || completion == MAP_FAILED || entries == MAP_FAILED) {
        unavailable("mmap");
    }
}

static unsigned *of_submission(unsigned offset) {
    return (unsigned *)(void *)(submission + offset);
}

static unsigned *of_completion(unsigned offset) {
    return (unsigned *)(void *)(completion + offset);
}

// Puts a poll of the pipe into the submission queue.
static void prepare_uring(void) {
    empty_pipe();
    if (outstanding) {
        return;
    }
    const unsigned tail = *of_submission(uring_parameters.sq_off.tail);
    const unsigned index = tail & *of_submission(uring_parameters.sq_off.ring_mask);
    memset(&entries[index], 0, sizeof entries[index]);
    entries[index].opcode = IORING_OP_POLL_ADD;
    entries[index].fd = pipe_ends[0];
    entries[index].poll32_events = POLLIN;
    of_submission(uring_parameters.sq_off.array)[index] = index;
    __atomic_store_n(of_submission(uring_parameters.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
}

static void submit_uring(void) {
    prepare_uring();
    outstanding = outstanding || syscall(SYS_io_uring_enter, uring, 1, 0, 0, NULL, 0) == 1;
}

// Tells how many completions there are and takes them.
static long completed(char *data, long result) {
    const int error = errno;
    unsigned *head = of_completion(uring_parameters.cq_off.head);
    const unsigned tail = __atomic_load_n(of_completion(uring_parameters.cq_off.tail), __ATOMIC_ACQUIRE);
    (void)snprintf(data, DATA_SIZE, "%u completed", tail - *head);
    outstanding = outstanding && tail == *head;
    __atomic_store_n(head, tail, __ATOMIC_RELEASE);
    errno = error;
    return result;
}

static long in_uring(char *data) {
    return completed(data, syscall(SYS_io_uring_enter, uring, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0));
}

static long in_uring_timed(char *data) {
    struct __kernel_timespec time = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000};
    const struct io_uring_getevents_arg argument = {.ts = (uintptr_t)&time};
    const unsigned flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
    return completed(data, syscall(SYS_io_uring_enter, uring, 0, 1, flags, &argument, sizeof argument));
}

static long in_uring_submit(char *data) {
    const unsigned pending = outstanding ? 0 : 1;
    outstanding = true;
    return completed(data, syscall(SYS_io_uring_enter, uring, pending, 1, IORING_ENTER_GETEVENTS, NULL, 0));
}

#define QUEUES                                                                                                         \
    {"msgrcv", SYS_msgrcv, 0, open_messages, take_message, NULL, in_msgrcv, send_message},                             \
    {"msgsnd", SYS_msgsnd, 0, open_messages, fill_messages, NULL, in_msgsnd, take_message},                            \
    {"semop", SYS_semop, 0, open_semaphores, clear_semaphore, NULL, in_semop, give},                                   \
    {"semtimedop", SYS_semtimedop, 0, open_semaphores, clear_semaphore, NULL, in_semtimedop, give},                    \
    {"semtimedop, timed", SYS_semtimedop, TIMED | AGED, open_semaphores, clear_semaphore, NULL,                        \
     in_semtimedop_timed, NULL},                                                                                       \
    {"mq_timedreceive", SYS_mq_timedreceive, 0, open_posix_queue, take_posix, NULL, in_mq_receive, send_posix},        \
    {"mq_timedreceive, timed", SYS_mq_timedreceive, TIMED, open_posix_queue, take_posix, NULL, in_mq_receive_timed,    \
     NULL},                                                                                                            \
    {"mq_timedsend", SYS_mq_timedsend, 0, open_posix_queue, fill_posix, NULL, in_mq_send, take_posix},                 \
    {"mq_timedsend, timed", SYS_mq_timedsend, TIMED, open_posix_queue, fill_posix, NULL, in_mq_send_timed, NULL},      \
    {"io_getevents", SYS_io_getevents, 0, open_pipe, NULL, submit_aio, in_io_getevents,                                \
     send_byte},                                                                                                       \
    {"io_getevents, timed", SYS_io_getevents, TIMED | AGED, NULL, NULL, have_context, in_io_getevents_timed,           \
     NULL},                                                                                                            \
    {"io_pgetevents", SYS_io_pgetevents, 0, open_pipe, NULL, submit_aio, in_io_pgetevents,                             \
     send_byte},                                                                                                       \
    {"io_uring_enter", SYS_io_uring_enter, 0, open_uring, NULL, submit_uring, in_uring, send_byte},                    \
    {"io_uring_enter, timed", SYS_io_uring_enter, TIMED | AGED, open_uring, NULL, NULL, in_uring_timed, NULL},         \
    {"io_uring_enter that submits too", SYS_io_uring_enter, PARTIAL, open_uring, NULL, prepare_uring,                  \
     in_uring_submit, send_byte}

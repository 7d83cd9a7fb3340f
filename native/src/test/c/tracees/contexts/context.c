// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Publishes the context of its threads as OpenTelemetry's OTEP 4947 says, in a thread-local variable of the program
// itself, and makes a call in each state of it: getppid(case).
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct record {
    uint8_t trace_id[16];
    uint8_t span_id[8];
    uint8_t valid;
    uint8_t trace_flags;
    uint16_t attributes_size;
};

__attribute__((visibility("default"))) __thread const volatile void *volatile otel_thread_ctx_v1;

static void call(long number) {
    (void)syscall(SYS_getppid, number);
}

static struct record of(uint8_t trace, uint8_t span, uint8_t flags) {
    struct record record = {.valid = 1, .trace_flags = flags};
    memset(record.trace_id, trace, sizeof record.trace_id);
    memset(record.span_id, span, sizeof record.span_id);
    return record;
}

static void *thread(void *unused) {
    static struct record record;
    call(10);
    record = of(0xcc, 0xdd, 1);
    otel_thread_ctx_v1 = &record;
    call(11);
    otel_thread_ctx_v1 = NULL;
    return unused;
}

int main(void) {
    static struct record record;
    static struct record other;
    call(0);
    record = of(0xaa, 0xbb, 1);
    otel_thread_ctx_v1 = &record;
    call(1);
    *(volatile uint8_t *)&record.valid = 0;
    call(2);
    *(volatile uint8_t *)&record.valid = 1;
    other = of(0xee, 0xff, 0);
    otel_thread_ctx_v1 = &other;
    call(3);
    otel_thread_ctx_v1 = (void *)1;
    call(4);
    otel_thread_ctx_v1 = (void *)0x10;
    call(5);
    pthread_t id;
    otel_thread_ctx_v1 = &record;
    (void)pthread_create(&id, NULL, thread, NULL);
    (void)pthread_join(id, NULL);
    call(6);
    if (vfork() == 0) {
        call(7); // the parent's memory, and so its context
        _exit(0);
    }
    otel_thread_ctx_v1 = NULL;
    call(8);
    return 0;
}

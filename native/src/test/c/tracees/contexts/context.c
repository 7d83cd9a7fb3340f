// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Publishes the context of its threads as OpenTelemetry's OTEP 4947 says, and makes a call in each state of it:
// getppid(case). The thread-local variable is one of the program itself; of a library that it is linked with
// (CONTEXT_LINKED); or of one that it loads (CONTEXT_LOADED; the argument names the file, beside the program's own).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct record {
    uint8_t trace_id[16];
    uint8_t span_id[8];
    uint8_t valid;
    uint8_t trace_flags;
    uint16_t attributes_size;
};

#if defined(CONTEXT_LINKED)
extern void publish(const volatile void *record);
static void load(int argc, char **argv) {
    (void)argc, (void)argv;
}
#elif defined(CONTEXT_LOADED)
static void (*publish)(const volatile void *record);
static void load(int argc, char **argv) {
    char own[4096] = {0};
    char path[8192];
    if (argc < 2 || readlink("/proc/self/exe", own, sizeof own - 1) < 0) {
        exit(3);
    }
    (void)snprintf(path, sizeof path, "%s/%s", dirname(own), argv[1]);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    *(void **)&publish = library == NULL ? NULL : dlsym(library, "publish");
    if (publish == NULL) {
        exit(4);
    }
}
#else
__attribute__((visibility("default"))) __thread const volatile void *volatile otel_thread_ctx_v1;
static void publish(const volatile void *record) {
    otel_thread_ctx_v1 = record;
}
static void load(int argc, char **argv) {
    (void)argc, (void)argv;
}
#endif

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
    publish(&record);
    call(11);
    publish(NULL);
    return unused;
}

// A call that takes away what it was published with.
static void unmap(void) {
    enum { LENGTH = 12345 };
    struct record *record = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (record == MAP_FAILED) {
        exit(5);
    }
    *record = of(0x11, 0x22, 1);
    publish(record);
    (void)munmap(record, LENGTH);
}

int main(int argc, char **argv) {
    static struct record record;
    static struct record other;
    load(argc, argv);
    call(0);
    record = of(0xaa, 0xbb, 1);
    publish(&record);
    call(1);
    *(volatile uint8_t *)&record.valid = 0;
    call(2);
    *(volatile uint8_t *)&record.valid = 1;
    other = of(0xee, 0xff, 0);
    publish(&other);
    call(3);
    publish((void *)1);
    call(4);
    publish((void *)0x10);
    call(5);
    pthread_t id;
    publish(&record);
    (void)pthread_create(&id, NULL, thread, NULL);
    (void)pthread_join(id, NULL);
    call(6);
    if (vfork() == 0) {
        call(7); // the parent's memory, and so its context
        publish(&other);
        _exit(0);
    }
    unmap();
    publish(NULL);
    call(8);
    return 0;
}

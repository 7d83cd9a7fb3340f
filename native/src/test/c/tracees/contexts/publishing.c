// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Publishes its resource as OpenTelemetry's OTEP 4719 says, updates it, and makes a call in each state: getppid(case).
// With the argument "wait" it says when it has published, and goes on when it is told to. With "announce" it says
// besides that its threads publish contexts, which they do not.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

struct header {
    char signature[8];
    uint32_t version;
    uint32_t size;
    volatile uint64_t published_ns;
    const uint8_t *data;
};

static void call(long number) {
    (void)syscall(SYS_getppid, number);
}

// KeyValue { key, value: { string_value } }, as a field with this tag.
static size_t put_attribute(uint8_t *out, uint8_t tag, const char *key, const char *value) {
    const size_t k = strlen(key);
    const size_t v = strlen(value);
    uint8_t *at = out;
    *at++ = tag;
    *at++ = (uint8_t)(k + v + 6);
    *at++ = 0x0a; // key
    *at++ = (uint8_t)k;
    at = (uint8_t *)memcpy(at, key, k) + k;
    *at++ = 0x12; // value
    *at++ = (uint8_t)(v + 2);
    *at++ = 0x0a; // string_value
    *at++ = (uint8_t)v;
    at = (uint8_t *)memcpy(at, value, v) + v;
    return (size_t)(at - out);
}

// ProcessContext { resource: { attributes } }, for one attribute.
static size_t put(uint8_t *out, const char *key, const char *value) {
    const size_t size = put_attribute(out + 2, 0x0a, key, value);
    out[0] = 0x0a;
    out[1] = (uint8_t)size;
    return size + 2;
}

static uint64_t now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_BOOTTIME, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void name(void *mapping, size_t size) {
    (void)prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, mapping, size, "OTEL_CTX");
}

int main(int argc, char **argv) {
    static uint8_t data[1024];
    static uint8_t others[1024];
    const char *option = argc > 1 ? argv[1] : "";
    const size_t size = (size_t)sysconf(_SC_PAGESIZE);
    call(0);
    const int fd = memfd_create("OTEL_CTX", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0) {
        return 2;
    }
    struct header *header = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (header == MAP_FAILED) {
        return 3;
    }
    (void)close(fd);
    (void)madvise(header, size, MADV_DONTFORK);
    size_t length = put(data, "service.name", "shop");
    length += put(data + length, "service.instance.id", "one");
    length += put(data + length, "host.name", "not-this-host");
    if (strcmp(option, "announce") == 0) {
        length += put_attribute(data + length, 0x12, "threadlocal.schema_version", "tls_v1");
    }
    memcpy(header->signature, "OTEL_CTX", sizeof header->signature);
    header->version = 2;
    header->size = (uint32_t)length;
    header->data = data;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    header->published_ns = now();
    name(header, size);
    if (strcmp(option, "wait") == 0) {
        (void)puts("published");
        (void)fflush(stdout);
        (void)getchar();
    }
    call(1);
    header->published_ns = 0;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    length = put(others, "service.name", "shop");
    length += put(others + length, "service.instance.id", "two");
    header->size = (uint32_t)length;
    header->data = others;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    header->published_ns = now();
    name(header, size);
    call(2);
    return 0;
}

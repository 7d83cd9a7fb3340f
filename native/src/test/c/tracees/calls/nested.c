// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Records of different lengths, which pread64 puts where its argument points (records_test.c), and structs with
// pointers in them, whose number is the first argument of a getppid (nested_test.c).
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIELD = 16, RECORD = 24, HUGE_SIZE = 1 << 21 };

#define UNMAPPED ((void *)16)

static char bytes[HUGE_SIZE];
static char back[HUGE_SIZE];

// So many bytes of records, which are so long.
static void fill(size_t size, uint16_t length) {
    memset(bytes, 'r', size);
    for (size_t at = 0; at + FIELD + sizeof length <= size; at += length != 0 ? length : RECORD) {
        memcpy(bytes + at + FIELD, &length, sizeof length);
    }
}

static int write_and_read(int file, size_t size) {
    return (size == 0 || pwrite(file, bytes, size, 0) == (ssize_t)size) && ftruncate(file, (off_t)size) == 0 &&
                   syscall(SYS_pread64, file, back, sizeof back, 0) == (long)size
               ? 0
               : 1;
}

static int make_records(void) {
    const int file = memfd_create("records", 0);
    int failed = file < 0;
    fill(3 * RECORD, RECORD);
    failed |= write_and_read(file, 3 * RECORD);
    fill(HUGE_SIZE, RECORD);
    failed |= write_and_read(file, 2500 * RECORD);
    failed |= write_and_read(file, HUGE_SIZE);
    const uint16_t zero = 0;
    memcpy(bytes + 2 * RECORD + FIELD, &zero, sizeof zero);
    failed |= write_and_read(file, 5 * RECORD);
    const uint16_t most = UINT16_MAX;
    memcpy(bytes + 2 * RECORD + FIELD, &most, sizeof most);
    failed |= write_and_read(file, 5 * RECORD);
    failed |= write_and_read(file, 2 * RECORD + 3); // the last one is cut off before its length
    failed |= write_and_read(file, 0);
    fill(HUGE_SIZE, FIELD + 2); // as short as they can be
    failed |= write_and_read(file, 5000 * (FIELD + 2));
    return failed;
}

struct nested {
    uint16_t count;
    const void *pointer;
};

static void make(long number, const void *what, uint64_t length) {
    (void)syscall(SYS_getppid, number, what, length, 0, 0, 0);
}

static void make_structs(char *end) {
    static const uint32_t three[] = {1, 2, 3};
    static struct nested itself;
    struct nested good = {3, three};
    struct nested bad = {3, UNMAPPED};
    struct nested none = {3, NULL};
    struct nested empty = {0, three};
    struct nested most = {UINT16_MAX, bytes};
    struct nested half = {3, memcpy(end - 8, "12345678", 8)};
    itself = (struct nested){8, &itself};
    make(0, &good, 0);
    make(1, &bad, 0);
    make(2, &none, 0);
    make(3, &empty, 0);
    make(4, &most, 0);
    make(5, &half, 0);
    make(6, &itself, 0);
    make(7, end - 4, 0);
    const void *pointers[] = {three, NULL, UNMAPPED, end - 4, three};
    make(10, pointers, 5);
    const void *many[200];
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        many[i] = three;
    }
    make(11, many, 200);
    make(12, many, UINT64_MAX);
    make(13, end, 3);
    static const struct {
        uint32_t length;
        uint32_t other;
        char text[8];
    } sized = {5, UINT32_MAX, "abcdefg"};
    make(20, &sized, 0);
    make(21, end - 2, 0);
    make(22, memcpy(end - 4, "last", 4), 0);
}

int main(void) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || munmap(pages + page, page) != 0) {
        return 1;
    }
    make_structs(pages + page);
    return make_records();
}

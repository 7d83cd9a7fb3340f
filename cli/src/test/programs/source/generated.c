// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: generated INNER OUTER    for each byte read a write from code that this program makes: an outer function calls
// an inner one, which makes the call. A perf map names them, unless the names are empty.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef long inner_function(long file, const void *bytes, long count);
typedef long outer_function(long file, const void *bytes, long count, inner_function *inner);

// Both with frame pointers: push %rbp; mov %rsp,%rbp; ...; pop %rbp; ret. In between the inner one has mov $1,%eax and
// syscall, the outer one call *%rcx.
static const uint8_t inner_code[] = {0x55, 0x48, 0x89, 0xe5, 0xb8, 1, 0, 0, 0, 0x0f, 0x05, 0x5d, 0xc3};
static const uint8_t outer_code[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd1, 0x5d, 0xc3};

enum { OUTER_AT = 64, SIZE = 4096 };

int main(int argc, char **argv) {
    uint8_t *code = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (argc != 3 || code == MAP_FAILED) {
        return 1;
    }
    memcpy(code, inner_code, sizeof inner_code);
    memcpy(code + OUTER_AT, outer_code, sizeof outer_code);
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/perf-%d.map", getpid());
    FILE *map = fopen(path, "w");
    if (map == NULL || mprotect(code, SIZE, PROT_READ | PROT_EXEC) != 0) {
        return 1;
    }
    if (argv[1][0] != '\0') {
        fprintf(map, "%lx %x an earlier function\n", (unsigned long)code, SIZE);
        fprintf(map, "%lx %zx %s\n", (unsigned long)code, sizeof inner_code, argv[1]);
        fprintf(map, "0x%016lx 0x%016zx %s\n", (unsigned long)code + OUTER_AT, sizeof outer_code, argv[2]);
    }
    fclose(map);
    inner_function *inner = (inner_function *)(uintptr_t)code;
    outer_function *outer = (outer_function *)(uintptr_t)(code + OUTER_AT);
    char byte;
    while (read(0, &byte, 1) == 1) {
        outer(1, "x", 1, inner);
    }
    return unlink(path);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// One x86-64 program that also makes an i386 call (int 0x80) and an x32 call.
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    (void)syscall(SYS_getppid);
#if defined(__x86_64__)
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(64L) : "memory", "r8", "r9", "r10", "r11"); // getppid of i386
    (void)syscall(0x40000000 | SYS_getppid);
#endif
    return 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A 32-bit program without a libc: getppid, open of a path, exit.
static int call(int nr, long a, long b) {
    int result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b) : "memory");
    return result;
}

void _start(void);
void _start(void) {
    (void)call(64, 0, 0);
    (void)call(5, (long)"/nonexistent/i386", 0);
    (void)call(1, 7, 0);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Is sent SIGSEGV, which it ignores, says where its function `fault` is, and dies of a real one in it.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static __attribute__((noinline)) int fault(const volatile int *nothing) {
    return *nothing;
}

int main(void) {
    if (signal(SIGSEGV, SIG_IGN) == SIG_ERR || raise(SIGSEGV) != 0 || signal(SIGSEGV, SIG_DFL) == SIG_ERR) {
        return 1;
    }
    (void)syscall(SYS_getppid, fault); // which takes no argument
    return fault(NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which call a thread is in that was stopped and continued by restart_syscall(2) before we came: SIGSTOP and SIGCONT do
// that, and so does each earlier trace. The kernel keeps the call's arguments in the registers, but its number nowhere
// that can be read. Only futex, poll and the two nanosleeps continue in this way (users of struct restart_block,
// include/linux/restart_block.h); they are distinguished by where in the kernel the thread waits, and by their
// arguments.
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>

#include "tracee/proc/procfs.h"
#include "tracee/proc/restarted.h"

// No pointer is below this, and each clock's number is.
enum { FIRST_POINTER = 4096, WCHAN_SIZE = 128 };

int64_t rc_proc_restarted(pid_t tgid, pid_t tid, const uint64_t args[6]) {
    char wchan[WCHAN_SIZE];
    if (rc_proc_wchan(tgid, tid, wchan, sizeof wchan) == 0 || strcmp(wchan, "0") == 0) {
        return -1; // it runs, or the kernel does not say
    }
    if (strstr(wchan, "futex") != NULL) {
        return SYS_futex;
    }
#ifdef SYS_poll // ppoll does not continue in this way
    if (strstr(wchan, "poll") != NULL) {
        return SYS_poll;
    }
#endif
    return args[0] < FIRST_POINTER ? SYS_clock_nanosleep : SYS_nanosleep;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: denied CALL PROGRAM ARGUMENT...    runs a program that gets EPERM from one system call, as from a
//                                           container's seccomp profile
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436 // Linux 5.9, alike on every architecture
#endif

static const struct {
    const char *name;
    unsigned number;
} calls[] = {
    {"close_range", SYS_close_range},
    {"sched_setaffinity", SYS_sched_setaffinity},
    {"process_vm_readv", SYS_process_vm_readv},
    {"pidfd_open", SYS_pidfd_open},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc > 2 && i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].name, argv[1]) != 0) {
            continue;
        }
        struct sock_filter code[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        const struct sock_fprog filter = {.len = sizeof code / sizeof code[0], .filter = code};
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0) {
            execv(argv[2], argv + 2);
        }
        perror(argv[2]);
        return 99;
    }
    fprintf(stderr, "usage: denied CALL PROGRAM ARGUMENT...\n");
    return 99;
}

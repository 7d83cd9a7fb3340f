// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: sandbox errno|trap|trace|kill   installs a seccomp filter that answers getppid so, and calls it: exits with
//                                        its errno
//        sandbox privileges              exits with 1 for no_new_privs, and 2 more for a seccomp filter
//        sandbox loop FILE               calls getppid for ever; creates FILE should it ever fail
//        sandbox family N                N children that call getppid: exits with how many saw it fail
//        sandbox quit N [FILE]           N times getppid, then exits with 7, or 1 should it ever fail; creates FILE if
//                                        none did
//        sandbox sleep                   nanosleep of 300 ms
//        sandbox naps N                  N times nanosleep of 5 ms, then getppid
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int own_filter(uint32_t action) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        return 100;
    }
    errno = 0;
    return syscall(SYS_getppid) == -1 ? errno : 0;
}

static void on_trap(int signal, siginfo_t *info, void *context) {
    (void)context;
    _exit(signal == SIGSYS && info->si_syscall == SYS_getppid ? 9 : 101);
}

static pid_t by_fork(void) {
    const pid_t pid = fork();
    if (pid == 0) {
        _exit(syscall(SYS_getppid) == -1 ? 1 : 0);
    }
    return pid;
}

static pid_t by_vfork(void) {
    const pid_t pid = vfork();
    if (pid == 0) {
        _exit(syscall(SYS_getppid) == -1 ? 1 : 0);
    }
    return pid;
}

static int family(int children) {
    int failed = 0;
    for (int i = 0; i < children; i++) {
        const pid_t pid = i % 2 == 0 ? by_fork() : by_vfork();
        int status = 1;
        failed += pid < 0 || waitpid(pid, &status, 0) != pid || status != 0 ? 1 : 0;
    }
    return failed;
}

static int create(const char *file, int code) {
    return open(file, O_CREAT | O_WRONLY, 0600) < 0 ? 102 : code;
}

static int loop(const char *file) {
    while (syscall(SYS_getppid) != -1) {
    }
    return create(file, 1);
}

static int quit(int calls, const char *file) {
    for (int i = 0; i < calls; i++) {
        if (syscall(SYS_getppid) == -1) {
            return 1;
        }
    }
    return file == NULL ? 7 : create(file, 7);
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    if (strcmp(mode, "errno") == 0) {
        return own_filter(SECCOMP_RET_ERRNO | EXDEV);
    }
    if (strcmp(mode, "trap") == 0) {
        const struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
        return sigaction(SIGSYS, &action, NULL) != 0 ? 103 : own_filter(SECCOMP_RET_TRAP);
    }
    if (strcmp(mode, "trace") == 0) {
        return own_filter(SECCOMP_RET_TRACE | 1);
    }
    if (strcmp(mode, "kill") == 0) {
        return own_filter(SECCOMP_RET_KILL_PROCESS);
    }
    if (strcmp(mode, "privileges") == 0) {
        return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) + (prctl(PR_GET_SECCOMP) == 2 ? 2 : 0);
    }
    if (strcmp(mode, "loop") == 0 && argc > 2) {
        return loop(argv[2]);
    }
    if (strcmp(mode, "family") == 0 && argc > 2) {
        return family(atoi(argv[2]));
    }
    if (strcmp(mode, "quit") == 0 && argc > 2) {
        return quit(atoi(argv[2]), argc > 3 ? argv[3] : NULL);
    }
    if (strcmp(mode, "sleep") == 0) {
        const struct timespec time = {.tv_nsec = 300000000};
        return nanosleep(&time, NULL) == 0 ? 0 : errno;
    }
    if (strcmp(mode, "naps") == 0 && argc > 2) {
        const struct timespec time = {.tv_nsec = 5000000};
        for (int i = atoi(argv[2]); i > 0; i--) {
            if (nanosleep(&time, NULL) != 0 || syscall(SYS_getppid) == -1) {
                return 1;
            }
        }
        return 0;
    }
    return 104;
}

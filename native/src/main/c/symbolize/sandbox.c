// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The files to parse come from a stranger's container. An attacker who takes over this process with a crafted file gets
// a process without capabilities, files or network: all it can do is report wrong lines about that container.
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__aarch64__)
enum { NATIVE_ARCH = AUDIT_ARCH_AARCH64 };
#else
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#endif

#ifdef RS_SANITIZED
static const rlim_t ADDRESS_SPACE = RLIM_INFINITY; // the sanitizer reserves terabytes
#else
static const rlim_t ADDRESS_SPACE = 512u << 20;
#endif
static const rlim_t CPU_SECONDS = 600;
static const rlim_t FILES = 4096;

static bool limit(int resource, rlim_t value) {
    struct rlimit former;
    if (getrlimit(resource, &former) != 0) {
        return false;
    }
    if (former.rlim_max < value) {
        value = former.rlim_max;
    }
    const struct rlimit now = {.rlim_cur = value, .rlim_max = value};
    return setrlimit(resource, &now) == 0;
}

static bool set_limits(void) {
    return limit(RLIMIT_AS, ADDRESS_SPACE) && limit(RLIMIT_CPU, CPU_SECONDS) && limit(RLIMIT_NOFILE, FILES) &&
           limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_MSGQUEUE, 0);
}

// If memory is short, this process should be killed and not the tracer, which shares its control group. If that cannot
// be set (/proc is read-only), both are equally likely: no reason to do without source lines.
static void volunteer_to_be_ended(void) {
    static const char most[] = "1000";
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!write(fd, most, sizeof most - 1);
        (void)close(fd);
    }
}

static bool drop_capabilities(void) {
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); // an old kernel has none
    for (unsigned long capability = 0; capability < 64; capability++) {
        // EINVAL: past the last one; EPERM: no right to drop it, but then it gives no right either, once it is out of
        // the sets below.
        (void)prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return syscall(SYS_capset, &header, none) == 0;
}

#define ALLOW(name) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
// Calls that libdw makes to look for further files. It is given those it needs.
#define REFUSE(name) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOENT)

static bool install_filter(void) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(recvmsg),
        ALLOW(sendmsg),
        ALLOW(read),
        ALLOW(pread64),
        ALLOW(lseek),
        ALLOW(fstat),
#ifdef SYS_newfstatat
        ALLOW(newfstatat), // fstat of newer C libraries
#endif
        ALLOW(mmap),
        ALLOW(munmap),
        ALLOW(mremap),
        ALLOW(mprotect),
        ALLOW(madvise),
        ALLOW(brk),
        ALLOW(close),
        ALLOW(fcntl),
        ALLOW(setitimer),
        ALLOW(getrandom),
        ALLOW(futex),
        ALLOW(sysinfo), // qsort asks how much memory there is
        ALLOW(rt_sigreturn),
        ALLOW(exit),
        ALLOW(exit_group),
#ifdef RS_SANITIZED
        ALLOW(write),
        ALLOW(getpid),
        ALLOW(gettid),
        ALLOW(sched_yield),
        ALLOW(sigaltstack),
        ALLOW(rt_sigaction),
        ALLOW(rt_sigprocmask),
#endif
#ifdef SYS_open
        REFUSE(open),
        REFUSE(stat),
        REFUSE(lstat),
        REFUSE(access),
        REFUSE(readlink),
#endif
        REFUSE(openat),
        REFUSE(faccessat),
        REFUSE(faccessat2),
        REFUSE(readlinkat),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    const struct sock_fprog filter = {.len = sizeof code / sizeof code[0], .filter = code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

bool rs_enter_sandbox(void) {
    volunteer_to_be_ended();
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && set_limits() &&
           drop_capabilities() && install_filter();
}

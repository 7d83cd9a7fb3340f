// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Numbers and registers of aarch64. Included by arch.c only.
#pragma once

#include <elf.h>
#include <linux/audit.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "capture.h"

enum { X0 = 0, X8 = 8, INSTRUCTION = 4 };

// As on x86-64: calls whose kernel code answers an interruption with plain EINTR although they have done nothing.
static const int16_t RESTARTABLE_AARCH64[] = {
    4,   // io_getevents
    22,  // epoll_pwait
    63,  // read
    64,  // write
    65,  // readv
    66,  // writev
    137, // rt_sigtimedwait
    192, // semtimedop
    193, // semop
    202, // accept
    203, // connect
    206, // sendto
    207, // recvfrom
    211, // sendmsg
    212, // recvmsg
    242, // accept4
    243, // recvmmsg
    269, // sendmmsg
    292, // io_pgetevents
    426, // io_uring_enter
    441, // epoll_pwait2
};

uint32_t rc_native_arch(void) {
    return AUDIT_ARCH_AARCH64;
}

bool rc_arch_is_restartable(uint32_t arch, int64_t nr) {
    const size_t count = sizeof RESTARTABLE_AARCH64 / sizeof RESTARTABLE_AARCH64[0];
    for (size_t i = 0; arch == AUDIT_ARCH_AARCH64 && i < count; i++) {
        if (RESTARTABLE_AARCH64[i] == nr) {
            return true;
        }
    }
    return false;
}

bool rc_arch_is_restart_syscall(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_AARCH64 ? nr == 128 : nr == 0;
}

bool rc_arch_is_execve(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_AARCH64 ? nr == 221 : nr == 11;
}

bool rc_arch_is_clone(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_AARCH64 ? nr == 220 || nr == 435 : nr == 2 || nr == 120 || nr == 190 || nr == 435;
}

bool rc_arch_is_getaffinity(uint32_t arch, int64_t nr) {
    return nr == (arch == AUDIT_ARCH_AARCH64 ? 123 : 242);
}

bool rc_arch_is_setaffinity(uint32_t arch, int64_t nr) {
    return nr == (arch == AUDIT_ARCH_AARCH64 ? 122 : 241);
}

bool rc_arch_is_seccomp(uint32_t arch, int64_t nr) {
    return nr == (arch == AUDIT_ARCH_AARCH64 ? 277 : 383);
}

bool rc_arch_is_prctl(uint32_t arch, int64_t nr) {
    return nr == (arch == AUDIT_ARCH_AARCH64 ? 167 : 172);
}

bool rc_arch_is_32bit(uint32_t arch) {
    return arch != AUDIT_ARCH_AARCH64;
}

int rc_arch_abi(uint32_t arch) {
    return arch == AUDIT_ARCH_AARCH64 ? RC_ABI_AARCH64 : -1;
}

static int get_registers(pid_t tid, struct user_regs_struct *regs) {
    struct iovec view = {.iov_base = regs, .iov_len = sizeof *regs};
    if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &view) != 0) {
        return errno;
    }
    return view.iov_len == sizeof *regs ? 0 : ENOTSUP; // a 32-bit arm task has a shorter set; it is left alone
}

static int set_registers(pid_t tid, struct user_regs_struct *regs) {
    struct iovec view = {.iov_base = regs, .iov_len = sizeof *regs};
    return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &view) == 0 ? 0 : errno;
}

bool rc_arch_maps_code(uint32_t arch, int64_t nr, const uint64_t args[6]) {
    const int64_t mmap_nr = arch == AUDIT_ARCH_AARCH64 ? 222 : 192;
    return nr == mmap_nr && (args[2] & PROT_EXEC) != 0 && (int32_t)args[4] >= 0;
}

int rc_arch_dwarf_registers(pid_t tid, uint64_t ip, uint64_t sp, uint64_t out[RC_STACK_REGISTERS]) {
    struct user_regs_struct regs;
    const int error = get_registers(tid, &regs);
    if (error != 0) {
        return error;
    }
    memcpy(out, regs.regs, sizeof regs.regs);
    out[RC_STACK_REGISTERS - 2] = sp;
    out[RC_STACK_REGISTERS - 1] = ip;
    return 0;
}

// At a trap the kernel has forgotten the call's number and may have stepped pc back to restart it already, so the
// registers alone do not tell; the snapshot taken before the interrupt does.
int rc_arch_interrupted(pid_t tid, uint32_t arch, const struct rc_proc_call *snapshot, struct rc_interrupted *out) {
    (void)arch;
    *out = (struct rc_interrupted){.in_call = false};
    struct user_regs_struct regs;
    const int error = get_registers(tid, &regs);
    if (error != 0 || !snapshot->known) {
        return error == ENOTSUP ? 0 : error;
    }
    const bool restarts = regs.pc == snapshot->ip - INSTRUCTION;
    if ((!restarts && regs.pc != snapshot->ip) || regs.sp != snapshot->sp) {
        return 0; // it has moved on since
    }
    out->in_call = true;
    out->nr = snapshot->nr;
    memcpy(out->args, snapshot->args, sizeof out->args);
    out->result = restarts ? -RC_ERESTARTNOHAND : (int64_t)regs.regs[X0];
    return 0;
}

// A syscall-exit-stop comes before the kernel decides about a restart, so that here the result alone need be changed.
int rc_arch_restart_at_exit(pid_t tid) {
    struct user_regs_struct regs;
    const int error = get_registers(tid, &regs);
    if (error != 0) {
        return error;
    }
    regs.regs[X0] = (uint64_t)-RC_ERESTARTNOHAND;
    return set_registers(tid, &regs);
}

// A trap comes after that decision: step back to the svc instruction and restore x0, which the result has overwritten
// and which only the snapshot still knows.
enum rc_restart rc_arch_restart_at_trap(pid_t tid, const struct rc_proc_call *snapshot) {
    struct user_regs_struct regs;
    if (!snapshot->known || get_registers(tid, &regs) != 0) {
        return RC_RESTART_FAILED;
    }
    regs.pc -= INSTRUCTION;
    regs.regs[X0] = snapshot->args[0];
    return set_registers(tid, &regs) == 0 ? RC_RESTART_NEEDS_ENTRY : RC_RESTART_FAILED;
}

int rc_arch_undo_restart(pid_t tid) {
    struct user_regs_struct regs;
    const int error = get_registers(tid, &regs);
    if (error != 0) {
        return error;
    }
    regs.pc += INSTRUCTION;
    regs.regs[X0] = (uint64_t)-EINTR;
    return set_registers(tid, &regs);
}

int rc_arch_refuse_call(pid_t tid) {
    int none = -1;
    struct iovec number = {.iov_base = &none, .iov_len = sizeof none};
    struct user_regs_struct regs;
    int error = get_registers(tid, &regs);
    if (error == 0 && ptrace(PTRACE_SETREGSET, tid, (void *)NT_ARM_SYSTEM_CALL, &number) != 0) {
        error = errno;
    }
    if (error != 0) {
        return error;
    }
    regs.regs[X0] = (uint64_t)-ENOSYS;
    return set_registers(tid, &regs);
}

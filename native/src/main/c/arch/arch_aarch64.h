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

// Registers of a 64-bit task, or of a 32-bit Arm task, whose set is shorter.
struct arm_regs {
    uint32_t r[16]; // r13: sp, r15: pc
    uint32_t cpsr;
    uint32_t orig_r0;
};
enum { R7 = 7, R_SP = 13, R_PC = 15, THUMB = 1 << 5 };

// As on x86-64: calls that return plain EINTR when interrupted, although they have done nothing.
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
// The same for 32-bit Arm programs (EABI).
static const int16_t RESTARTABLE_ARM[] = {
    3,   // read
    4,   // write
    145, // readv
    146, // writev
    177, // rt_sigtimedwait
    245, // io_getevents
    252, // epoll_wait
    283, // connect
    285, // accept
    289, // send
    290, // sendto
    291, // recv
    292, // recvfrom
    296, // sendmsg
    297, // recvmsg
    298, // semop
    312, // semtimedop
    346, // epoll_pwait
    365, // recvmmsg
    366, // accept4
    374, // sendmmsg
    399, // io_pgetevents
    416, // io_pgetevents_time64
    417, // recvmmsg_time64
    420, // semtimedop_time64
    421, // rt_sigtimedwait_time64
    426, // io_uring_enter
    441, // epoll_pwait2
};

static bool contains(const int16_t *numbers, size_t count, int64_t nr) {
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == nr) {
            return true;
        }
    }
    return false;
}
#define CONTAINS(numbers, nr) contains(numbers, sizeof(numbers) / sizeof((numbers)[0]), nr)

uint32_t rc_native_arch(void) {
    return AUDIT_ARCH_AARCH64;
}

bool rc_arch_is_restartable(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_AARCH64 ? CONTAINS(RESTARTABLE_AARCH64, nr)
                                      : arch == AUDIT_ARCH_ARM && CONTAINS(RESTARTABLE_ARM, nr);
}

bool rc_arch_is_restart_syscall(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_AARCH64 ? nr == 128 : nr == 0;
}

bool rc_arch_is_futex(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_AARCH64 && nr == 98;
}

bool rc_arch_is_exit(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_AARCH64 ? nr == 93 || nr == 94 : nr == 1 || nr == 248;
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

int rc_arch_thread_pointer(pid_t tid, uint64_t *out) {
    struct iovec words = {.iov_base = out, .iov_len = sizeof *out};
    *out = 0;
    return rc_request(PTRACE_GETREGSET, tid, (void *)NT_ARM_TLS, &words) ? 0 : errno;
}

bool rc_arch_sets_thread_pointer_by_call(void) {
    return false; // msr tpidr_el0
}

bool rc_arch_sets_thread_pointer(uint32_t arch, int64_t nr) {
    (void)arch, (void)nr;
    return false;
}

// The thread pointer has to be asked for at each call, which takes a stop.
bool rc_arch_keeps_published(uint32_t arch, int64_t nr) {
    (void)arch, (void)nr;
    return false;
}

// Variant I of the TLS ABI: the program's block begins behind two words at the thread pointer.
int64_t rc_arch_tls_offset(uint64_t size, uint64_t align, uint64_t start, uint64_t value) {
    (void)size;
    return (int64_t)(value + 16 + ((start - 16) & (align - 1)));
}

int64_t rc_arch_go_slot(void) {
    return 0;
}

// glibc's tcbhead_t begins with it; musl's struct pthread, which ends where the thread pointer leads, ends with it.
int64_t rc_arch_dtv_offset(bool musl) {
    return musl ? -8 : 0;
}

uint64_t rc_arch_fixed_block(uint64_t thread_pointer, uint64_t offset) {
    return thread_pointer + offset;
}

bool rc_arch_is_32bit(uint32_t arch) {
    return arch != AUDIT_ARCH_AARCH64;
}

int rc_arch_abi(uint32_t arch) {
    return arch == AUDIT_ARCH_AARCH64 ? RC_ABI_AARCH64 : -1;
}

static int get_registers(pid_t tid, struct user_regs_struct *regs) {
    struct iovec view = {.iov_base = regs, .iov_len = sizeof *regs};
    if (!rc_request(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &view)) {
        return errno;
    }
    return view.iov_len == sizeof *regs ? 0 : ENOTSUP; // a 32-bit Arm task has a shorter set
}

static int set_registers(pid_t tid, struct user_regs_struct *regs) {
    struct iovec view = {.iov_base = regs, .iov_len = sizeof *regs};
    return rc_request(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &view) ? 0 : errno;
}

static int get_arm_registers(pid_t tid, struct arm_regs *regs) {
    struct iovec view = {.iov_base = regs, .iov_len = sizeof *regs};
    if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &view) != 0) {
        return errno;
    }
    return view.iov_len == sizeof *regs ? 0 : ENOTSUP;
}

static int set_arm_registers(pid_t tid, struct arm_regs *regs) {
    struct iovec view = {.iov_base = regs, .iov_len = sizeof *regs};
    return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &view) == 0 ? 0 : errno;
}

// Length of the instruction that makes a system call.
static uint32_t arm_instruction(const struct arm_regs *regs) {
    return (regs->cpsr & THUMB) != 0 ? 2 : 4;
}

// Sets the result and moves pc by this many instructions, in a task of either kind.
static int set_result(pid_t tid, uint64_t result, int instructions) {
    struct user_regs_struct regs;
    struct arm_regs arm;
    int error = get_registers(tid, &regs);
    if (error == 0) {
        regs.pc += (uint64_t)((int64_t)instructions * INSTRUCTION);
        regs.regs[X0] = result;
        return set_registers(tid, &regs);
    }
    error = error == ENOTSUP ? get_arm_registers(tid, &arm) : error;
    if (error != 0) {
        return error;
    }
    arm.r[R_PC] += (uint32_t)instructions * arm_instruction(&arm);
    arm.r[0] = (uint32_t)result;
    return set_arm_registers(tid, &arm);
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

bool rc_arch_needs_snapshot(void) {
    return true;
}

// As rc_arch_interrupted, for a 32-bit Arm task.
static int arm_interrupted(pid_t tid, const struct rc_proc_call *snapshot, struct rc_interrupted *out) {
    struct arm_regs regs;
    const int error = get_arm_registers(tid, &regs);
    if (error != 0 || !snapshot->known) {
        return error == ENOTSUP ? 0 : error;
    }
    const bool restarts = regs.r[R_PC] == snapshot->ip - arm_instruction(&regs);
    if ((!restarts && regs.r[R_PC] != snapshot->ip) || regs.r[R_SP] != snapshot->sp ||
        regs.r[R7] != (uint64_t)snapshot->nr || regs.orig_r0 != (uint32_t)snapshot->args[0]) {
        return 0; // it has moved on since
    }
    out->in_call = true;
    out->nr = snapshot->nr;
    out->ip = snapshot->ip;
    memcpy(out->args, snapshot->args, sizeof out->args);
    out->result = restarts ? -RC_ERESTARTNOHAND : (int32_t)regs.r[0];
    return 0;
}

// At a trap the kernel no longer knows that there was a call, and may already have stepped pc back to restart it. If it
// has not, the result has overwritten the call's first argument, which no register set holds. So the snapshot taken
// before the interrupt is used. No handler can have run since: its signal would have caused a stop of its own, before
// this one.
int rc_arch_interrupted(pid_t tid, uint32_t arch, const struct rc_proc_call *snapshot, struct rc_interrupted *out) {
    (void)arch;
    *out = (struct rc_interrupted){.in_call = false};
    struct user_regs_struct regs;
    const int error = get_registers(tid, &regs);
    if (error == ENOTSUP) {
        return arm_interrupted(tid, snapshot, out);
    }
    if (error != 0 || !snapshot->known) {
        return error;
    }
    const bool restarts = regs.pc == snapshot->ip - INSTRUCTION;
    const bool same =
        regs.sp == snapshot->sp && regs.regs[X8] == (uint64_t)snapshot->nr &&
        memcmp(&regs.regs[X0 + 1], &snapshot->args[1], sizeof snapshot->args - sizeof snapshot->args[0]) == 0;
    if ((!restarts && regs.pc != snapshot->ip) || !same) {
        return 0; // it has moved on since
    }
    out->in_call = true;
    out->nr = snapshot->nr;
    out->ip = snapshot->ip;
    memcpy(out->args, snapshot->args, sizeof out->args);
    out->result = restarts ? -RC_ERESTARTNOHAND : (int64_t)regs.regs[X0];
    return 0;
}

// A syscall-exit-stop comes before the kernel decides about a restart, so only the result needs to be changed here.
int rc_arch_restart_at_exit(pid_t tid) {
    return set_result(tid, (uint64_t)-RC_ERESTARTNOHAND, 0);
}

// A trap comes after that decision: step back to the svc instruction and restore x0, which the result has overwritten.
// The kernel does not decide again: it has already looked at the result.
enum rc_restart rc_arch_restart_at_trap(pid_t tid, const struct rc_interrupted *interrupted) {
    return set_result(tid, interrupted->args[0], -1) == 0 ? RC_RESTART_NEEDS_ENTRY : RC_RESTART_FAILED;
}

int rc_arch_undo_restart(pid_t tid) {
    return set_result(tid, (uint64_t)-EINTR, 1);
}

// The kernel decides about a restart before any of these stops.
int rc_arch_end_call(pid_t tid) {
    (void)tid;
    return 0;
}

// At a group-stop the kernel has already stepped back.
int rc_arch_interrupt_call(pid_t tid) {
    return rc_arch_undo_restart(tid);
}

int rc_arch_refuse_call(pid_t tid) {
    int none = -1;
    struct iovec number = {.iov_base = &none, .iov_len = sizeof none};
    struct user_regs_struct regs;
    int error = get_registers(tid, &regs);
    if (error == 0 && !rc_request(PTRACE_SETREGSET, tid, (void *)NT_ARM_SYSTEM_CALL, &number)) {
        error = errno;
    }
    if (error != 0) {
        return error;
    }
    regs.regs[X0] = (uint64_t)-ENOSYS;
    return set_registers(tid, &regs);
}

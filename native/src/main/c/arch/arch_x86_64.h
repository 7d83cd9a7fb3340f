// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Numbers and registers of x86-64, i386 and x32. Included by arch.c only.
#pragma once

#include <linux/audit.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/user.h>

#include "capture.h"

enum { X32_BIT = 0x40000000 };

// Calls that return plain EINTR when interrupted, instead of a restart code. They have done nothing when they return
// it, so they can safely be made again. A relative timeout starts anew.
static const int16_t RESTARTABLE_X86_64[] = {
    0,   // read      (a socket with SO_RCVTIMEO, as the following ones)
    1,   // write
    19,  // readv
    20,  // writev
    42,  // connect
    43,  // accept
    44,  // sendto
    45,  // recvfrom
    46,  // sendmsg
    47,  // recvmsg
    65,  // semop
    128, // rt_sigtimedwait
    208, // io_getevents
    220, // semtimedop
    232, // epoll_wait
    281, // epoll_pwait
    288, // accept4
    299, // recvmmsg
    307, // sendmmsg
    333, // io_pgetevents
    426, // io_uring_enter
    441, // epoll_pwait2
};
// x32 has numbers of its own for calls whose structures hold pointers.
static const int16_t RESTARTABLE_X32[] = {
    515, // readv
    516, // writev
    517, // recvfrom
    518, // sendmsg
    519, // recvmsg
    523, // rt_sigtimedwait
    537, // recvmmsg
    538, // sendmmsg
};
static const int16_t RESTARTABLE_I386[] = {
    3,   // read
    4,   // write
    102, // socketcall
    117, // ipc       (semop, semtimedop)
    145, // readv
    146, // writev
    177, // rt_sigtimedwait
    247, // io_getevents
    256, // epoll_wait
    319, // epoll_pwait
    337, // recvmmsg
    345, // sendmmsg
    362, // connect
    364, // accept4
    369, // sendto
    370, // sendmsg
    371, // recvfrom
    372, // recvmsg
    385, // io_pgetevents
    416, // io_pgetevents_time64
    417, // recvmmsg_time64
    420, // semtimedop_time64
    421, // rt_sigtimedwait_time64
    426, // io_uring_enter
    441, // epoll_pwait2
};

// Calls that may end the caller, change what is mapped in its memory, set its thread pointer, or let a child run in its
// memory before they return.
static const int16_t UNKEEPING_X86_64[] = {
    9,   // mmap
    10,  // mprotect
    11,  // munmap
    12,  // brk
    25,  // mremap
    28,  // madvise
    30,  // shmat
    56,  // clone
    57,  // fork
    58,  // vfork
    59,  // execve
    60,  // exit
    62,  // kill
    67,  // shmdt
    129, // rt_sigqueueinfo
    158, // arch_prctl
    200, // tkill
    216, // remap_file_pages
    231, // exit_group
    234, // tgkill
    297, // rt_tgsigqueueinfo
    322, // execveat
    329, // pkey_mprotect
    424, // pidfd_send_signal
    435, // clone3
    440, // process_madvise
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
    return AUDIT_ARCH_X86_64;
}

bool rc_arch_is_restartable(uint32_t arch, int64_t nr) {
    if (arch == AUDIT_ARCH_I386) {
        return CONTAINS(RESTARTABLE_I386, nr);
    }
    const int64_t plain = nr & ~(int64_t)X32_BIT;
    return CONTAINS(RESTARTABLE_X86_64, plain) || (plain != nr && CONTAINS(RESTARTABLE_X32, plain));
}

bool rc_arch_is_restart_syscall(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_I386 ? nr == 0 : (nr & ~(int64_t)X32_BIT) == 219;
}

bool rc_arch_is_futex(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_X86_64 && nr == 202;
}

bool rc_arch_is_exit(uint32_t arch, int64_t nr) {
    const int64_t plain = nr & ~(int64_t)X32_BIT;
    return arch == AUDIT_ARCH_I386 ? nr == 1 || nr == 252 : plain == 60 || plain == 231;
}

bool rc_arch_is_execve(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_I386 ? nr == 11 : nr == 59 || nr == (X32_BIT | 520);
}

bool rc_arch_is_clone(uint32_t arch, int64_t nr) {
    if (arch == AUDIT_ARCH_I386) {
        return nr == 2 || nr == 120 || nr == 190 || nr == 435; // fork, clone, vfork, clone3
    }
    const int64_t plain = nr & ~(int64_t)X32_BIT;
    return (plain >= 56 && plain <= 58) || plain == 435; // clone, fork, vfork, clone3
}

bool rc_arch_is_getaffinity(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_I386 ? nr == 242 : (nr & ~(int64_t)X32_BIT) == 204;
}

bool rc_arch_is_setaffinity(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_I386 ? nr == 241 : (nr & ~(int64_t)X32_BIT) == 203;
}

bool rc_arch_is_seccomp(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_I386 ? nr == 354 : (nr & ~(int64_t)X32_BIT) == 317;
}

bool rc_arch_is_prctl(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_I386 ? nr == 172 : (nr & ~(int64_t)X32_BIT) == 157;
}

int rc_arch_thread_pointer(pid_t tid, uint64_t *out) {
    errno = 0;
    *out = (uint64_t)ptrace(PTRACE_PEEKUSER, tid, (void *)offsetof(struct user_regs_struct, fs_base), NULL);
    return errno;
}

// wrfsbase, an instruction, is used by no C library: it would be the thread's own pointer that changes.
bool rc_arch_sets_thread_pointer_by_call(void) {
    return true;
}

bool rc_arch_sets_thread_pointer(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_X86_64 && (nr & ~(int64_t)X32_BIT) == 158; // arch_prctl
}

bool rc_arch_keeps_published(uint32_t arch, int64_t nr) {
    return arch == AUDIT_ARCH_X86_64 && (nr & X32_BIT) == 0 && !CONTAINS(UNKEEPING_X86_64, nr);
}

// Variant II of the TLS ABI: the program's block ends at the thread pointer.
int64_t rc_arch_tls_offset(uint64_t size, uint64_t align, uint64_t start, uint64_t value) {
    return (int64_t)(value - size - ((0 - start - size) & (align - 1)));
}

// runtime.settls of Go's src/runtime/sys_linux_amd64.s.
int64_t rc_arch_go_slot(void) {
    return -8;
}

// Both C libraries: tcbhead_t and struct pthread begin with a pointer to themselves.
int64_t rc_arch_dtv_offset(bool musl) {
    (void)musl;
    return 8;
}

uint64_t rc_arch_fixed_block(uint64_t thread_pointer, uint64_t offset) {
    return thread_pointer - offset;
}

int rc_arch_end_call(pid_t tid) {
    return rc_request(PTRACE_POKEUSER, tid, (void *)offsetof(struct user_regs_struct, orig_rax), (void *)-1) ? 0
                                                                                                             : errno;
}

// rax already holds ENOSYS: every call starts with it.
int rc_arch_refuse_call(pid_t tid) {
    return rc_arch_end_call(tid);
}

bool rc_arch_is_32bit(uint32_t arch) {
    return arch == AUDIT_ARCH_I386;
}

bool rc_arch_maps_code(uint32_t arch, int64_t nr, const uint64_t args[6]) {
    if (arch == AUDIT_ARCH_I386) {
        return nr == 192 && (args[2] & PROT_EXEC) != 0 && (int32_t)args[4] >= 0; // mmap2
    }
    return (nr & ~(int64_t)X32_BIT) == 9 && (args[2] & PROT_EXEC) != 0 && (int32_t)args[4] >= 0;
}

// One word only: reading all registers takes nearly twice as long, and compilers address a frame by rsp or rbp.
int rc_arch_dwarf_registers(pid_t tid, uint64_t ip, uint64_t sp, uint64_t out[RC_STACK_REGISTERS]) {
    enum { RBP = 6, RSP = 7, RIP = 16 };
    errno = 0;
    const long rbp = ptrace(PTRACE_PEEKUSER, tid, (void *)offsetof(struct user_regs_struct, rbp), NULL);
    if (rbp == -1 && errno != 0) {
        return errno;
    }
    out[RBP] = (uint64_t)rbp;
    out[RSP] = sp;
    out[RIP] = ip;
    return 0;
}

int rc_arch_abi(uint32_t arch) {
    switch (arch) {
    case AUDIT_ARCH_X86_64:
        return RC_ABI_X86_64;
    case AUDIT_ARCH_I386:
        return RC_ABI_I386;
    default:
        return -1;
    }
}

bool rc_arch_needs_snapshot(void) {
    return false;
}

// PTRACE_GETREGS gives a 64-bit tracer the 64-bit view whatever mode the task runs in (GETREGSET would give 68 bytes
// for a 32-bit one), so the same code handles both; only the width of the values differs.
int rc_arch_interrupted(pid_t tid, uint32_t arch, const struct rc_proc_call *snapshot, struct rc_interrupted *out) {
    (void)snapshot; // the registers show everything
    struct user_regs_struct regs;
    if (!rc_request(PTRACE_GETREGS, tid, NULL, &regs)) {
        return errno;
    }
    *out =
        (struct rc_interrupted){.in_call = (int64_t)regs.orig_rax >= 0 && (int32_t)regs.orig_rax != -1, .ip = regs.rip};
    if (arch == AUDIT_ARCH_I386) {
        out->nr = (int32_t)regs.orig_rax;
        out->result = (int32_t)regs.rax;
        const uint64_t args[6] = {regs.rbx, regs.rcx, regs.rdx, regs.rsi, regs.rdi, regs.rbp};
        memcpy(out->args, args, sizeof args);
    } else {
        out->nr = (int64_t)regs.orig_rax;
        out->result = (int64_t)regs.rax;
        const uint64_t args[6] = {regs.rdi, regs.rsi, regs.rdx, regs.r10, regs.r8, regs.r9};
        memcpy(out->args, args, sizeof args);
    }
    return 0;
}

// The kernel decides about a restart only after every stop, when it has dealt with signals; it looks at rax, and
// orig_rax is still in place. ERESTARTNOHAND in rax means: make the call again if no handler runs, otherwise let it
// return EINTR. There is nothing to take back, so neither a signal that comes between this stop and PTRACE_DETACH nor
// its EINTR can be lost. (Stepping rip back instead would make the call again even after a handler ran: a program that
// waits for exactly that EINTR would hang.)
int rc_arch_restart_at_exit(pid_t tid) {
    return rc_request(PTRACE_POKEUSER, tid, (void *)offsetof(struct user_regs_struct, rax),
                      (void *)(intptr_t)-RC_ERESTARTNOHAND)
               ? 0
               : errno;
}

enum rc_restart rc_arch_restart_at_trap(pid_t tid, const struct rc_interrupted *interrupted) {
    (void)interrupted;
    return rc_arch_restart_at_exit(tid) == 0 ? RC_RESTART_PREPARED : RC_RESTART_FAILED;
}

int rc_arch_undo_restart(pid_t tid) {
    (void)tid; // the kernel itself turns ERESTARTNOHAND into EINTR when a handler runs
    return 0;
}

int rc_arch_interrupt_call(pid_t tid) {
    return rc_request(PTRACE_POKEUSER, tid, (void *)offsetof(struct user_regs_struct, rax), (void *)(intptr_t)-EINTR)
               ? 0
               : errno;
}

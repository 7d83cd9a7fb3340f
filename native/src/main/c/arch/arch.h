// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What differs between processors: registers at a stop, and how an interrupted call is made to continue.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ring/event.h"
#include "tracee/proc/procfs.h"

// The kernel's internal codes for "restart this call" (include/linux/errno.h); user space never sees them.
enum { RC_ERESTARTSYS = 512, RC_ERESTARTNOINTR = 513, RC_ERESTARTNOHAND = 514, RC_ERESTART_RESTARTBLOCK = 516 };

static inline bool rc_is_restart(int64_t result) {
    return result == -RC_ERESTARTSYS || result == -RC_ERESTARTNOINTR || result == -RC_ERESTARTNOHAND ||
           result == -RC_ERESTART_RESTARTBLOCK;
}

// What a task's registers say about the call it was in when an interrupt stopped it.
struct rc_interrupted {
    bool in_call;   // false: it was in user space
    int64_t nr;     // as the registers hold it
    uint64_t args[6];
    uint64_t ip;    // as its entry stop would show it
    int64_t result; // a restart code (or EINTR) if the call has not ended
};

// Whether the registers show this only together with a snapshot taken while the task waited in the call.
bool rc_arch_needs_snapshot(void);

// Reads it at a stop that is not a syscall-stop. Returns 0 or an errno value (ESRCH: the task was killed).
int rc_arch_interrupted(pid_t tid, uint32_t arch, const struct rc_proc_call *snapshot, struct rc_interrupted *out);

// Turns the EINTR of an interrupted call into "restart it unless a signal handler runs". At a syscall-exit-stop:
int rc_arch_restart_at_exit(pid_t tid);

enum rc_restart { RC_RESTART_PREPARED, RC_RESTART_NEEDS_ENTRY, RC_RESTART_FAILED };
// ... and at any other stop. RC_RESTART_NEEDS_ENTRY: the task must be resumed until the restarted call's entry stop; if
// a signal-delivery-stop comes first, rc_arch_undo_restart gives the call its EINTR back.
enum rc_restart rc_arch_restart_at_trap(pid_t tid, const struct rc_interrupted *interrupted);
int rc_arch_undo_restart(pid_t tid);
// At a group-stop after rc_arch_restart_at_exit: gives the call its EINTR back.
int rc_arch_interrupt_call(pid_t tid);
// At a stop of an interrupted call: its result is final, and the kernel does not make it again.
int rc_arch_end_call(pid_t tid);

// Whether this call returns EINTR when it is interrupted without a handler, although it can simply be made again.
bool rc_arch_is_restartable(uint32_t arch, int64_t nr);
bool rc_arch_is_restart_syscall(uint32_t arch, int64_t nr);
// futex(2) of programs that are not 32-bit ones.
bool rc_arch_is_futex(uint32_t arch, int64_t nr);
// exit and exit_group.
bool rc_arch_is_exit(uint32_t arch, int64_t nr);
bool rc_arch_is_execve(uint32_t arch, int64_t nr);
// Whether the call creates a task, and so returns in the new task too.
bool rc_arch_is_clone(uint32_t arch, int64_t nr);
// Whether the call reads or sets the CPUs a thread may run on: args[0] names the thread (0: the caller), args[2] is the
// set.
bool rc_arch_is_getaffinity(uint32_t arch, int64_t nr);
bool rc_arch_is_setaffinity(uint32_t arch, int64_t nr);
// Whether the call maps code from a file (mmap of an executable page).
bool rc_arch_maps_code(uint32_t arch, int64_t nr, const uint64_t args[6]);
// The registers of a stopped task that are needed to unwind its stack, in DWARF's numbering, the instruction pointer
// last; the other elements of `out` are left unchanged. Returns 0 or an errno value.
int rc_arch_dwarf_registers(pid_t tid, uint64_t ip, uint64_t sp, uint64_t out[RC_STACK_REGISTERS]);
// What a task's thread-local variables are found by. Returns 0 or an errno value; *out is 0 before the program has set
// it.
int rc_arch_thread_pointer(pid_t tid, uint64_t *out);
// Whether a thread sets it only by a call, and not by an instruction that nobody sees.
bool rc_arch_sets_thread_pointer_by_call(void);
bool rc_arch_sets_thread_pointer(uint32_t arch, int64_t nr);
// Whether what a thread has published about itself can still be read while it is in this call, after it was resumed at
// its entry: it runs no instruction of its own before its exit stop, so its variables stay as they are. Not if the call
// may end it, unmap memory, set the thread pointer or let a child run in the same memory.
bool rc_arch_keeps_published(uint32_t arch, int64_t nr);
// Where a program itself, not a library of it, has a thread-local variable, from the thread pointer on: its linker has
// fixed that. Size, alignment and start are those of its PT_TLS.
int64_t rc_arch_tls_offset(uint64_t size, uint64_t align, uint64_t start, uint64_t value);
// Where a Go program that has no thread-local variables of C has the running goroutine, from the thread pointer on.
// 0: in no memory, but in a register.
int64_t rc_arch_go_slot(void);
// Where a C library has the pointer to a thread's vector of blocks (dtv), from the thread pointer on.
int64_t rc_arch_dtv_offset(bool musl);
// Where glibc has a block that it has given this offset (l_tls_offset).
uint64_t rc_arch_fixed_block(uint64_t thread_pointer, uint64_t offset);
// seccomp(2), and prctl(2), which can do part of the same.
bool rc_arch_is_seccomp(uint32_t arch, int64_t nr);
bool rc_arch_is_prctl(uint32_t arch, int64_t nr);
// At a seccomp-stop: the call is not made and returns ENOSYS, as the kernel does when there is no tracer. Returns 0 or
// an errno value.
int rc_arch_refuse_call(pid_t tid);
// Whether calls of this table have 32-bit arguments.
bool rc_arch_is_32bit(uint32_t arch);
// Table of the plan (enum rc_abi) for an AUDIT_ARCH_* value, -1 if it has none.
int rc_arch_abi(uint32_t arch);
// AUDIT_ARCH_* of this processor's own calls.
uint32_t rc_native_arch(void);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What an unwinder needs from a task, copied while it is stopped at the entry of a call or by a fault: its registers,
// and its stack from the stack pointer on. Unwinding during the stop, as strace -k does, takes a hundred times as long;
// it is done later, elsewhere.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "arch/arch.h"
#include "arch/request.h"
#include "ring/event.h"
#include "tracee/stack.h"
#include "tracee/tasks.h"

// process_vm_readv: for this much data it is faster than the kept descriptor of /proc/PID/mem.
static ssize_t copy_stack(pid_t tid, uint64_t sp, uint8_t *out, uint32_t bytes) {
    const struct iovec local = {.iov_base = out, .iov_len = bytes};
    const struct iovec remote = {.iov_base = (void *)(uintptr_t)sp, .iov_len = bytes};
    return process_vm_readv(tid, &local, 1, &remote, 1, 0);
}

// Writes the piece; returns its length.
static uint32_t put_stack(pid_t tid, uint64_t ip, uint64_t sp, uint8_t *at, uint32_t bytes) {
    struct rc_stack_head head = {.register_count = RC_STACK_REGISTERS};
    const bool known = rc_arch_dwarf_registers(tid, ip, sp, head.registers) == 0;
    uint8_t *stack = at + sizeof(struct rc_piece) + sizeof head;
    const ssize_t got = known ? copy_stack(tid, sp, stack, bytes) : 0;
    const uint32_t copied = got > 0 ? (uint32_t)got & ~3u : 0;
    const struct rc_piece piece = {
        .arg = RC_PIECE_STACK,
        .length = (uint16_t)(sizeof head + copied),
        .flags = got > 0 ? 0 : RC_PIECE_UNREADABLE,
        .error = got > 0 ? 0 : EFAULT,
    };
    memcpy(at, &piece, sizeof piece);
    memcpy(at + sizeof piece, &head, sizeof head);
    return (uint32_t)RC_PIECE_ROOM(piece.length);
}

void rc_read_stack(struct rc_task *task, uint32_t bytes) {
    const struct rc_event *call = &task->call;
    if (!rc_arch_is_32bit(call->arch)) { // a 32-bit program's stack is not unwound
        task->used.length += put_stack(task->tid, call->ip, call->sp, task->side + task->used.length, bytes);
    }
}

uint32_t rc_read_stack_of_fault(struct rc_task *task, uint32_t bytes) {
    struct __ptrace_syscall_info info;
    if (task->in_call || task->suspended || task->restart_call || // the side data are still wanted
        !rc_request(PTRACE_GET_SYSCALL_INFO, task->tid, (void *)sizeof info, &info) || rc_arch_is_32bit(info.arch)) {
        return 0;
    }
    // One behind the instruction that faulted: of a call the address is that of its return, and an unwinder looks at
    // what is before it.
    return put_stack(task->tid, info.instruction_pointer + 1, info.stack_pointer, task->side, bytes);
}

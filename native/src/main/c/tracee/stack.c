// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What an unwinder needs from a task, copied while it is stopped at the entry of a call: its registers, and its stack
// from the stack pointer on. Unwinding during the stop, as strace -k does, takes a hundred times as long; it is done
// later, elsewhere.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "arch/arch.h"
#include "ring/event.h"
#include "tracee/stack.h"
#include "tracee/tasks.h"

// process_vm_readv: for this much data it is faster than the kept descriptor of /proc/PID/mem.
static ssize_t copy_stack(const struct rc_task *task, uint8_t *out, uint32_t bytes) {
    const struct iovec local = {.iov_base = out, .iov_len = bytes};
    const struct iovec remote = {.iov_base = (void *)(uintptr_t)task->call.sp, .iov_len = bytes};
    return process_vm_readv(task->tid, &local, 1, &remote, 1, 0);
}

void rc_read_stack(struct rc_task *task, uint32_t bytes) {
    struct rc_stack_head head = {.register_count = RC_STACK_REGISTERS};
    if (rc_arch_is_32bit(task->call.arch)) {
        return; // a 32-bit program's stack is not unwound
    }
    const bool known = rc_arch_dwarf_registers(task->tid, task->call.ip, task->call.sp, head.registers) == 0;
    uint8_t *at = task->side + task->used.length;
    uint8_t *stack = at + sizeof(struct rc_piece) + sizeof head;
    const ssize_t got = known ? copy_stack(task, stack, bytes) : 0;
    const uint32_t copied = got > 0 ? (uint32_t)got & ~3u : 0;
    const struct rc_piece piece = {
        .arg = RC_PIECE_STACK,
        .length = (uint16_t)(sizeof head + copied),
        .flags = got > 0 ? 0 : RC_PIECE_UNREADABLE,
        .error = got > 0 ? 0 : EFAULT,
    };
    memcpy(at, &piece, sizeof piece);
    memcpy(at + sizeof piece, &head, sizeof head);
    task->used.length += (uint32_t)RC_PIECE_ROOM(piece.length);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "arch/arch.h"
#include "arch/plan.h"
#include "tracee/arguments.h"
#include "tracee/tasks.h"

// In DWARF's numbering: the stack pointer, and the registers that a call has its arguments in.
#if defined(__aarch64__)
enum { SP_REGISTER = 31 };
static const unsigned ARGUMENT_REGISTERS[] = {0, 1, 2, 3, 4, 5};
#else
enum { SP_REGISTER = 7, RDI = 5, RSI = 4, RDX = 1, R10 = 10, R8 = 8, R9 = 9 };
static const unsigned ARGUMENT_REGISTERS[] = {RDI, RSI, RDX, R10, R8, R9};
#endif

struct rc_look {
    struct rc_options options;
    struct rc_tasks tasks; // room for the side data of one
};

struct rc_look *rc_look_open(const struct rc_options *options) {
    struct rc_look *look = malloc(sizeof *look);
    if (look != NULL) {
        look->options = *options;
        if (rc_tasks_open(&look->tasks, options->string_limit, options->stack_bytes) != 0) {
            free(look);
            return NULL;
        }
    }
    return look;
}

void rc_look_close(struct rc_look *look) {
    if (look != NULL) {
        rc_tasks_close(&look->tasks);
        free(look);
    }
}

static void add_stack(struct rc_task *task, uint32_t bytes) {
    struct rc_stack_head head = {.register_count = RC_STACK_REGISTERS};
    for (size_t i = 0; i < sizeof task->call.args / sizeof task->call.args[0]; i++) {
        head.registers[ARGUMENT_REGISTERS[i]] = task->call.args[i]; // vfork(3) keeps its return address in one
    }
    head.registers[SP_REGISTER] = task->call.sp;
    head.registers[RC_STACK_REGISTERS - 1] = task->call.ip;
    uint8_t *at = task->side + task->used.length;
    uint8_t *stack = at + sizeof(struct rc_piece) + sizeof head;
    const int got = rc_look_memory(task->tid, task->call.sp, stack, bytes);
    const uint32_t copied = got > 0 ? (uint32_t)got & ~3u : 0;
    const struct rc_piece piece = {
        .arg = RC_PIECE_STACK,
        .length = (uint16_t)(sizeof head + copied),
        .flags = got > 0 ? 0 : RC_PIECE_UNREADABLE,
        .error = (uint8_t)(got > 0 ? 0 : got == 0 ? EFAULT : -got),
    };
    memcpy(at, &piece, sizeof piece);
    memcpy(at + sizeof piece, &head, sizeof head);
    task->used.length += (uint32_t)RC_PIECE_ROOM(piece.length);
}

uint32_t rc_look_at(struct rc_look *look, const struct rc_event *call, const uint8_t **side) {
    struct rc_process process = {.tgid = (pid_t)call->tgid, .mem_fd = -1};
    struct rc_task *task = rc_tasks_add(&look->tasks, (pid_t)call->tid, RC_TASK_TRACED, 0);
    if (task == NULL) {
        return 0;
    }
    task->process = &process;
    task->call = *call;
    if ((rc_plan_of(&look->options.plan, call->arch, (uint64_t)call->nr) & RC_PLAN_READS_AT_ENTRY) != 0) {
        rc_read_at_entry(task, &look->options);
    }
    if (look->options.stack_bytes != 0 && !rc_arch_is_32bit(call->arch)) {
        add_stack(task, look->options.stack_bytes);
    }
    const uint32_t length = task->used.length;
    *side = task->side;
    rc_tasks_remove(&look->tasks, task); // its room stays, and what is in it
    return length;
}

int rc_look_memory(pid_t tid, uint64_t address, void *out, size_t length) {
    const struct iovec local = {.iov_base = out, .iov_len = length};
    const struct iovec remote = {.iov_base = (void *)(uintptr_t)address, .iov_len = length};
    const ssize_t got = process_vm_readv(tid, &local, 1, &remote, 1, 0);
    return got < 0 ? -errno : (int)got;
}

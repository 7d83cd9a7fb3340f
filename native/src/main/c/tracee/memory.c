// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Reads the memory of a task while it is stopped in a call. The target waits for this.
#define _GNU_SOURCE
#include "tracee/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arch/arch.h"
#include "capture.h"
#include "ring/event.h"
#include "tracee/tasks.h"

// Most strings are short, so a first small read saves copying; the rest follows only if there was no NUL in it.
enum { FIRST_READ = 256 };

static ssize_t copy(const struct rc_task *task, uint64_t address, void *out, size_t length) {
    if (task->process->mem_fd >= 0) {
        return pread(task->process->mem_fd, out, length, (off_t)address);
    }
    const struct iovec local = {.iov_base = out, .iov_len = length};
    const struct iovec remote = {.iov_base = (void *)(uintptr_t)address, .iov_len = length};
    return process_vm_readv(task->tid, &local, 1, &remote, 1, 0);
}

int rc_memory_read(const struct rc_task *task, uint64_t address, void *out, size_t length) {
    const ssize_t got = copy(task, address, out, length);
    if (got > 0) {
        return (int)got;
    }
    // The file says EIO, EINVAL or EOVERFLOW of an address that is not mapped or cannot be, and ends for a task that
    // has no memory any more.
    return got == 0 || errno == ESRCH ? -ESRCH : errno == EPERM ? -EPERM : -EFAULT;
}

int rc_memory_read_two(const struct rc_task *task, const uint64_t addresses[2], void *const out[2],
                       const size_t lengths[2]) {
    struct iovec local[2];
    struct iovec remote[2];
    for (unsigned i = 0; i < 2; i++) {
        local[i] = (struct iovec){.iov_base = out[i], .iov_len = lengths[i]};
        remote[i] = (struct iovec){.iov_base = (void *)(uintptr_t)addresses[i], .iov_len = lengths[i]};
    }
    return (int)process_vm_readv(task->tid, local, 2, remote, 2, 0);
}

static void fail(struct rc_piece *piece, int error) {
    piece->flags |= RC_PIECE_UNREADABLE;
    piece->error = (uint8_t)error;
}

uint64_t rc_address_in(const struct rc_event *call, unsigned arg) {
    // int 0x80 from 64-bit code leaves garbage in the upper half; the kernel looks at the lower half.
    return rc_arch_is_32bit(call->arch) ? call->args[arg] & UINT32_MAX : call->args[arg];
}

uint8_t *rc_next_piece(struct rc_task *task) {
    return task->side + task->used.length + sizeof(struct rc_piece);
}

void rc_add_piece(struct rc_task *task, const struct rc_piece *piece) {
    uint8_t *at = task->side + task->used.length;
    memcpy(at, piece, sizeof *piece);
    // Otherwise the padding would show what follows in the program's memory.
    memset(at + sizeof *piece + piece->length, 0, RC_PIECE_ROOM(piece->length) - sizeof *piece - piece->length);
    task->used.length += (uint32_t)RC_PIECE_ROOM(piece->length);
}

// The byte beyond the limit distinguishes a string of exactly that length from a longer one. A read that reaches the
// end of a mapping returns what is before it; what ends there without a NUL is no string.
void rc_read_string(struct rc_task *task, struct rc_piece piece, uint64_t address, uint32_t limit) {
    uint8_t *out = rc_next_piece(task);
    size_t length = 0;
    const uint8_t *end = NULL;
    int got = address == 0 ? -EFAULT : 1;
    while (got > 0 && end == NULL && length <= limit) {
        const size_t want = length == 0 && limit > FIRST_READ ? FIRST_READ : limit + 1 - length;
        got = rc_memory_read(task, address + length, out + length, want);
        if (got > 0) {
            end = memchr(out + length, '\0', (size_t)got);
            length += (size_t)got;
        }
    }
    if (end != NULL) {
        length = (size_t)(end - out);
    } else if (length <= limit) {
        fail(&piece, -got);
        length = 0;
    } else {
        piece.flags |= RC_PIECE_TRUNCATED;
    }
    piece.length = (uint16_t)(length > limit ? limit : length);
    rc_add_piece(task, &piece);
}

void rc_read_written(struct rc_task *task, const struct rc_exit_rule *rule) {
    const uint32_t most = rule->read_bytes < RC_EXIT_READ_MAX ? rule->read_bytes : RC_EXIT_READ_MAX;
    struct rc_piece piece = {.arg = (uint8_t)rule->read_arg, .flags = RC_PIECE_AT_EXIT};
    uint32_t written = most;
    if (rule->length_arg >= 0) {
        const uint64_t address = rc_address_in(&task->call, (unsigned)rule->length_arg);
        const int got = rc_memory_read(task, address, &written, sizeof written);
        if (got != (int)sizeof written) {
            written = 0;
            fail(&piece, got < 0 ? -got : EFAULT);
        }
    }
    const uint32_t want = written < most ? written : most;
    const int got =
        want == 0 ? 0 : rc_memory_read(task, rc_address_in(&task->call, piece.arg), rc_next_piece(task), want);
    if (got > 0) {
        piece.length = (uint16_t)got;
        piece.flags |= (uint32_t)got < written ? RC_PIECE_TRUNCATED : 0;
    } else if (want != 0) {
        fail(&piece, -got);
    }
    rc_add_piece(task, &piece);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Reads the strings of a call while its task is stopped at the entry, and what it wrote at the exit. The target waits
// for this.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arch/arch.h"
#include "capture.h"
#include "ring/event.h"
#include "tracee/memory.h"
#include "tracee/tasks.h"

// Most strings are short, so a first small read saves copying; the rest follows only if there was no NUL in it.
enum { FIRST_READ = 256, STRINGS = 6 };

static ssize_t read_memory(const struct rc_task *task, uint64_t address, uint8_t *out, size_t length) {
    if (task->process->mem_fd >= 0) {
        return pread(task->process->mem_fd, out, length, (off_t)address);
    }
    const struct iovec local = {.iov_base = out, .iov_len = length};
    const struct iovec remote = {.iov_base = (void *)(uintptr_t)address, .iov_len = length};
    return process_vm_readv(task->tid, &local, 1, &remote, 1, 0);
}

// Reads up to limit bytes and one more, which distinguishes a string of exactly that length from a longer one. A read
// that reaches the end of a mapping returns what is before it.
static void read_string(const struct rc_task *task, uint64_t address, uint32_t limit, uint8_t *out,
                        struct rc_piece *piece) {
    size_t length = 0;
    const uint8_t *end = NULL;
    bool failed = address == 0;
    while (!failed && end == NULL && length <= limit) {
        size_t want = length == 0 && limit > FIRST_READ ? FIRST_READ : limit + 1 - length;
        const ssize_t got = read_memory(task, address + length, out + length, want);
        if (got <= 0) {
            failed = true;
            break;
        }
        end = memchr(out + length, '\0', (size_t)got);
        length += (size_t)got;
    }
    if (end != NULL) {
        length = (size_t)(end - out);
    } else if (length == 0) {
        piece->flags |= RC_PIECE_UNREADABLE;
        piece->error = EFAULT;
    } else {
        piece->flags |= RC_PIECE_TRUNCATED;
    }
    piece->length = (uint16_t)(length > limit ? limit : length);
}

static uint64_t address_in(const struct rc_event *call, unsigned arg) {
    // int 0x80 from 64-bit code leaves garbage in the upper half; the kernel looks at the lower half.
    return rc_arch_is_32bit(call->arch) ? call->args[arg] & UINT32_MAX : call->args[arg];
}

// Ends a piece whose bytes are already in their place.
static void add_piece(struct rc_task *task, const struct rc_piece *piece) {
    uint8_t *at = task->side + task->side_length;
    memcpy(at, piece, sizeof *piece);
    // Otherwise the padding would show what follows in the program's memory.
    memset(at + sizeof *piece + piece->length, 0, RC_PIECE_ROOM(piece->length) - sizeof *piece - piece->length);
    task->side_length += (uint32_t)RC_PIECE_ROOM(piece->length);
    task->piece_count++;
}

void rc_read_strings(struct rc_task *task, uint32_t limit) {
    for (uint8_t arg = 0; arg < STRINGS; arg++) {
        if ((task->plan & (1u << arg)) == 0) {
            continue;
        }
        struct rc_piece piece = {.arg = arg};
        read_string(task, address_in(&task->call, arg), limit, task->side + task->side_length + sizeof piece, &piece);
        add_piece(task, &piece);
    }
}

void rc_read_written(struct rc_task *task, const struct rc_exit_rule *rule) {
    const uint32_t most = rule->read_bytes < RC_EXIT_READ_MAX ? rule->read_bytes : RC_EXIT_READ_MAX;
    struct rc_piece piece = {.arg = (uint8_t)rule->read_arg, .flags = RC_PIECE_AT_EXIT};
    uint32_t written = most;
    if (rule->length_arg >= 0) {
        const uint64_t address = address_in(&task->call, (unsigned)rule->length_arg);
        if (read_memory(task, address, (uint8_t *)&written, sizeof written) != (ssize_t)sizeof written) {
            written = 0;
            piece.flags |= RC_PIECE_UNREADABLE;
            piece.error = EFAULT;
        }
    }
    const uint32_t want = written < most ? written : most;
    uint8_t *bytes = task->side + task->side_length + sizeof piece;
    const ssize_t got = want == 0 ? 0 : read_memory(task, address_in(&task->call, piece.arg), bytes, want);
    if (got > 0) {
        piece.length = (uint16_t)got;
        piece.flags |= (uint32_t)got < written ? RC_PIECE_TRUNCATED : 0;
    } else if (want != 0) {
        piece.flags |= RC_PIECE_UNREADABLE;
        piece.error = EFAULT;
    }
    add_piece(task, &piece);
}

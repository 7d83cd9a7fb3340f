// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where nothing publishes contexts, two flags are looked at. Where something does, one request reads the variable and
// the 28 bytes that it points to; both are the program's own and lead nowhere but into a piece.
#define _GNU_SOURCE
#include "tracee/context/record.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "arch/arch.h"
#include "ring/event.h"
#include "session.h"
#include "threads/clock.h"
#include "tracee/context/locate.h"
#include "tracee/memory.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"

enum { AUXILIARY = 64, VALID = 1, DTV_READ = 32 };

static int read_task(const void *of, uint64_t address, void *out, size_t length) {
    return rc_memory_read(of, address, out, length);
}

static int read_file(const void *of, uint64_t address, void *out, size_t length) {
    const ssize_t got = address > INT64_MAX ? -1 : pread(*(const int *)of, out, length, (off_t)address);
    return got < 0 ? -EIO : (int)got;
}

// By /proc, which has the file even if its name is gone or belongs to another container's files.
static void locate_in_file(struct rc_context *context, pid_t tgid) {
    const int fd = rc_proc_keep_open(tgid, "exe");
    const struct rc_space space = {.copy = read_file, .of = &fd};
    if (context->in_file) {
        rc_context_locate_in_file(context, &space);
    }
    if (context->go_wanted) {
        rc_context_locate_go(context, &space);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

// Looks where the program has contexts. The kernel's auxiliary vector says where the program itself is.
static void locate(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_context *context = &task->process->context;
    const struct rc_space space = {.copy = read_task, .of = task};
    uint64_t headers = 0;
    uint64_t count = 0;
    if (!context->headed) {
        uint64_t words[2 * AUXILIARY];
        const size_t got = rc_proc_auxv(task->process->tgid, words, sizeof words) / (2 * sizeof words[0]);
        for (size_t i = 0; i < got; i++) {
            headers = words[2 * i] == AT_PHDR ? words[2 * i + 1] : headers;
            count = words[2 * i] == AT_PHNUM ? words[2 * i + 1] : count;
        }
    }
    const bool before = context->unresolved;
    rc_context_locate(context, &space, headers, count);
    if (context->unresolved && !before) {
        rc_count(&tracer->contexts_unresolved, 1);
    }
}

// glibc: the block that all threads have at the same offset from their thread pointers; 0: this library has none there.
static uint64_t fixed_block(const struct rc_space *space, const struct rc_context *context, uint64_t thread) {
    uint64_t offset = 0; // NO_TLS_OFFSET; UINT64_MAX: FORCED_DYNAMIC_TLS_OFFSET
    if (!rc_space_copy(space, context->fixed_at, &offset, sizeof offset) || offset == 0 || offset == UINT64_MAX) {
        return 0;
    }
    return rc_arch_fixed_block(thread, offset);
}

// The address of a library's variable, by the vector of blocks that the C library keeps for the thread. Returns 0 if
// the thread has no such block (yet).
static uint64_t in_block(const struct rc_task *task, const struct rc_context *context, uint64_t thread) {
    uint64_t vector = 0;
    uint64_t words[2 * DTV_READ]; // of glibc: the length, the generation, and two words for each library
    const struct rc_space space = {.copy = read_task, .of = task};
    if (!rc_space_copy(&space, thread + (uint64_t)rc_arch_dtv_offset(context->musl), &vector, sizeof vector) ||
        vector == 0) {
        return 0;
    }
    uint64_t length = 0;
    uint64_t block = 0;
    if (context->musl) {
        if (!rc_space_copy(&space, vector, &length, sizeof length) || context->module > length ||
            !rc_space_copy(&space, vector + 8 * context->module, &block, sizeof block)) {
            return 0;
        }
    } else if (context->module < DTV_READ - 2) {
        if (!rc_space_copy(&space, vector - 16, words, 16 * (context->module + 2)) || context->module > words[0]) {
            return 0;
        }
        block = words[2 * (context->module + 1)];
    } else if (!rc_space_copy(&space, vector - 16, &length, sizeof length) || context->module > length ||
               !rc_space_copy(&space, vector + 16 * context->module, &block, sizeof block)) {
        return 0;
    }
    if ((block == 0 || block == UINT64_MAX) && !context->musl) {
        block = fixed_block(&space, context, thread);
    }
    return block == 0 || block == UINT64_MAX ? 0 : block + (uint64_t)context->offset;
}

static uint64_t variable_of(struct rc_task *task) {
    const struct rc_context *context = &task->process->context;
    if (task->context_at != 0 && rc_arch_sets_thread_pointer_by_call()) {
        return task->context_at;
    }
    uint64_t thread = 0;
    if (rc_arch_thread_pointer(task->tid, &thread) != 0 || thread == 0) {
        return 0; // it has none yet
    }
    if (task->context_at == 0 || task->thread_pointer != thread) {
        task->thread_pointer = thread;
        task->context_at = context->kind != RC_CONTEXT_OF_MODULE ? thread + (uint64_t)context->offset
                                                             : in_block(task, context, thread);
    }
    return task->context_at;
}

static bool is_something(const uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            return true;
        }
    }
    return false;
}

static void add(struct rc_tracer *tracer, struct rc_task *task, const struct rc_thread_context *context) {
    if (context->valid != VALID || !is_something(context->trace_id, sizeof context->trace_id) ||
        !is_something(context->span_id, sizeof context->span_id)) {
        return;
    }
    memcpy(rc_next_piece(task), context, sizeof *context);
    const struct rc_piece piece = {.arg = RC_PIECE_CONTEXT, .length = sizeof *context};
    rc_add_piece(task, &piece);
    rc_count(&tracer->contexts, 1);
}

static void read_labels(struct rc_tracer *tracer, struct rc_task *task) {
    const struct rc_space space = {.copy = read_task, .of = task};
    struct rc_thread_context context;
    if (variable_of(task) == 0) {
        return;
    }
    const enum rc_go_labels found =
        rc_go_labels_read(&space, &task->process->context.go, task->thread_pointer, &context);
    if (found == RC_GO_FOUND) {
        add(tracer, task, &context);
    } else if (found == RC_GO_UNREADABLE) {
        rc_count(&tracer->contexts_unreadable, 1);
    }
}

static void read_record(struct rc_tracer *tracer, struct rc_task *task) {
    uint64_t at = 0;
    struct rc_thread_context context;
    static const size_t lengths[] = {sizeof at, sizeof context};
    const uint64_t variable = variable_of(task);
    if (variable == 0) {
        return;
    }
    // With the variable, what it led to at the thread's last call: mostly it still does.
    const uint64_t addresses[] = {variable, task->record_at};
    void *const out[] = {&at, &context};
    const int got = task->record_at == 0 ? 0 : rc_memory_read_two(task, addresses, out, lengths);
    if ((got < (int)sizeof at && rc_memory_read(task, variable, &at, sizeof at) != (int)sizeof at) || at == 0) {
        return;
    }
    if (at != task->record_at || got != (int)(lengths[0] + lengths[1])) {
        if (at % 2 != 0 || rc_memory_read(task, at, &context, sizeof context) != (int)sizeof context) {
            rc_count(&tracer->contexts_unreadable, 1);
            return;
        }
        task->record_at = at;
    }
    add(tracer, task, &context);
}

static void read_kind(struct rc_tracer *tracer, struct rc_task *task) {
    if (task->process->context.kind == RC_CONTEXT_OF_GO) {
        read_labels(tracer, task);
    } else {
        read_record(tracer, task);
    }
}

void rc_read_context(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_context *context = &task->process->context;
    if (context->looks != 0 && !rc_arch_is_32bit(task->call.arch)) {
        locate(tracer, task);
    }
    if (context->in_file || (context->go_wanted && context->headed)) {
        locate_in_file(context, task->process->tgid);
    }
    if (context->kind == RC_CONTEXT_NONE || rc_arch_is_32bit(task->call.arch)) {
        return;
    }
    if (task->context_at != 0 && rc_arch_keeps_published(task->call.arch, task->call.nr)) {
        task->context_left = true;
    } else {
        read_kind(tracer, task);
    }
}

void rc_read_context_left(struct rc_tracer *tracer, struct rc_task *task) {
    const bool left = task->context_left && task->state == RC_TASK_TRACED; // or it could not be resumed as it should
    task->context_left = false;
    if (left) {
        read_kind(tracer, task);
        task->at_entry = task->used;
    }
}

void rc_context_ended(struct rc_tracer *tracer, const struct rc_process *process) {
    const struct rc_context *context = &process->context;
    if (context->announced && context->kind == RC_CONTEXT_NONE && !context->unresolved) {
        rc_count(&tracer->contexts_unresolved, 1);
    }
}

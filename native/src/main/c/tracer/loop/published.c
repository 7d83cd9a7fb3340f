// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracer/loop/published.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "arch/arch.h"
#include "ring/event.h"
#include "ring/publish.h"
#include "threads/clock.h"
#include "tracee/context/published.h"
#include "tracee/memory.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

// Of a process with more mappings than this many bytes of text show, what it has published is not looked for.
enum { READ_SIZE = 16384, MOST_READS = 256 };

struct rc_published {
    bool taken;
    struct rc_event event;
    uint32_t side_length;
    uint8_t side[RC_PIECE_ROOM(RC_PUBLISHED_BYTES)];
};

int rc_published_open(struct rc_tracer *tracer) {
    tracer->published_contexts = calloc(1, sizeof *tracer->published_contexts);
    return tracer->published_contexts == NULL ? ENOMEM : 0;
}

void rc_published_close(struct rc_tracer *tracer) {
    free(tracer->published_contexts);
    tracer->published_contexts = NULL;
}

static int read_task(const void *of, uint64_t address, void *out, size_t length) {
    return rc_memory_read(of, address, out, length);
}

static void take(struct rc_tracer *tracer, struct rc_task *task, uint64_t address, uint64_t now) {
    struct rc_published *published = tracer->published_contexts;
    const struct rc_space space = {.copy = read_task, .of = task};
    uint8_t *bytes = published->side + sizeof(struct rc_piece);
    size_t length = 0;
    const enum rc_published_state state = rc_published_copy(&space, address, bytes, RC_PUBLISHED_BYTES, &length);
    if (state == RC_PUBLISHED_LONG || state == RC_PUBLISHED_TORN) {
        rc_count(&tracer->contexts_unreadable, 1);
    }
    if (state != RC_PUBLISHED_WHOLE) {
        return;
    }
    task->process->context.announced |= rc_published_announces_threads(bytes, length);
    task->process->context.go_wanted |= rc_published_announces_go(bytes, length);
    const struct rc_piece piece = {.length = (uint16_t)length};
    memcpy(published->side, &piece, sizeof piece);
    memset(bytes + length, 0, RC_PIECE_ROOM(length) - sizeof piece - length);
    published->side_length = (uint32_t)RC_PIECE_ROOM(length);
    published->event = (struct rc_event){
        .start_ns = now,
        .end_ns = now,
        .tid = (uint32_t)task->tid,
        .tgid = (uint32_t)task->process->tgid,
        .nr = -1,
        .kind = RC_PROCESS_CONTEXT,
    };
    published->taken = true;
}

static uint64_t find(pid_t tgid) {
    char buffer[READ_SIZE];
    size_t pending = 0;
    uint64_t address = 0;
    ssize_t got = 0;
    const int fd = rc_proc_keep_open(tgid, "maps");
    for (unsigned i = 0; fd >= 0 && address == 0 && i < MOST_READS && pending < sizeof buffer; i++) {
        got = read(fd, buffer + pending, sizeof buffer - pending);
        if (got <= 0) {
            break;
        }
        const size_t length = pending + (size_t)got;
        address = rc_published_in_lines(buffer, length, &pending);
        memmove(buffer, buffer + length - pending, pending);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return address;
}

void rc_published_look(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    const uint64_t address = find(task->process->tgid);
    if (address != 0) {
        take(tracer, task, address, now);
    }
}

// Whether or not the kernel can name mappings, the call says where it is.
void rc_published_named(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    const uint64_t *args = task->call.args;
    const struct rc_space space = {.copy = read_task, .of = task};
    if ((uint32_t)args[0] == PR_SET_VMA && args[1] == PR_SET_VMA_ANON_NAME && !rc_arch_is_32bit(task->call.arch) &&
        rc_published_is_name(&space, args[4])) {
        take(tracer, task, args[2], now);
    }
}

void rc_published_tell(struct rc_tracer *tracer) {
    struct rc_published *published = tracer->published_contexts;
    if (published->taken) {
        published->taken = false;
        rc_publish(tracer, &published->event, published->side, published->side_length);
    }
}

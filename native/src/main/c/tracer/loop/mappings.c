// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a process's code is mapped, published whenever it has changed and before the first call made from there. It is
// read while a task of the process is in a stop: later the process may be gone, and a short program mostly is.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ring/event.h"
#include "ring/publish.h"
#include "session.h"
#include "tracee/proc/code_lines.h"
#include "tracee/tasks.h"
#include "tracer/loop/mappings.h"

enum { READ_SIZE = 16384 };

struct rc_mappings {
    bool taken;
    struct rc_event event;
    uint32_t side_length;
    uint8_t side[RC_PIECE_ROOM(RC_MAPPINGS_TEXT)];
};

int rc_mappings_open(struct rc_tracer *tracer) {
    tracer->mappings = calloc(1, sizeof *tracer->mappings);
    return tracer->mappings == NULL ? ENOMEM : 0;
}

void rc_mappings_close(struct rc_tracer *tracer) {
    free(tracer->mappings);
    tracer->mappings = NULL;
}

static void read_mappings(pid_t tgid, struct rc_code_lines *lines) {
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/maps", tgid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return; // killed in this very stop: it makes no more calls
    }
    char buffer[READ_SIZE];
    size_t pending = 0;
    ssize_t got = 0;
    while ((got = read(fd, buffer + pending, sizeof buffer - pending)) > 0) {
        const size_t length = pending + (size_t)got;
        pending = rc_code_lines_keep(lines, buffer, length);
        memmove(buffer, buffer + length - pending, pending);
        if (pending == sizeof buffer) {
            break; // no line is that long
        }
    }
    (void)close(fd);
}

void rc_mappings_take(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    struct rc_mappings *mappings = tracer->mappings;
    struct rc_process *process = task->process;
    struct rc_code_lines lines = {.text = mappings->side + sizeof(struct rc_piece), .capacity = RC_MAPPINGS_TEXT};
    read_mappings(process->tgid, &lines);
    const size_t length = lines.length;
    const struct rc_piece piece = {.length = (uint16_t)length, .flags = lines.cut ? RC_PIECE_TRUNCATED : 0};
    memcpy(mappings->side, &piece, sizeof piece);
    memset(mappings->side + sizeof piece + length, 0, RC_PIECE_ROOM(length) - sizeof piece - length);
    mappings->side_length = (uint32_t)RC_PIECE_ROOM(length);
    mappings->event = (struct rc_event){
        .start_ns = now,
        .end_ns = now,
        .tid = (uint32_t)task->tid,
        .tgid = (uint32_t)process->tgid,
        .nr = -1,
        .kind = RC_MAPPINGS,
    };
    char path[32];
    struct stat root;
    (void)snprintf(path, sizeof path, "/proc/%d/root", process->tgid);
    if (stat(path, &root) == 0) {
        mappings->event.args[0] = root.st_dev;
        mappings->event.args[1] = root.st_ino;
    }
    process->mapped = true;
    mappings->taken = true;
}

void rc_mappings_publish(struct rc_tracer *tracer) {
    struct rc_mappings *mappings = tracer->mappings;
    if (mappings != NULL && mappings->taken) {
        mappings->taken = false;
        rc_publish(tracer, &mappings->event, mappings->side, mappings->side_length);
    }
}

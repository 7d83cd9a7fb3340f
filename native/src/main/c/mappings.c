// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a process's code is mapped, told whenever it changed and before the first call that was made from there. Read while a task
// of the process stands in a stop: later it may be gone, and a short program mostly is.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session.h"

enum { READ_SIZE = 16384, TEXT_SIZE = 49152 };

struct rc_mappings {
    bool taken;
    struct rc_event event;
    uint32_t side_length;
    uint8_t side[RC_PIECE_ROOM(TEXT_SIZE)];
};

int rc_mappings_open(struct rc_tracer *tracer) {
    tracer->mappings = calloc(1, sizeof *tracer->mappings);
    return tracer->mappings == NULL ? ENOMEM : 0;
}

void rc_mappings_close(struct rc_tracer *tracer) {
    free(tracer->mappings);
    tracer->mappings = NULL;
}

// "START-END r-xp OFFSET DEV INODE   /path": code that comes from a file.
static bool is_code_of_a_file(const char *line, size_t length) {
    const char *permissions = memchr(line, ' ', length);
    return permissions != NULL && permissions + 4 < line + length && permissions[3] == 'x' &&
           memchr(line, '/', length) != NULL;
}

// Keeps those lines of the buffer that are of interest; returns how many bytes at its end are the start of a line.
static size_t keep_lines(const char *buffer, size_t length, uint8_t *text, size_t *kept, bool *cut) {
    const char *line = buffer;
    const char *end = NULL;
    while ((end = memchr(line, '\n', length - (size_t)(line - buffer))) != NULL) {
        const size_t size = (size_t)(end - line) + 1;
        if (is_code_of_a_file(line, size)) {
            if (*kept + size <= TEXT_SIZE) {
                memcpy(text + *kept, line, size);
                *kept += size;
            } else {
                *cut = true;
            }
        }
        line = end + 1;
    }
    return length - (size_t)(line - buffer);
}

static size_t read_mappings(pid_t tgid, uint8_t *text, bool *cut) {
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/maps", tgid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0; // killed in this very stop: it makes no call any more
    }
    char buffer[READ_SIZE];
    size_t kept = 0;
    size_t pending = 0;
    ssize_t got = 0;
    while ((got = read(fd, buffer + pending, sizeof buffer - pending)) > 0) {
        const size_t length = pending + (size_t)got;
        pending = keep_lines(buffer, length, text, &kept, cut);
        memmove(buffer, buffer + length - pending, pending);
        if (pending == sizeof buffer) {
            break; // no line is that long
        }
    }
    (void)close(fd);
    return kept;
}

void rc_mappings_take(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    struct rc_mappings *mappings = tracer->mappings;
    struct rc_process *process = task->process;
    bool cut = false;
    const size_t length = read_mappings(process->tgid, mappings->side + sizeof(struct rc_piece), &cut);
    const struct rc_piece piece = {.flags = cut ? RC_PIECE_TRUNCATED : 0, .length = (uint16_t)length};
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

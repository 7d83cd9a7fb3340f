// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "perf_map.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 65536, MOST_DIGITS = 16 };
static const off_t MOST_BYTES = (off_t)64 << 20;

struct lookup {
    struct rs_generated *code;
    size_t count;
    uint64_t lowest; // of the addresses
    uint64_t highest;
};

static int digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Reads "HEX " or "0xHEX " and moves *at past it. Returns false if there is none.
static bool take_number(const char **at, const char *end, uint64_t *number) {
    const char *place = *at;
    if (end - place > 2 && place[0] == '0' && place[1] == 'x') {
        place += 2;
    }
    const char *first = place;
    uint64_t value = 0;
    for (int next = 0; place < end && place - first < MOST_DIGITS && (next = digit(*place)) >= 0; place++) {
        value = value << 4 | (uint64_t)next;
    }
    if (place == first || place == end || *place != ' ') {
        return false;
    }
    *at = place + 1;
    *number = value;
    return true;
}

static void name_what_lies_in(const struct lookup *lookup, uint64_t start, uint64_t size, const char *name,
                              size_t length) {
    for (size_t i = 0; i < lookup->count; i++) {
        if (lookup->code[i].address - start < size) {
            memcpy(lookup->code[i].name, name, length);
            lookup->code[i].name[length] = '\0';
        }
    }
}

static void read_line(const struct lookup *lookup, const char *line, const char *end) {
    uint64_t start = 0;
    uint64_t size = 0;
    if (!take_number(&line, end, &start) || start > lookup->highest || !take_number(&line, end, &size) || size == 0) {
        return;
    }
    const uint64_t last = start + (size - 1);
    if (last >= lookup->lowest || last < start) {
        const size_t length = (size_t)(end - line);
        name_what_lies_in(lookup, start, size, line, length < RS_MAX_TEXT ? length : RS_MAX_TEXT);
    }
}

// Reads the buffer's complete lines, and moves the rest to its start. Returns the length of the rest.
static size_t read_lines(const struct lookup *lookup, char *buffer, size_t length, bool *passing_over) {
    const char *line = buffer;
    const char *end = NULL;
    while ((end = memchr(line, '\n', length - (size_t)(line - buffer))) != NULL) {
        if (!*passing_over) {
            read_line(lookup, line, end);
        }
        *passing_over = false;
        line = end + 1;
    }
    const size_t left = length - (size_t)(line - buffer);
    if (left == BLOCK) {
        *passing_over = true;
        return 0;
    }
    memmove(buffer, line, left);
    return left;
}

static struct lookup lookup_of(struct rs_generated *code, size_t count) {
    struct lookup lookup = {.code = code, .count = count, .lowest = UINT64_MAX};
    for (size_t i = 0; i < count; i++) {
        code[i].name[0] = '\0';
        lookup.lowest = code[i].address < lookup.lowest ? code[i].address : lookup.lowest;
        lookup.highest = code[i].address > lookup.highest ? code[i].address : lookup.highest;
    }
    return lookup;
}

void rs_perf_map_read(int fd, struct rs_generated *code, size_t count) {
    static char buffer[BLOCK];
    const struct lookup lookup = lookup_of(code, count);
    struct stat found;
    if (fstat(fd, &found) != 0) {
        return;
    }
    // The file may grow meanwhile: only what was there at first is read.
    const off_t size = found.st_size;
    off_t at = size > MOST_BYTES ? size - MOST_BYTES : 0;
    bool passing_over = at != 0; // the rest of a line
    size_t left = 0;
    while (at < size) {
        const size_t room = BLOCK - left;
        const off_t ahead = size - at;
        const ssize_t got = pread(fd, buffer + left, ahead < (off_t)room ? (size_t)ahead : room, at);
        if (got <= 0) {
            return;
        }
        at += got;
        left = read_lines(&lookup, buffer, left + (size_t)got, &passing_over);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/context/published.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNATURE = 8, VERSION = 2, TRIES = 8, LONGEST_NUMBER = 16 };
static const char NAME[] = "OTEL_CTX";

struct header {
    char signature[SIGNATURE];
    uint32_t version;
    uint32_t size;
    uint64_t published_ns; // 0: it is being changed
    uint64_t data;
};

static bool is_published(const struct header *header) {
    return memcmp(header->signature, NAME, SIGNATURE) == 0 && header->version == VERSION;
}

enum rc_published_state rc_published_copy(const struct rc_space *space, uint64_t header, uint8_t *out,
                                          size_t capacity, size_t *length) {
    for (unsigned i = 0; i < TRIES; i++) {
        struct header before;
        struct header after;
        if (!rc_space_copy(space, header, &before, sizeof before) || !is_published(&before)) {
            return RC_PUBLISHED_NOT;
        }
        if (before.published_ns == 0) {
            continue;
        }
        if (before.size > capacity) {
            return RC_PUBLISHED_LONG;
        }
        atomic_thread_fence(memory_order_seq_cst);
        const bool copied = rc_space_copy(space, before.data, out, before.size);
        atomic_thread_fence(memory_order_seq_cst);
        if (copied && rc_space_copy(space, header, &after, sizeof after) &&
            memcmp(&before, &after, sizeof before) == 0) {
            *length = before.size;
            return RC_PUBLISHED_WHOLE;
        }
    }
    return RC_PUBLISHED_TORN;
}

// In protobuf a key stands as it is.
bool rc_published_announces_threads(const uint8_t *data, size_t length) {
    static const char KEY[] = "threadlocal.schema_version";
    return memmem(data, length, KEY, sizeof KEY - 1) != NULL;
}

// KeyValue { key: ..., value: { string_value: ... } } has one encoding that writers use, with the fields in order.
bool rc_published_announces_go(const uint8_t *data, size_t length) {
    static const char ATTRIBUTE[] = "\x0a\x1a" "threadlocal.schema_version" "\x12\x14\x0a\x12" "go_pprof_labels_v1";
    return memmem(data, length, ATTRIBUTE, sizeof ATTRIBUTE - 1) != NULL;
}

bool rc_published_is_name(const struct rc_space *space, uint64_t name) {
    char text[sizeof NAME];
    return rc_space_copy(space, name, text, sizeof text) && memcmp(text, NAME, sizeof NAME) == 0;
}

// "START-END rw-p OFFSET DEV INODE   NAME", of a length that is known.
static bool is_named(const char *line, size_t length) {
    static const char *const names[] = {"[anon_shmem:OTEL_CTX]", "[anon:OTEL_CTX]", "/memfd:OTEL_CTX"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *found = memmem(line, length, names[i], strlen(names[i]));
        if (found != NULL && found != line && found[-1] == ' ') {
            return true;
        }
    }
    return false;
}

uint64_t rc_published_in_lines(const char *lines, size_t length, size_t *rest) {
    const char *line = lines;
    const char *end = NULL;
    while ((end = memchr(line, '\n', length - (size_t)(line - lines))) != NULL) {
        const size_t size = (size_t)(end - line);
        if (is_named(line, size)) {
            char number[LONGEST_NUMBER + 1] = {0};
            memcpy(number, line, size < LONGEST_NUMBER ? size : LONGEST_NUMBER);
            const uint64_t address = strtoull(number, NULL, 16);
            if (address != 0) {
                return address;
            }
        }
        line = end + 1;
    }
    *rest = length - (size_t)(line - lines);
    return 0;
}

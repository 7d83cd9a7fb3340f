// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// An ELF program or library as it lies in a traced program's memory: no file is opened or parsed. All of it is the
// program's own and may lie, so each step reads a fixed number of bytes into a copy, and each list has an end of ours.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Memory that is read; a test may give another than a task's.
struct rc_space {
    // Copies up to `length` bytes, fewer where the memory ends. Returns how many, or a negative errno value.
    int (*copy)(const void *of, uint64_t address, void *out, size_t length);
    const void *of;
};
// Whether all of these bytes could be copied.
bool rc_space_copy(const struct rc_space *space, uint64_t address, void *out, size_t length);

struct rc_image {
    uint64_t bias;     // by how much its addresses are moved in memory
    uint64_t dynamic;  // where its dynamic section is; 0: it has none
    bool interpreted;  // a dynamic linker has loaded it
    bool musl;         // ... that of musl
    uint64_t tls_size; // of its thread-local variables; 0: it has none
    uint64_t tls_align; // a power of two
    uint64_t tls_start; // address of their initial values, as linked
};
// From program headers that are in memory. Returns false if they make no sense.
bool rc_image_of_headers(const struct rc_space *space, uint64_t headers, uint64_t count, struct rc_image *out);
// From the ELF header of a library that is moved by so much.
bool rc_image_of_library(const struct rc_space *space, uint64_t bias, struct rc_image *out);

// The value of a dynamic section's entry; 0 if it has none.
uint64_t rc_image_entry(const struct rc_space *space, uint64_t dynamic, int64_t tag, uint64_t *place);

struct rc_symbol {
    uint64_t value;
    uint64_t size;
    unsigned type; // STT_* of elf.h
};
// Finds a symbol that the image with this dynamic section defines.
bool rc_image_find(const struct rc_space *space, uint64_t dynamic, uint64_t bias, const char *name,
                   struct rc_symbol *out);

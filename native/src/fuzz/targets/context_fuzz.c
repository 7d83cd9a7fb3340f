// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a program says it publishes the contexts of its threads, and what it is: the input is the program's memory, as
// it lies behind its ELF header, its file, and the text of its mappings. Whatever it says, the search ends, and its
// result makes sense.
#include <errno.h>

#include "input.h"
#include "tracee/context/locate.h"
#include "tracee/context/published.h"

enum { HEADERS = 64, HEADER_COUNT = 56, LOOKS = 4, CAPACITY = 256 };
static const uint64_t MEMORY = 0x10000000;
static const unsigned MOST_READS = 1u << 20;

struct memory {
    const uint8_t *bytes;
    size_t size;
};
static unsigned reads;

// From a block of its own length: a read behind the end of what was asked for is found.
static int read_memory(const void *of, uint64_t address, void *out, size_t length) {
    const struct memory *memory = of;
    REQUIRE(++reads < MOST_READS);
    if (address < MEMORY || address - MEMORY >= memory->size) {
        return -EFAULT;
    }
    const size_t at = (size_t)(address - MEMORY);
    const size_t there = memory->size - at < length ? memory->size - at : length;
    memcpy(out, memory->bytes + at, there);
    return (int)there;
}

// The same bytes, as a file.
static int read_file(const void *of, uint64_t address, void *out, size_t length) {
    return address > UINT64_MAX - MEMORY ? -EIO : read_memory(of, MEMORY + address, out, length);
}

static void check_file(struct rc_context *context, const struct memory *memory) {
    const struct rc_space file = {.copy = read_file, .of = memory};
    rc_context_locate_in_file(context, &file);
    REQUIRE(!context->in_file);
    REQUIRE(context->kind != RC_CONTEXT_FIXED || context->offset != 0);
}

// With the goroutine at the input's beginning.
static void check_go(const struct rc_space *space, const struct memory *memory) {
    static const struct rc_go_layout LAYOUT = {.slot = -8, .machine = 48, .goroutine = 184, .labels = 352};
    const struct rc_space file = {.copy = read_file, .of = memory};
    struct rc_thread_context found = {.valid = 0};
    if (rc_go_labels_read(space, &LAYOUT, MEMORY + 8, &found) == RC_GO_FOUND) {
        REQUIRE(found.valid == 1);
    }
    struct rc_context context;
    rc_context_forget(&context);
    context.go_wanted = true;
    context.program.tls_size = memory->size % 32;
    context.program.tls_align = 1;
    rc_context_locate_go(&context, &file);
    REQUIRE(!context.go_wanted);
    REQUIRE(context.kind == RC_CONTEXT_NONE || (context.kind == RC_CONTEXT_OF_GO && context.go.labels != 0));
}

static void check_published(const struct rc_space *space, const uint8_t *data, size_t size) {
    uint8_t out[CAPACITY];
    size_t length = 0;
    if (rc_published_copy(space, MEMORY, out, sizeof out, &length) == RC_PUBLISHED_WHOLE) {
        REQUIRE(length <= sizeof out);
    }
    if (rc_published_announces_go(data, size)) {
        REQUIRE(rc_published_announces_threads(data, size));
    }
    char *text = input_text(data, size);
    size_t rest = 0;
    if (rc_published_in_lines(text, size, &rest) == 0) {
        REQUIRE(rest <= size);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct memory memory = {.bytes = data, .size = size};
    const struct rc_space space = {.copy = read_memory, .of = &memory};
    const uint64_t count = size > HEADER_COUNT ? data[HEADER_COUNT] : 0;
    struct rc_context context;
    rc_context_forget(&context);
    reads = 0;
    for (unsigned i = 0; i < LOOKS && context.looks != 0; i++) {
        rc_context_locate(&context, &space, MEMORY + HEADERS, count);
        rc_context_code_mapped(&context);
    }
    REQUIRE(context.kind == RC_CONTEXT_NONE || context.final);
    REQUIRE(context.kind != RC_CONTEXT_OF_MODULE || (context.module != 0 && context.module <= 1 << 16));
    REQUIRE(!context.final || context.looks == 0);
    REQUIRE(!context.in_file || (context.final && context.program.tls_size != 0));
    if (context.in_file) {
        check_file(&context, &memory);
    }
    check_go(&space, &memory);
    check_published(&space, data, size);
    return 0;
}

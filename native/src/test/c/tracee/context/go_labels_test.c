// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which versions of Go have a layout that is known, and which labels are ids. Memory and file are made here.
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "arch/arch.h"
#include "harness.h"
#include "tracee/context/go_labels.h"

enum { SIZE = 4096 };

struct memory {
    uint8_t bytes[SIZE];
};

static int copy(const void *of, uint64_t address, void *out, size_t length) {
    if (address >= SIZE || length > SIZE - address) {
        return -EFAULT;
    }
    memcpy(out, ((const struct memory *)of)->bytes + address, length);
    return (int)length;
}

static void put(struct memory *memory, size_t at, uint64_t word) {
    memcpy(memory->bytes + at, &word, sizeof word);
}

// ---- versions

static bool is_known(const char *version, struct rc_go_layout *layout) {
    enum { SECTIONS = 128, INFO = 256 };
    struct memory file = {{0}};
    const Elf64_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64},
                               .e_shoff = SECTIONS,
                               .e_shentsize = sizeof(Elf64_Shdr),
                               .e_shnum = 1};
    const Elf64_Shdr section = {
        .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_WRITE, .sh_offset = INFO, .sh_size = 64};
    memcpy(file.bytes, &header, sizeof header);
    memcpy(file.bytes + SECTIONS, &section, sizeof section);
    memcpy(file.bytes + INFO, "\xff Go buildinf:\x08\x02", 16);
    file.bytes[INFO + 32] = (uint8_t)strlen(version);
    memcpy(file.bytes + INFO + 33, version, strlen(version));
    const struct rc_space space = {.copy = copy, .of = &file};
    const struct rc_image program = {.tls_size = 0};
    return rc_go_layout_of(&space, &program, layout);
}

static void of_a_version_that_is_known(void **state) {
    (void)state;
    static const char *const others[] = {"",         "go1.23.12", "go1.27.0",       "go1.2",          "go1.261",
                                         "go1.26rc1", "go1.26.8 X:arenas", "devel go1.26", "go1.26.8-custom", "go2.26"};
    struct rc_go_layout layout;
    if (rc_arch_go_slot() == 0) {
        skip(); // the goroutine is in a register
    }
    assert_true(is_known("go1.24", &layout));
    assert_int_equal(layout.goroutine, 192);
    assert_true(is_known("go1.25.10", &layout));
    assert_int_equal(layout.labels, 344);
    assert_true(is_known("go1.26.8", &layout));
    assert_int_equal(layout.labels, 352);
    assert_int_equal(layout.slot, -8);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(is_known(others[i], &layout));
    }
}

// ---- labels

static const struct rc_go_layout LAYOUT = {.slot = -8, .machine = 48, .goroutine = 184, .labels = 352};
enum { THREAD = 16, GOROUTINE = 64, MACHINE = 512, SYSTEM = 800, SET = 1024, LIST = 1056, TEXTS = 2048 };

// Memory of a thread whose goroutine has these labels: names and values by turns, up to NULL.
static struct memory with(const char *const *labels) {
    struct memory memory = {{0}};
    size_t count = 0;
    size_t text = TEXTS;
    put(&memory, THREAD - 8, GOROUTINE);
    put(&memory, GOROUTINE + 48, MACHINE);
    put(&memory, SYSTEM + 48, MACHINE);
    put(&memory, MACHINE, SYSTEM);
    put(&memory, MACHINE + 184, GOROUTINE);
    put(&memory, GOROUTINE + 352, SET);
    for (; labels[count] != NULL; count++) {
        put(&memory, LIST + 16 * count, text);
        put(&memory, LIST + 16 * count + 8, strlen(labels[count]));
        memcpy(memory.bytes + text, labels[count], strlen(labels[count]));
        text += strlen(labels[count]);
    }
    put(&memory, SET, LIST);
    put(&memory, SET + 8, count / 2);
    return memory;
}

static enum rc_go_labels of(const struct memory *memory, struct rc_thread_context *context) {
    const struct rc_space space = {.copy = copy, .of = memory};
    return rc_go_labels_read(&space, &LAYOUT, THREAD, context);
}

#define TRACE "0123456789abcdef0123456789abcdef"

static void both_ids_of_a_pair_are_a_context(void **state) {
    (void)state;
    struct rc_thread_context context;
    struct memory memory = with((const char *[]){"trace_id", TRACE, "span_id", "00000000000000ff", NULL});
    assert_int_equal(of(&memory, &context), RC_GO_FOUND);
    assert_int_equal(context.trace_id[1], 0x23);
    assert_int_equal(context.span_id[7], 0xff);
    memory = with((const char *[]){"customer", "someone", "span id", "258", "trace id", TRACE, NULL});
    assert_int_equal(of(&memory, &context), RC_GO_FOUND);
    assert_int_equal(context.span_id[6], 1);
    assert_int_equal(context.span_id[7], 2);
    assert_int_equal(context.valid, 1);
    put(&memory, THREAD - 8, SYSTEM); // the runtime itself runs, for that goroutine
    assert_int_equal(of(&memory, &context), RC_GO_FOUND);
}

static void anything_else_is_none(void **state) {
    (void)state;
    static const char *const others[][5] = {
        {NULL},
        {"trace_id", TRACE, NULL},
        {"trace_id", TRACE, "span id", "258", NULL},
        {"trace_id", TRACE, "span_id", "00000000000000f", NULL},
        {"trace_id", TRACE, "span_id", "00000000000000FF", NULL},
        {"trace_id", TRACE "0", "span_id", "00000000000000ff", NULL},
        {"trace id", TRACE, "span id", "18446744073709551616", NULL},
        {"trace id", TRACE, "span id", "", NULL},
        {"trace id", TRACE, "span id", "-1", NULL},
    };
    struct rc_thread_context context;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct memory memory = with(others[i]);
        assert_int_equal(of(&memory, &context), RC_GO_NONE);
    }
    struct memory memory = with((const char *[]){"trace_id", TRACE, "span_id", "00000000000000ff", NULL});
    put(&memory, THREAD - 8, 0); // a thread of C
    assert_int_equal(of(&memory, &context), RC_GO_NONE);
    put(&memory, THREAD - 8, 128); // a signal's handler, whose m is that one too
    put(&memory, 128 + 48, MACHINE);
    assert_int_equal(of(&memory, &context), RC_GO_NONE);
    put(&memory, THREAD - 8, 1 << 20);
    assert_int_equal(of(&memory, &context), RC_GO_UNREADABLE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_version_that_is_known),
        cmocka_unit_test(both_ids_of_a_pair_are_a_context),
        cmocka_unit_test(anything_else_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "tracee/context/go_labels.h"

#include <elf.h>
#include <string.h>

#include "arch/arch.h"
#include "tracee/context/program_file.h"

enum {
    BUILD_INFO = 64,       // bytes of .go.buildinfo that are read
    INLINE_STRINGS = 2,    // flag there: since Go 1.18 the version stands behind the header
    FLAGS_AT = 15,
    VERSION_AT = 32,       // its length (one byte while it is below 128), then its text
    MOST_MACHINE = 256,    // bytes of an m that are read
    LABELS = 64,           // of a goroutine that are looked at
    TRACE_DIGITS = 32,
    SPAN_DIGITS = 16,
    MOST_DECIMALS = 20,    // of a number of 64 bits
    NAME = 8,              // the longer names of labels that are looked for; the others have one byte less
};

// As Go's sources have them (src/runtime/runtime2.go), and the debug information of programs built by Go 1.24.6, 1.25.1
// and 1.26.8 says; interpreter/go/offsets.go of the OpenTelemetry eBPF profiler has the same numbers. Before Go 1.24
// the labels were a map.
static const struct {
    uint8_t minor; // of Go 1.MINOR
    struct rc_go_layout layout;
} LAYOUTS[] = {
    {24, {.machine = 48, .goroutine = 192, .labels = 352}},
    {25, {.machine = 48, .goroutine = 184, .labels = 344}},
    {26, {.machine = 48, .goroutine = 184, .labels = 352}},
};

// The minor version that "go1.MINOR" or "go1.MINOR.PATCH" says; -1: it says something else, such as a build of one's
// own.
static int minor_of(const char *text, size_t length) {
    static const char START[] = "go1.";
    size_t at = sizeof START - 1;
    int minor = 0;
    if (length <= at || memcmp(text, START, at) != 0) {
        return -1;
    }
    const size_t digits = at;
    for (; at < length && at < digits + 2 && text[at] >= '0' && text[at] <= '9'; at++) {
        minor = 10 * minor + (text[at] - '0');
    }
    if (at == digits || (at < length && text[at] != '.')) {
        return -1;
    }
    for (at += at < length ? 1 : 0; at < length; at++) {
        if (text[at] < '0' || text[at] > '9') {
            return -1;
        }
    }
    return minor;
}

static int version_of(const struct rc_space *file) {
    static const char MAGIC[] = "\xff Go buildinf:";
    uint8_t info[BUILD_INFO];
    const uint64_t at = rc_program_file_data(file, MAGIC, sizeof MAGIC - 1);
    if (at == 0 || !rc_space_copy(file, at, info, sizeof info) || (info[FLAGS_AT] & INLINE_STRINGS) == 0) {
        return -1;
    }
    const size_t length = info[VERSION_AT];
    return length >= BUILD_INFO - VERSION_AT ? -1 : minor_of((const char *)info + VERSION_AT + 1, length);
}

// Go's own linker reserves one word, that of the goroutine, and without a C library none, but uses the same place. A
// foreign linker puts other variables beside it.
static bool find_slot(const struct rc_space *file, const struct rc_image *program, int64_t *slot) {
    struct rc_symbol symbol = {.size = sizeof(uint64_t)};
    if (program->tls_size == 0) {
        *slot = rc_arch_go_slot();
        return !program->interpreted;
    }
    if (program->tls_size != sizeof(uint64_t) && (!rc_program_file_find(file, "runtime.tlsg", &symbol) ||
                                                  symbol.size != sizeof(uint64_t) ||
                                                  program->tls_size < symbol.size ||
                                                  symbol.value > program->tls_size - symbol.size)) {
        return false;
    }
    *slot = rc_arch_tls_offset(program->tls_size, program->tls_align, program->tls_start, symbol.value);
    return true;
}

bool rc_go_layout_of(const struct rc_space *file, const struct rc_image *program, struct rc_go_layout *out) {
    const int minor = rc_arch_go_slot() == 0 ? -1 : version_of(file);
    for (size_t i = 0; i < sizeof LAYOUTS / sizeof LAYOUTS[0]; i++) {
        if (LAYOUTS[i].minor == minor) {
            *out = LAYOUTS[i].layout;
            return find_slot(file, program, &out->slot);
        }
    }
    return false;
}

// ---- a thread's labels

struct text {
    uint64_t at;
    uint64_t length;
};
struct label {
    struct text key;
    struct text value;
};

static bool digits(const char *text, size_t count, uint8_t *out) {
    for (size_t i = 0; i < count; i++) {
        const char digit = text[i];
        const bool decimal = digit >= '0' && digit <= '9';
        if (!decimal && (digit < 'a' || digit > 'f')) {
            return false;
        }
        const uint8_t value = (uint8_t)(decimal ? digit - '0' : digit - 'a' + 10);
        out[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : out[i / 2] | value);
    }
    return true;
}

static bool decimals(const char *text, size_t count, uint8_t out[8]) {
    uint64_t number = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(number, (uint64_t)10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(text[i] - '0'), &number)) {
            return false;
        }
    }
    for (size_t i = 0; i < 8; i++) {
        out[i] = (uint8_t)(number >> (8 * (7 - i)));
    }
    return count != 0;
}

// What is found of one pair of labels.
struct ids {
    bool trace;
    bool span;
    struct rc_thread_context context;
};
enum pair { HEXADECIMAL, DECIMAL, PAIRS };

static const struct {
    const char *name;
    enum pair pair;
    bool trace;
} NAMES[] = {
    {"trace_id", HEXADECIMAL, true},
    {"span_id", HEXADECIMAL, false},
    {"trace id", DECIMAL, true},
    {"span id", DECIMAL, false},
};

static void take_value(const char *value, size_t length, enum pair pair, bool trace, struct ids *out) {
    if (trace) {
        out->trace = length == TRACE_DIGITS && digits(value, length, out->context.trace_id);
    } else if (pair == HEXADECIMAL) {
        out->span = length == SPAN_DIGITS && digits(value, length, out->context.span_id);
    } else {
        out->span = length <= MOST_DECIMALS && decimals(value, length, out->context.span_id);
    }
}

static void take(const struct rc_space *memory, const struct label *label, struct ids pairs[PAIRS]) {
    char key[NAME];
    char value[TRACE_DIGITS];
    const size_t length = (size_t)label->key.length;
    if ((label->key.length != NAME && label->key.length != NAME - 1) || label->value.length > sizeof value ||
        !rc_space_copy(memory, label->key.at, key, length)) {
        return;
    }
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strlen(NAMES[i].name) == length && memcmp(key, NAMES[i].name, length) == 0) {
            if (rc_space_copy(memory, label->value.at, value, (size_t)label->value.length)) {
                take_value(value, (size_t)label->value.length, NAMES[i].pair, NAMES[i].trace, &pairs[NAMES[i].pair]);
            }
            return;
        }
    }
}

static enum rc_go_labels read_labels(const struct rc_space *memory, uint64_t set, struct rc_thread_context *out) {
    struct label labels[LABELS];
    struct text slice; // and its capacity, which does not matter
    struct ids pairs[PAIRS] = {{.trace = false}};
    if (!rc_space_copy(memory, set, &slice, sizeof slice)) {
        return RC_GO_UNREADABLE;
    }
    const size_t count = slice.length < LABELS ? (size_t)slice.length : LABELS;
    if (count == 0) {
        return RC_GO_NONE;
    }
    if (!rc_space_copy(memory, slice.at, labels, count * sizeof labels[0])) {
        return RC_GO_UNREADABLE;
    }
    for (size_t i = 0; i < count; i++) {
        take(memory, &labels[i], pairs);
    }
    const struct ids *found = &pairs[pairs[HEXADECIMAL].trace && pairs[HEXADECIMAL].span ? HEXADECIMAL : DECIMAL];
    if (!found->trace || !found->span) {
        return RC_GO_NONE;
    }
    *out = found->context;
    out->valid = 1;
    out->trace_flags = 1;
    return RC_GO_FOUND;
}

enum rc_go_labels rc_go_labels_read(const struct rc_space *memory, const struct rc_go_layout *layout, uint64_t pointer,
                                    struct rc_thread_context *out) {
    uint8_t machine_bytes[MOST_MACHINE];
    uint64_t running = 0;
    uint64_t machine = 0;
    uint64_t system = 0; // m.g0, on whose stack the runtime itself runs
    uint64_t goroutine = 0;
    uint64_t set = 0;
    if (!rc_space_copy(memory, pointer + (uint64_t)layout->slot, &running, sizeof running)) {
        return RC_GO_UNREADABLE;
    }
    if (running == 0) {
        return RC_GO_NONE; // a thread of C
    }
    if (!rc_space_copy(memory, running + layout->machine, &machine, sizeof machine)) {
        return RC_GO_UNREADABLE;
    }
    if (machine == 0) {
        return RC_GO_NONE;
    }
    if (!rc_space_copy(memory, machine, machine_bytes, layout->goroutine + sizeof goroutine)) {
        return RC_GO_UNREADABLE;
    }
    memcpy(&system, machine_bytes, sizeof system);
    memcpy(&goroutine, machine_bytes + layout->goroutine, sizeof goroutine);
    // In a handler of a signal it is neither: what it says is of the goroutine that was interrupted, and not of the
    // call.
    if (goroutine == 0 || (running != goroutine && running != system)) {
        return RC_GO_NONE;
    }
    if (!rc_space_copy(memory, goroutine + layout->labels, &set, sizeof set)) {
        return RC_GO_UNREADABLE;
    }
    return set == 0 ? RC_GO_NONE : read_labels(memory, set, out);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The program whose files the targets elf and requests begin with: inlined functions, line numbers, and names from
// several units.
static volatile int sink;

static inline __attribute__((always_inline)) int inner(int value) {
    sink = value;
    return value * 3;
}

__attribute__((noinline)) int middle(int value) {
    if (value > 2) {
        return inner(value) + inner(value - 1);
    }
    return sink;
}

int outer(int value) {
    sink++;
    return middle(value) + middle(value + 1);
}

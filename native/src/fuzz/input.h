// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the fuzz targets share.
#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Unlike assert() it stays in every build, and the sanitizer's report shows where.
#define REQUIRE(holds) \
    do { \
        if (!(holds)) { \
            abort(); \
        } \
    } while (0)

// libFuzzer's entry points.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

// The input as a text in a block of its own, so that a read behind its NUL is found. To be freed.
static inline char *input_text(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    REQUIRE(text != NULL);
    if (size != 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    return text;
}

// Takes bytes from an input's start; zeros where there are none left.
struct input {
    const uint8_t *at;
    size_t left;
};

static inline size_t input_take(struct input *input, void *out, size_t size) {
    const size_t taken = size < input->left ? size : input->left;
    memset(out, 0, size);
    if (taken != 0) {
        memcpy(out, input->at, taken);
        input->at += taken;
        input->left -= taken;
    }
    return taken;
}

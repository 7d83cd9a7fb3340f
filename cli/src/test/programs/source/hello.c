// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <unistd.h>

static __attribute__((noinline)) int greet(const char *text) {
    return write(1, text, strlen(text)) < 0;
}

int main(void) {
    return greet("hello\n");
}

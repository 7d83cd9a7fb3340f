// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

static inline __attribute__((always_inline)) void inner(void) {
    write(1, "x", 1);
}

int main(void) {
    inner();
    return 0;
}

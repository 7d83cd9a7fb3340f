// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

void say(void);

void say(void) {
    write(1, "x", 1);
}

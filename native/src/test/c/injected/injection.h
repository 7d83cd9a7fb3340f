// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Which site is to fail, and what became of that: shared by the processes of a run, since the engine forks.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { INJECTED_SITES = 512 };

struct injection {
    _Atomic int site;   // -1: none
    _Atomic int error;  // errno
    _Atomic long at;    // at the so-manieth time it is reached, from 0
    _Atomic int times;  // so often in a row, of ptrace requests that resume a task or stop it
    _Atomic bool on;   // counting and failing
    _Atomic long fired;
    _Atomic long reached[INJECTED_SITES];
};

struct injected_site;

// From here on; NULL: none.
void injection_use(struct injection *injection);
size_t injection_sites(void);
const struct injected_site *injection_site(size_t index);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A place in the engine's source that can be made to fail.
#pragma once

#include <stdbool.h>

enum injected_kind {
    INJECTED_CALL,   // a system call: each errno in turn
    INJECTED_MEMORY, // ENOMEM alone
    INJECTED_FREE,   // releases something, and does so even if it fails (close(2))
};

struct __attribute__((aligned(32))) injected_site { // as far apart in their section as they are long
    const char *file;
    const char *function; // of libc
    int line;
    enum injected_kind kind;
};

// Whether the call at this site is to fail now; sets errno then.
bool injected_fails(const struct injected_site *site);
// The same of a ptrace request.
bool injected_request_fails(const struct injected_site *site, int request);

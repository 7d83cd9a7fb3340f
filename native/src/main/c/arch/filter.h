// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A seccomp filter that stops a launched program at the calls a plan wants, and at no others.
#pragma once

#include <linux/filter.h>
#include <stdbool.h>

#include "capture.h"

// The data of our SECCOMP_RET_TRACE: distinguishes its stops from those of a filter that the program installs itself,
// whose data wins.
enum { RC_FILTER_MARK = 0x5243 };

struct rc_filter {
    unsigned short length;
    struct sock_filter code[BPF_MAXINSNS];
};

// Compiles a session's plan. Also stops at the few calls the engine needs to see (filter.c). Returns NULL if a filter
// would save nothing (all calls are wanted) or be too long, or if memory is short: then every call must be traced.
// Freed with free().
struct rc_filter *rc_filter_of(const struct rc_options *options);

// Installs a filter in the calling process, for good. Async-signal-safe. Without CAP_SYS_ADMIN this needs no_new_privs,
// which is then set: under a tracer without privileges no followed child gains rights from a setuid program anyway.
// Returns 0 or an errno value.
int rc_filter_install(const struct rc_filter *filter);

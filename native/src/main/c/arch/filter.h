// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A seccomp filter that stops a launched program at the calls a plan wants, and at no other.
#pragma once

#include <linux/filter.h>
#include <stdbool.h>

#include "capture.h"

// Data of every SECCOMP_RET_TRACE of ours: tells its stops from those of a filter that the program itself installs,
// whose data wins.
enum { RC_FILTER_MARK = 0x5243 };

struct rc_filter {
    unsigned short length;
    struct sock_filter code[BPF_MAXINSNS];
};

// Compiles a session's plan. Also stops at the few calls the engine needs to see (filter.c). Returns NULL where a
// filter cannot spare anything (all calls are wanted), would be too long, or memory is short: every call is to be
// traced then. Freed with free().
struct rc_filter *rc_filter_of(const struct rc_options *options);

// Installs a filter in the calling process, for good. Async-signal-safe. Without CAP_SYS_ADMIN that needs no_new_privs,
// which is set then: no followed child runs a setuid program as such under a tracer without privileges anyway. Returns
// 0 or an errno value.
int rc_filter_install(const struct rc_filter *filter);

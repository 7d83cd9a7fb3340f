// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The sites of this program, and the one that fails. Built without inject.h's macros.
#define _GNU_SOURCE
#include <errno.h>
#include <sys/ptrace.h>

#include "injection.h"
#include "site.h"

extern const struct injected_site __start_injected_sites[];
extern const struct injected_site __stop_injected_sites[];

static struct injection *injection;

void injection_use(struct injection *used) {
    injection = used;
}

size_t injection_sites(void) {
    return (size_t)(__stop_injected_sites - __start_injected_sites);
}

const struct injected_site *injection_site(size_t index) {
    return &__start_injected_sites[index];
}

// A site is given up to fail but once, a request that resumes a task or stops it so often in a row: there must be
// another way.
static bool may_fail_again(int request) {
    return request == PTRACE_CONT || request == PTRACE_SYSCALL || request == PTRACE_DETACH ||
           request == PTRACE_LISTEN || request == PTRACE_INTERRUPT || request == PTRACE_GET_SYSCALL_INFO;
}

bool injected_request_fails(const struct injected_site *site, int request) {
    static _Thread_local int more;
    if (injected_fails(site)) {
        more = may_fail_again(request) ? injection->times - 1 : 0;
        return true;
    }
    if (more == 0 || !may_fail_again(request)) {
        return false;
    }
    more--;
    errno = injection->error;
    return true;
}

bool injected_fails(const struct injected_site *site) {
    if (injection == NULL || !injection->on) {
        return false;
    }
    const int index = (int)(site - __start_injected_sites);
    const long before = atomic_fetch_add(&injection->reached[index], 1);
    if (injection->site != index || before != injection->at) {
        return false;
    }
    injection->fired++;
    errno = injection->error;
    return true;
}

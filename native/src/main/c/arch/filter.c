// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// From a plan to a seccomp filter: for each table of calls, a binary search over the ranges of numbers that are treated
// alike.
//
// It uses only instructions that the kernel can evaluate when the filter is installed (seccomp_is_const_allow): for a
// number that it finds to be always allowed, the kernel never runs the filter.
#define _GNU_SOURCE
#include "arch/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/arch.h"
#include "arch/plan.h"
#include "capture.h"

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

enum { X32_BIT = 0x40000000, MAX_RANGES = RC_TABLE_SIZE + 1 };

enum verdict { ALLOW, TRACE, TRACE_IF_ASKED };

// Numbers from `first` up to the next range.
struct range {
    uint32_t first;
    enum verdict verdict;
};

struct writer {
    struct rc_filter *filter;
    bool overflow;
};

static size_t emit(struct writer *writer, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf) {
    const size_t at = writer->filter->length;
    if (at == BPF_MAXINSNS) {
        writer->overflow = true;
        return 0;
    }
    writer->filter->code[at] = (struct sock_filter)BPF_JUMP(code, k, jt, jf);
    writer->filter->length++;
    return at;
}

static void load(struct writer *writer, size_t offset) {
    (void)emit(writer, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void decide(struct writer *writer, bool trace) {
    (void)emit(writer, BPF_RET | BPF_K, trace ? SECCOMP_RET_TRACE | RC_FILTER_MARK : SECCOMP_RET_ALLOW, 0, 0);
}

static void write_verdict(struct writer *writer, enum verdict verdict) {
    if (verdict == TRACE_IF_ASKED) { // prctl(PR_SET_SECCOMP, ...), and PR_SET_VMA, which published.c looks at
        load(writer, offsetof(struct seccomp_data, args[0])); // its lower half: both processors are little-endian
        (void)emit(writer, BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 1, 0);
        (void)emit(writer, BPF_JMP | BPF_JEQ | BPF_K, PR_SET_VMA, 0, 1);
        decide(writer, true);
    }
    decide(writer, verdict == TRACE);
}

// Continues with the following code if a value is at least k (or equal to it), otherwise jumps over it; the length of
// the jump is patched in later.
static size_t branch(struct writer *writer, uint16_t comparison, uint32_t k) {
    (void)emit(writer, BPF_JMP | comparison | BPF_K, k, 1, 0);
    return emit(writer, BPF_JMP | BPF_JA, 0, 0, 0); // conditional jumps reach only 255 instructions
}

static void land(struct writer *writer, size_t jump) {
    writer->filter->code[jump].k = (uint32_t)(writer->filter->length - jump - 1);
}

static void search(struct writer *writer, const struct range *ranges, size_t count) {
    if (count == 1) {
        write_verdict(writer, ranges[0].verdict);
        return;
    }
    const size_t lower = count / 2;
    const size_t below = branch(writer, BPF_JGE, ranges[lower].first);
    search(writer, ranges + lower, count - lower);
    land(writer, below);
    search(writer, ranges, lower);
}

static enum verdict verdict_on(const struct rc_options *options, uint32_t arch, uint32_t nr) {
    if ((rc_plan_of(&options->plan, arch, nr) & RC_PLAN_SKIP) == 0) {
        return TRACE;
    }
    const struct rc_exit_rule *rule = rc_exit_rule_of(&options->plan, arch, nr);
    if (rule != NULL && rule->failed_only == 0) {
        return TRACE; // a rule for failed calls is not worth a stop: the call is wanted only because of others
    }
    // execve: a launch begins with it. restart_syscall: it may continue a wanted call. seccomp: from then on, calls
    // that the program's own filter refuses would be missed (call.c).
    if (rc_arch_is_execve(arch, nr) || rc_arch_is_execve(arch, nr | X32_BIT) || rc_arch_is_restart_syscall(arch, nr) ||
        rc_arch_is_seccomp(arch, nr)) {
        return TRACE;
    }
    if (options->colocate && (rc_arch_is_getaffinity(arch, nr) || rc_arch_is_setaffinity(arch, nr))) {
        return TRACE; // colocate.c keeps what they read and set the program's own
    }
    static const uint64_t mapping[6] = {[2] = PROT_EXEC}; // of descriptor 0
    if (rc_arch_maps_code(arch, nr, mapping) || rc_arch_sets_thread_pointer(arch, nr)) {
        return TRACE; // mappings.c and locate.c follow where code is mapped, record.c where a thread's data is
    }
    return rc_arch_is_prctl(arch, nr) ? TRACE_IF_ASKED : ALLOW;
}

static void write_table(struct writer *writer, const struct rc_options *options, uint32_t arch) {
    struct range ranges[MAX_RANGES];
    size_t count = 0;
    for (uint32_t nr = 0; nr <= RC_TABLE_SIZE; nr++) { // RC_TABLE_SIZE stands for all numbers outside the table
        const enum verdict verdict = verdict_on(options, arch, nr);
        if (count == 0 || ranges[count - 1].verdict != verdict) {
            ranges[count++] = (struct range){.first = nr, .verdict = verdict};
        }
    }
    load(writer, offsetof(struct seccomp_data, nr));
    (void)emit(writer, BPF_ALU | BPF_AND | BPF_K, ~(uint32_t)X32_BIT, 0, 0);
    search(writer, ranges, count);
}

static void write_program(struct writer *writer, const struct rc_options *options) {
    static const uint32_t archs[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64};
    load(writer, offsetof(struct seccomp_data, arch));
    for (size_t i = 0; i < sizeof archs / sizeof archs[0]; i++) {
        if (rc_arch_abi(archs[i]) >= 0) {
            const size_t other = branch(writer, BPF_JEQ, archs[i]);
            write_table(writer, options, archs[i]);
            land(writer, other);
        }
    }
    decide(writer, (options->plan.unlisted & RC_PLAN_SKIP) == 0);
}

static bool spares_nothing(const struct rc_plan *plan) {
    bool skips = (plan->unlisted & RC_PLAN_SKIP) != 0;
    const int abi = rc_arch_abi(rc_native_arch());
    for (size_t nr = 0; nr < RC_TABLE_SIZE && !skips; nr++) {
        skips = (plan->table[abi][nr] & RC_PLAN_SKIP) != 0;
    }
    return !skips;
}

struct rc_filter *rc_filter_of(const struct rc_options *options) {
    if (spares_nothing(&options->plan)) {
        return NULL;
    }
    struct rc_filter *filter = calloc(1, sizeof *filter);
    if (filter == NULL) {
        return NULL;
    }
    struct writer writer = {.filter = filter};
    write_program(&writer, options);
    if (writer.overflow) {
        free(filter);
        return NULL;
    }
    return filter;
}

int rc_filter_install(const struct rc_filter *filter) {
    const struct sock_fprog program = {.len = filter->length, .filter = (struct sock_filter *)filter->code};
    // SPEC_ALLOW: otherwise older kernels turn on mitigations that slow the whole program down.
    const unsigned flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0) {
        return 0;
    }
    if (errno != EACCES) {
        return errno;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) != 0) {
        return errno;
    }
    return 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "pieces.h"

#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/syscall.h>

#include "harness.h"

size_t call_with(struct recorder *recorder, uint32_t arch, int nr, uint64_t number) {
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (event.kind == RC_CALL && event.nr == nr && event.arch == arch && event.args[0] == number) {
            return i;
        }
    }
    fail_msg("case %lu was not made", number);
    return 0;
}

#if defined(__aarch64__)
enum { ARCH = AUDIT_ARCH_AARCH64 };
#else
static const uint32_t ARCH = AUDIT_ARCH_X86_64;
#endif

size_t getppid_with(struct recorder *recorder, uint64_t number) {
    return call_with(recorder, ARCH, SYS_getppid, number);
}

size_t nth_call(struct recorder *recorder, int nr, size_t n) {
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (event.kind == RC_CALL && event.nr == nr && n-- == 0) {
            return i;
        }
    }
    fail_msg("call %d was made too few times", nr);
    return 0;
}

size_t piece_count(struct recorder *recorder, size_t index) {
    struct rc_piece piece;
    size_t count = 0;
    while (recorder_piece(recorder, index, count, &piece) != NULL) {
        count++;
    }
    return count;
}

const uint8_t *expect_piece(struct recorder *recorder, size_t index, size_t n, enum rc_part part, unsigned flags,
                            size_t length) {
    struct rc_piece piece = {0};
    const uint8_t *bytes = recorder_piece(recorder, index, n, &piece);
    assert_non_null(bytes);
    assert_int_equal(piece.part, part);
    assert_int_equal(piece.flags, flags);
    assert_int_equal(piece.length, length);
    assert_int_equal(piece.error, (flags & GONE) != 0 ? EFAULT : 0);
    return bytes;
}

void expect_text(struct recorder *recorder, size_t index, size_t n, enum rc_part part, unsigned flags,
                 const char *text) {
    assert_memory_equal(expect_piece(recorder, index, n, part, flags, strlen(text)), text, strlen(text));
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Records are counted however many there are, and as many bytes of them are read as there is room for. The program is
// tracees/calls/nested.c, whose pread64 returns them.
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>

#include "capture.h"
#include "harness.h"
#include "pieces.h"
#include "ring/event.h"
#include "tracee/tasks.h"

enum { FIELD = 16, RECORD = 24, CALLS = 8, WALKED = 1 << 20 };

static struct recorder *trace(uint8_t flags) {
    const struct rc_read read = {
        .arg = 1,
        .when = RC_READ_AT_EXIT,
        .shape = RC_SHAPE_RECORDS,
        .length = RC_LENGTH_RESULT,
        .field = FIELD,
        .flags = flags,
    };
    struct rc_options options = default_options();
    plan_reads(&options, RC_ABI_NATIVE, SYS_pread64, &read, 1);
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "nested", NULL);
    recorder_finish(recorder);
    assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
    return recorder;
}

// The n-th of the program's own calls; its C library makes some before.
static size_t own_call(struct recorder *recorder, size_t n) {
    return nth_call(recorder, SYS_pread64, count_events(recorder, RC_CALL, -1, SYS_pread64) - CALLS + n);
}

static void expect_count(struct recorder *recorder, size_t call, size_t piece, unsigned flags, uint32_t count) {
    uint32_t found = 0;
    memcpy(&found, expect_piece(recorder, call, piece, RC_PART_COUNT, flags, sizeof found), sizeof found);
    assert_int_equal(found, count);
}

static void all_records_are_counted(void **state) {
    (void)state;
    struct recorder *recorder = trace(0);
    expect_count(recorder, own_call(recorder, 0), 0, LATE, 3);
    expect_count(recorder, own_call(recorder, 1), 0, LATE, 2500);
    expect_count(recorder, own_call(recorder, 6), 0, LATE, 0);
    expect_count(recorder, own_call(recorder, 7), 0, LATE, 5000);
    for (size_t i = 0; i < CALLS; i++) {
        assert_int_equal(piece_count(recorder, own_call(recorder, i)), 1);
    }
    recorder_close(recorder);
}

static void records_that_cannot_be_counted_are_at_least_so_many(void **state) {
    (void)state;
    struct recorder *recorder = trace(0);
    expect_count(recorder, own_call(recorder, 2), 0, CUT | LATE, WALKED / RECORD + 1);
    expect_count(recorder, own_call(recorder, 3), 0, CUT | LATE, 2); // the next one has no length
    expect_count(recorder, own_call(recorder, 4), 0, LATE, 3);       // the last one says that it goes beyond the end
    expect_count(recorder, own_call(recorder, 5), 0, CUT | LATE, 2);
    recorder_close(recorder);
}

static void the_first_bytes_of_records_are_read_where_they_are_wanted(void **state) {
    (void)state;
    struct recorder *recorder = trace(RC_READ_CONTENTS);
    (void)expect_piece(recorder, own_call(recorder, 0), 0, RC_PART_DATA, LATE, 3 * RECORD);
    expect_count(recorder, own_call(recorder, 0), 1, LATE, 3);
    (void)expect_piece(recorder, own_call(recorder, 1), 0, RC_PART_DATA, CUT | LATE, RC_DATA_BYTES - sizeof(uint32_t));
    expect_count(recorder, own_call(recorder, 1), 1, LATE, 2500);
    (void)expect_piece(recorder, own_call(recorder, 6), 0, RC_PART_DATA, LATE, 0);
    recorder_close(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_records_are_counted),
        cmocka_unit_test(records_that_cannot_be_counted_are_at_least_so_many),
        cmocka_unit_test(the_first_bytes_of_records_are_read_where_they_are_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Pointers in what an argument points to are followed, and a struct may say itself how long it is. The numbers of cases
// are those of tracees/calls/nested.c.
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>

#include "capture.h"
#include "harness.h"
#include "pieces.h"
#include "ring/event.h"
#include "tracee/tasks.h"

enum { POINTED_BY = 1, LENGTH = 2, STRUCT = 16, POINTER = 8, ELEMENT_NUMBER = 7 };
// A uint16_t that says how many uint32_t the pointer behind it points to.
static const struct rc_read indirect = {
    .arg = POINTED_BY,
    .when = RC_READ_AT_ENTRY,
    .shape = RC_SHAPE_INDIRECT,
    .of = ELEMENT_NUMBER,
    .unit = STRUCT,
    .count = sizeof(uint32_t),
    .field = POINTER,
    .count_width = sizeof(uint16_t),
};

static struct recorder *trace(const struct rc_read *reads, size_t count) {
    struct rc_options options = default_options();
    plan_reads(&options, RC_ABI_NATIVE, SYS_getppid, reads, count);
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "nested", NULL);
    recorder_finish(recorder);
    assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
    return recorder;
}

static void what_a_field_points_to_is_read(void **state) {
    (void)state;
    static const uint32_t three[] = {1, 2, 3};
    struct recorder *recorder = trace(&indirect, 1);
    const size_t good = getppid_with(recorder, 0);
    (void)expect_piece(recorder, good, 0, RC_PART_DATA, 0, STRUCT);
    assert_memory_equal(expect_piece(recorder, good, 1, RC_PART_ELEMENT, 0, sizeof three), three, sizeof three);
    struct rc_piece piece;
    (void)recorder_piece(recorder, good, 1, &piece);
    assert_int_equal(piece.index, ELEMENT_NUMBER);
    (void)expect_piece(recorder, getppid_with(recorder, 1), 1, RC_PART_ELEMENT, GONE, 0);
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 2)), 1); // NULL says it all
    (void)expect_piece(recorder, getppid_with(recorder, 3), 1, RC_PART_ELEMENT, 0, 0);
    (void)expect_piece(recorder, getppid_with(recorder, 4), 1, RC_PART_ELEMENT, CUT, RC_DATA_BYTES - STRUCT);
    expect_text(recorder, getppid_with(recorder, 5), 1, RC_PART_ELEMENT, CUT, "12345678");
    (void)expect_piece(recorder, getppid_with(recorder, 6), 1, RC_PART_ELEMENT, 0, 8 * sizeof(uint32_t));
    (void)expect_piece(recorder, getppid_with(recorder, 7), 0, RC_PART_DATA, CUT, 4);
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 7)), 1);
    recorder_close(recorder);
}

static void output_is_where_the_struct_said_at_entry(void **state) {
    (void)state;
    struct rc_read reads[] = {indirect, indirect};
    reads[0].shape = RC_SHAPE_BYTES;
    reads[0].of = 0;
    reads[0].count = 1;
    reads[0].count_width = 0;
    reads[1].when = RC_READ_AT_EXIT;
    reads[1].count_width = 0; // there is one
    struct recorder *recorder = trace(reads, 2);
    const size_t good = getppid_with(recorder, 0);
    (void)expect_piece(recorder, good, 0, RC_PART_DATA, 0, STRUCT);
    (void)expect_piece(recorder, good, 1, RC_PART_ELEMENT, LATE, sizeof(uint32_t));
    assert_int_equal(piece_count(recorder, good), 2);
    recorder_close(recorder);
}

static void what_each_pointer_of_an_array_points_to_is_read(void **state) {
    (void)state;
    const struct rc_read read = {
        .arg = POINTED_BY,
        .when = RC_READ_AT_ENTRY,
        .shape = RC_SHAPE_POINTERS,
        .length = RC_LENGTH_ARGUMENT,
        .of = LENGTH,
        .unit = sizeof(void *),
        .field = 12,
    };
    struct recorder *recorder = trace(&read, 1);
    const size_t few = getppid_with(recorder, 10);
    (void)expect_piece(recorder, few, 0, RC_PART_VECTOR, 0, 5 * sizeof(void *));
    (void)expect_piece(recorder, few, 1, RC_PART_ELEMENT, 0, 12);
    (void)expect_piece(recorder, few, 2, RC_PART_ELEMENT, GONE, 0);
    (void)expect_piece(recorder, few, 3, RC_PART_ELEMENT, CUT, 4);
    (void)expect_piece(recorder, few, 4, RC_PART_ELEMENT, 0, 12);
    struct rc_piece piece;
    (void)recorder_piece(recorder, few, 4, &piece);
    assert_int_equal(piece.index, 4);
    const size_t many = getppid_with(recorder, 11);
    (void)expect_piece(recorder, many, 0, RC_PART_VECTOR, CUT, 1024);
    assert_int_equal(piece_count(recorder, many), RC_DATA_PIECES - RC_READS_OF_CALL);
    (void)expect_piece(recorder, getppid_with(recorder, 12), 0, RC_PART_VECTOR, CUT, 1024);
    (void)expect_piece(recorder, getppid_with(recorder, 13), 0, RC_PART_VECTOR, GONE, 0);
    recorder_close(recorder);
}

static void a_struct_may_say_how_long_it_is(void **state) {
    (void)state;
    struct rc_read read = {
        .arg = POINTED_BY,
        .when = RC_READ_AT_ENTRY,
        .length = RC_LENGTH_FIELD,
        .unit = 1,
        .count = 8,
    };
    struct recorder *recorder = trace(&read, 1);
    assert_memory_equal(expect_piece(recorder, getppid_with(recorder, 20), 0, RC_PART_DATA, 0, 13) + 8, "abcde", 5);
    (void)expect_piece(recorder, getppid_with(recorder, 21), 0, RC_PART_DATA, GONE, 0);
    recorder_close(recorder);
    read.of = 4;
    recorder = trace(&read, 1);
    (void)expect_piece(recorder, getppid_with(recorder, 20), 0, RC_PART_DATA, CUT, RC_DATA_BYTES);
    recorder_close(recorder);
}

static void what_ends_without_a_nul_is_no_string(void **state) {
    (void)state;
    const struct rc_read read = {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRING};
    struct recorder *recorder = trace(&read, 1);
    expect_text(recorder, getppid_with(recorder, 22), 0, RC_PART_DATA, GONE, "");
    recorder_close(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_field_points_to_is_read),
        cmocka_unit_test(output_is_where_the_struct_said_at_entry),
        cmocka_unit_test(what_each_pointer_of_an_array_points_to_is_read),
        cmocka_unit_test(a_struct_may_say_how_long_it_is),
        cmocka_unit_test(what_ends_without_a_nul_is_no_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

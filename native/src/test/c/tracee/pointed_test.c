// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a call's arguments point to is read as the plan says: each shape, at entry and at exit, whole, cut or
// unreadable, whatever the program has put there. The numbers of cases are those of tracees/calls/pointed.c.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "pieces.h"
#include "ring/event.h"
#include "session.h"
#include "tracee/tasks.h"

enum { POINTED_BY = 1, LENGTH = 2, COUNT = 3, NR_GETPPID_I386 = 64, BUFFER_LIMIT = 32 };

static struct recorder *trace_pointed(const struct rc_options *options) {
    struct recorder *recorder = recorder_open(options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "pointed", NULL);
    recorder_finish(recorder);
    assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
    return recorder;
}

// Traces the program, whose getppid has its arguments read like this.
static struct recorder *trace(const struct rc_read *reads, size_t count, uint32_t buffer_limit) {
    struct rc_options options = default_options();
    options.buffer_limit = buffer_limit;
    plan_reads(&options, RC_ABI_NATIVE, SYS_getppid, reads, count);
    return trace_pointed(&options);
}

static struct rc_read bytes(uint8_t when, uint8_t length, uint8_t of) {
    return (struct rc_read){.arg = POINTED_BY, .when = when, .length = length, .of = of};
}

static void bytes_are_read_as_many_as_an_argument_says(void **state) {
    (void)state;
    const struct rc_read read = bytes(RC_READ_AT_ENTRY, RC_LENGTH_ARGUMENT, LENGTH);
    struct recorder *recorder = trace(&read, 1, 0);
    expect_text(recorder, getppid_with(recorder, 0), 0, RC_PART_DATA, 0, "0123456789");
    expect_text(recorder, getppid_with(recorder, 1), 0, RC_PART_DATA, CUT, "last");
    expect_text(recorder, getppid_with(recorder, 2), 0, RC_PART_DATA, GONE, "");
    (void)expect_piece(recorder, getppid_with(recorder, 3), 0, RC_PART_DATA, CUT, RC_DATA_BYTES);
    expect_text(recorder, getppid_with(recorder, 4), 0, RC_PART_DATA, 0, "");
    expect_text(recorder, getppid_with(recorder, 5), 0, RC_PART_DATA, GONE, "");
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 6)), 0); // NULL says it all
    (void)expect_piece(recorder, getppid_with(recorder, 7), 0, RC_PART_DATA, CUT, RC_DATA_BYTES);
    recorder_close(recorder);
}

static void a_length_of_32_bits_has_no_upper_half(void **state) {
    (void)state;
    struct rc_read read = bytes(RC_READ_AT_ENTRY, RC_LENGTH_ARGUMENT, LENGTH);
    read.flags = RC_READ_INT_LENGTH;
    struct recorder *recorder = trace(&read, 1, 0);
    expect_text(recorder, getppid_with(recorder, 7), 0, RC_PART_DATA, 0, "01234");
    recorder_close(recorder);
}

static void bytes_are_read_as_many_as_an_argument_points_to(void **state) {
    (void)state;
    const struct rc_read read = bytes(RC_READ_AT_EXIT, RC_LENGTH_POINTED, COUNT);
    struct recorder *recorder = trace(&read, 1, 0);
    expect_text(recorder, getppid_with(recorder, 0), 0, RC_PART_DATA, LATE, "012");
    expect_text(recorder, getppid_with(recorder, 1), 0, RC_PART_DATA, GONE | LATE, ""); // half a count is none
    expect_text(recorder, getppid_with(recorder, 2), 0, RC_PART_DATA, GONE | LATE, "");
    (void)expect_piece(recorder, getppid_with(recorder, 3), 0, RC_PART_DATA, CUT | LATE, RC_DATA_BYTES);
    expect_text(recorder, getppid_with(recorder, 4), 0, RC_PART_DATA, LATE, "");
    recorder_close(recorder);
}

static void a_result_is_a_length_as_well(void **state) {
    (void)state;
    const struct rc_read read = bytes(RC_READ_AT_EXIT, RC_LENGTH_RESULT, 0);
    struct rc_options options = default_options();
    plan_reads(&options, RC_ABI_NATIVE, SYS_read, &read, 1);
    struct recorder *recorder = trace_pointed(&options);
    const size_t good = nth_call(recorder, SYS_read, count_events(recorder, RC_CALL, -1, SYS_read) - 2);
    expect_text(recorder, good, 0, RC_PART_DATA, LATE, "01234");
    // What a failed call was to write is not there.
    const size_t failed = nth_call(recorder, SYS_read, count_events(recorder, RC_CALL, -1, SYS_read) - 1);
    assert_int_equal(recorder_event(recorder, failed).result, -EBADF);
    assert_int_equal(piece_count(recorder, failed), 0);
    recorder_close(recorder);
}

static void a_result_may_be_more_than_there_was_room_for(void **state) {
    (void)state;
    struct rc_read read = bytes(RC_READ_AT_EXIT, RC_LENGTH_RESULT, LENGTH); // the result is a pid
    read.unit = 10;
    read.flags = RC_READ_BOUNDED;
    struct recorder *recorder = trace(&read, 1, 0);
    assert_true(recorder_event(recorder, getppid_with(recorder, 0)).result > 10);
    const size_t good = getppid_with(recorder, 0);
    assert_memory_equal(expect_piece(recorder, good, 0, RC_PART_DATA, CUT | LATE, 100), "0123456789", 10);
    (void)expect_piece(recorder, getppid_with(recorder, 4), 0, RC_PART_DATA, CUT | LATE, 0);
    recorder_close(recorder);
}

static void units_are_counted_and_bits_rounded_up(void **state) {
    (void)state;
    struct rc_read read = bytes(RC_READ_AT_ENTRY, RC_LENGTH_CONSTANT, 0);
    read.unit = 4;
    read.count = 2;
    struct recorder *recorder = trace(&read, 1, 0);
    expect_text(recorder, getppid_with(recorder, 0), 0, RC_PART_DATA, 0, "01234567");
    recorder_close(recorder);
    read = bytes(RC_READ_AT_ENTRY, RC_LENGTH_ARGUMENT, LENGTH);
    read.unit = 8;
    read.flags = RC_READ_BITS;
    recorder = trace(&read, 1, 0);
    (void)expect_piece(recorder, getppid_with(recorder, 0), 0, RC_PART_DATA, 0, 8); // 10 bits are two bytes of a word
    (void)expect_piece(recorder, getppid_with(recorder, 4), 0, RC_PART_DATA, 0, 0);
    (void)expect_piece(recorder, getppid_with(recorder, 3), 0, RC_PART_DATA, CUT, RC_DATA_BYTES);
    recorder_close(recorder);
    read.flags = 0;
    read.unit = UINT16_MAX; // times 2^63 is more than there are addresses
    recorder = trace(&read, 1, 0);
    (void)expect_piece(recorder, getppid_with(recorder, 3), 0, RC_PART_DATA, CUT, RC_DATA_BYTES);
    recorder_close(recorder);
}

static void what_is_input_and_output_is_read_twice(void **state) {
    (void)state;
    const struct rc_read read = bytes(RC_READ_AT_ENTRY | RC_READ_AT_EXIT, RC_LENGTH_ARGUMENT, LENGTH);
    struct recorder *recorder = trace(&read, 1, 0);
    expect_text(recorder, getppid_with(recorder, 0), 0, RC_PART_DATA, 0, "0123456789");
    expect_text(recorder, getppid_with(recorder, 0), 1, RC_PART_DATA, LATE, "0123456789");
    // Each has its half of the room.
    (void)expect_piece(recorder, getppid_with(recorder, 3), 0, RC_PART_DATA, CUT, RC_DATA_BYTES / 2);
    (void)expect_piece(recorder, getppid_with(recorder, 3), 1, RC_PART_DATA, CUT | LATE, RC_DATA_BYTES / 2);
    recorder_close(recorder);
}

static void contents_are_read_up_to_the_limit_of_a_buffer(void **state) {
    (void)state;
    struct rc_read read = bytes(RC_READ_AT_ENTRY, RC_LENGTH_ARGUMENT, LENGTH);
    read.flags = RC_READ_CONTENTS;
    struct recorder *recorder = trace(&read, 1, 4);
    expect_text(recorder, getppid_with(recorder, 0), 0, RC_PART_DATA, CUT, "0123");
    recorder_close(recorder);
    recorder = trace(&read, 1, 0);
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 0)), 0);
    recorder_close(recorder);
}

static void the_strings_of_an_array_are_read(void **state) {
    (void)state;
    const struct rc_read read = {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRINGS};
    struct recorder *recorder = trace(&read, 1, 0);
    const size_t few = getppid_with(recorder, 10);
    (void)expect_piece(recorder, few, 0, RC_PART_VECTOR, 0, 4 * sizeof(char *));
    expect_text(recorder, few, 1, RC_PART_ELEMENT, 0, "one");
    expect_text(recorder, few, 2, RC_PART_ELEMENT, 0, "");
    expect_text(recorder, few, 3, RC_PART_ELEMENT, GONE, "");
    expect_text(recorder, few, 4, RC_PART_ELEMENT, 0, "four");
    struct rc_piece piece;
    (void)recorder_piece(recorder, few, 4, &piece);
    assert_int_equal(piece.index, 3);
    assert_int_equal(piece_count(recorder, few), 5);
    const size_t many = getppid_with(recorder, 11);
    (void)expect_piece(recorder, many, 0, RC_PART_VECTOR, CUT, 64 * sizeof(char *));
    assert_int_equal(piece_count(recorder, many), 1 + 32);
    (void)expect_piece(recorder, getppid_with(recorder, 13), 0, RC_PART_VECTOR, CUT, 2 * sizeof(char *));
    expect_text(recorder, getppid_with(recorder, 13), 2, RC_PART_ELEMENT, 0, "two");
    (void)expect_piece(recorder, getppid_with(recorder, 14), 0, RC_PART_VECTOR, GONE, 0);
    (void)expect_piece(recorder, getppid_with(recorder, 15), 0, RC_PART_VECTOR, 0, 0);
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 15)), 1);
    recorder_close(recorder);
}

static void expect_count(struct recorder *recorder, size_t index, uint32_t count, uint32_t error) {
    struct rc_pointer_count got;
    memcpy(&got, expect_piece(recorder, index, 0, RC_PART_DATA, 0, sizeof got), sizeof got);
    assert_int_equal(got.count, count);
    assert_int_equal(got.error, error);
    assert_int_equal(piece_count(recorder, index), 1);
}

static void of_pointers_the_number_alone_may_be_read(void **state) {
    (void)state;
    const struct rc_read read = {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_POINTER_COUNT};
    struct recorder *recorder = trace(&read, 1, 0);
    expect_count(recorder, getppid_with(recorder, 10), 4, 0);
    expect_count(recorder, getppid_with(recorder, 11), 300, 0);
    expect_count(recorder, getppid_with(recorder, 13), 2, EFAULT);
    expect_count(recorder, getppid_with(recorder, 14), 0, EFAULT);
    expect_count(recorder, getppid_with(recorder, 15), 0, 0);
    recorder_close(recorder);
}

static size_t bytes_in(struct recorder *recorder, size_t index) {
    struct rc_piece piece;
    size_t sum = 0;
    for (size_t n = 0; recorder_piece(recorder, index, n, &piece) != NULL; n++) {
        sum += piece.length;
    }
    return sum;
}

static void all_of_a_call_together_is_bounded(void **state) {
    (void)state;
    const struct rc_read twice[] = {
        {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRINGS},
        {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRINGS},
    };
    struct recorder *recorder = trace(twice, 2, 0);
    const size_t longer = getppid_with(recorder, 12);
    (void)expect_piece(recorder, longer, 0, RC_PART_VECTOR, CUT, 17 * sizeof(char *));
    assert_true(bytes_in(recorder, longer) <= RC_DATA_BYTES);
    assert_true(bytes_in(recorder, longer) > RC_DATA_BYTES - 8);
    const size_t many = getppid_with(recorder, 11);
    assert_int_equal(piece_count(recorder, many), RC_DATA_PIECES - RC_READS_OF_CALL);
    (void)expect_piece(recorder, many, 33, RC_PART_VECTOR, CUT, 64 * sizeof(char *)); // that of the second read
    recorder_close(recorder);
}

static const struct rc_read vectors = {
    .arg = POINTED_BY,
    .when = RC_READ_AT_ENTRY,
    .shape = RC_SHAPE_IOVEC,
    .length = RC_LENGTH_ARGUMENT,
    .of = LENGTH,
    .flags = RC_READ_CONTENTS,
    .unit = sizeof(struct iovec),
};

static void the_buffers_of_an_iovec_are_read(void **state) {
    (void)state;
    struct recorder *recorder = trace(&vectors, 1, BUFFER_LIMIT);
    const size_t three = getppid_with(recorder, 20);
    (void)expect_piece(recorder, three, 0, RC_PART_VECTOR, 0, 3 * sizeof(struct iovec));
    expect_text(recorder, three, 1, RC_PART_ELEMENT, 0, "01");
    expect_text(recorder, three, 2, RC_PART_ELEMENT, GONE, "");
    expect_text(recorder, three, 3, RC_PART_ELEMENT, 0, "23456789");
    const size_t lying = getppid_with(recorder, 21);
    (void)expect_piece(recorder, lying, 1, RC_PART_ELEMENT, CUT, BUFFER_LIMIT);
    (void)expect_piece(recorder, lying, 2, RC_PART_ELEMENT, GONE, 0);
    const size_t itself = getppid_with(recorder, 22);
    (void)expect_piece(recorder, itself, 2, RC_PART_ELEMENT, 0, 2 * sizeof(struct iovec));
    assert_int_equal(piece_count(recorder, itself), 3);
    for (uint64_t number = 23; number <= 24; number++) { // 2^31 and 2^64 - 1 of them
        const size_t many = getppid_with(recorder, number);
        (void)expect_piece(recorder, many, 0, RC_PART_VECTOR, CUT, 1024);
        assert_int_equal(piece_count(recorder, many), RC_DATA_PIECES - RC_READS_OF_CALL);
    }
    (void)expect_piece(recorder, getppid_with(recorder, 25), 0, RC_PART_VECTOR, GONE, 0);
    recorder_close(recorder);
    recorder = trace(&vectors, 1, 0);
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 20)), 1);
    recorder_close(recorder);
}

static void what_a_message_points_to_is_read(void **state) {
    (void)state;
    const struct rc_read read = {
        .arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_MESSAGE, .flags = RC_READ_CONTENTS};
    struct recorder *recorder = trace(&read, 1, BUFFER_LIMIT);
    const size_t whole = getppid_with(recorder, 30);
    (void)expect_piece(recorder, whole, 0, RC_PART_DATA, 0, sizeof(struct msghdr));
    expect_text(recorder, whole, 1, RC_PART_NAME, 0, "0123");
    expect_text(recorder, whole, 2, RC_PART_CONTROL, 0, "012345");
    (void)expect_piece(recorder, whole, 3, RC_PART_VECTOR, 0, 2 * sizeof(struct iovec));
    expect_text(recorder, whole, 4, RC_PART_ELEMENT, 0, "01");
    expect_text(recorder, whole, 5, RC_PART_ELEMENT, 0, "23456789");
    const size_t itself = getppid_with(recorder, 31);
    (void)expect_piece(recorder, itself, 1, RC_PART_NAME, 0, sizeof(struct msghdr));
    (void)expect_piece(recorder, itself, 3, RC_PART_VECTOR, 0, 2 * sizeof(struct iovec));
    assert_true(piece_count(recorder, itself) <= 6);
    const size_t lying = getppid_with(recorder, 32);
    (void)expect_piece(recorder, lying, 1, RC_PART_NAME, GONE, 0);
    (void)expect_piece(recorder, lying, 2, RC_PART_CONTROL, CUT, RC_DATA_BYTES - sizeof(struct msghdr));
    assert_int_equal(piece_count(recorder, lying), 3);
    (void)expect_piece(recorder, lying, 0, RC_PART_DATA, CUT, sizeof(struct msghdr)); // the vector was left out
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 33)), 1);
    (void)expect_piece(recorder, getppid_with(recorder, 34), 0, RC_PART_DATA, CUT, 20);
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 34)), 1);
    recorder_close(recorder);
}

static void what_several_messages_point_to_is_read(void **state) {
    (void)state;
    const struct rc_read read = {
        .arg = POINTED_BY,
        .when = RC_READ_AT_ENTRY,
        .shape = RC_SHAPE_MESSAGES,
        .length = RC_LENGTH_ARGUMENT,
        .of = LENGTH,
        .flags = RC_READ_CONTENTS,
        .unit = sizeof(struct mmsghdr),
    };
    struct recorder *recorder = trace(&read, 1, BUFFER_LIMIT);
    const size_t two = getppid_with(recorder, 35);
    (void)expect_piece(recorder, two, 0, RC_PART_DATA, 0, 2 * sizeof(struct mmsghdr));
    expect_text(recorder, two, 1, RC_PART_NAME, 0, "0123");
    expect_text(recorder, two, 4, RC_PART_ELEMENT, 0, "23456789");
    (void)expect_piece(recorder, two, 5, RC_PART_VECTOR, 0, sizeof(struct iovec));
    expect_text(recorder, two, 6, RC_PART_ELEMENT, 0, "01");
    struct rc_piece piece;
    (void)recorder_piece(recorder, two, 4, &piece);
    assert_int_equal(piece.index, 1);
    (void)recorder_piece(recorder, two, 6, &piece);
    assert_int_equal(piece.index, 1 << 8);
    (void)expect_piece(recorder, getppid_with(recorder, 36), 0, RC_PART_DATA, CUT, 1024);
    recorder_close(recorder);
}

static void structs_of_32_bits_are_read_as_such(void **state) {
    (void)state;
    need_32_bit_programs();
    struct rc_read read = vectors;
    read.flags |= RC_READ_COMPAT;
    read.unit = 8;
    struct rc_options options = default_options();
    options.buffer_limit = BUFFER_LIMIT;
    plan_reads(&options, RC_ABI_I386, NR_GETPPID_I386, &read, 1);
    struct recorder *recorder = trace_pointed(&options);
    size_t call = call_with(recorder, AUDIT_ARCH_I386, NR_GETPPID_I386, 40);
    (void)expect_piece(recorder, call, 0, RC_PART_VECTOR, 0, 16);
    expect_text(recorder, call, 1, RC_PART_ELEMENT, 0, "com");
    expect_text(recorder, call, 2, RC_PART_ELEMENT, 0, "pat");
    recorder_close(recorder);
    read.shape = RC_SHAPE_MESSAGE;
    plan_reads(&options, RC_ABI_I386, NR_GETPPID_I386, &read, 1);
    recorder = trace_pointed(&options);
    call = call_with(recorder, AUDIT_ARCH_I386, NR_GETPPID_I386, 41);
    (void)expect_piece(recorder, call, 0, RC_PART_DATA, 0, 28);
    expect_text(recorder, call, 1, RC_PART_NAME, 0, "comp");
    expect_text(recorder, call, 2, RC_PART_CONTROL, 0, "compa");
    (void)expect_piece(recorder, call, 3, RC_PART_VECTOR, 0, 16);
    expect_text(recorder, call, 5, RC_PART_ELEMENT, 0, "pat");
    recorder_close(recorder);
    read.shape = RC_SHAPE_STRINGS;
    plan_reads(&options, RC_ABI_I386, NR_GETPPID_I386, &read, 1);
    recorder = trace_pointed(&options);
    call = call_with(recorder, AUDIT_ARCH_I386, NR_GETPPID_I386, 42);
    (void)expect_piece(recorder, call, 0, RC_PART_VECTOR, 0, 8);
    expect_text(recorder, call, 2, RC_PART_ELEMENT, 0, "pat");
    recorder_close(recorder);
}

static void what_real_calls_wrote_is_read(void **state) {
    (void)state;
    struct rc_options options = default_options();
    options.buffer_limit = BUFFER_LIMIT;
    const struct rc_read pipe = {.when = RC_READ_AT_EXIT, .unit = sizeof(int), .count = 2};
    plan_reads(&options, RC_ABI_NATIVE, SYS_pipe2, &pipe, 1);
    struct rc_read vector = vectors;
    vector.when = RC_READ_AT_EXIT;
    plan_reads(&options, RC_ABI_NATIVE, SYS_readv, &vector, 1);
    struct recorder *recorder = trace_pointed(&options);
    int ends[2];
    const size_t made = nth_call(recorder, SYS_pipe2, 0);
    memcpy(ends, expect_piece(recorder, made, 0, RC_PART_DATA, LATE, sizeof ends), sizeof ends);
    assert_int_equal(recorder_event(recorder, nth_call(recorder, SYS_readv, 0)).args[0], ends[0]);
    const size_t readv = nth_call(recorder, SYS_readv, 0); // 7 bytes into room for 4 and 8
    expect_text(recorder, readv, 1, RC_PART_ELEMENT, LATE, "0123");
    expect_text(recorder, readv, 2, RC_PART_ELEMENT, LATE, "456");
    recorder_close(recorder);
}

static void no_more_is_read_than_there_was_room_for(void **state) {
    (void)state;
    struct rc_options options = default_options();
    options.buffer_limit = BUFFER_LIMIT;
    const struct rc_read name[] = {
        {.arg = 2, .when = RC_READ_AT_ENTRY | RC_READ_AT_EXIT, .unit = sizeof(socklen_t), .count = 1},
        {.arg = 1, .when = RC_READ_AT_EXIT, .length = RC_LENGTH_POINTED, .of = 2},
    };
    plan_reads(&options, RC_ABI_NATIVE, SYS_getsockname, name, 2);
    const struct rc_read message = {
        .arg = 1,
        .when = RC_READ_AT_ENTRY | RC_READ_AT_EXIT,
        .shape = RC_SHAPE_MESSAGE,
        .flags = RC_READ_CONTENTS,
    };
    plan_reads(&options, RC_ABI_NATIVE, SYS_recvmsg, &message, 1);
    struct recorder *recorder = trace_pointed(&options);
    const size_t whole = nth_call(recorder, SYS_getsockname, 0);
    (void)expect_piece(recorder, whole, 0, RC_PART_DATA, 0, sizeof(socklen_t));
    (void)expect_piece(recorder, whole, 1, RC_PART_DATA, LATE, sizeof(socklen_t));
    (void)expect_piece(recorder, whole, 2, RC_PART_DATA, LATE, sizeof(struct sockaddr_in));
    const size_t little = nth_call(recorder, SYS_getsockname, 1);
    (void)expect_piece(recorder, little, 2, RC_PART_DATA, CUT | LATE, 4);
    const size_t received = nth_call(recorder, SYS_recvmsg, 0);
    (void)expect_piece(recorder, received, 0, RC_PART_DATA, 0, sizeof(struct msghdr)); // what it points to comes later
    (void)expect_piece(recorder, received, 1, RC_PART_DATA, LATE, sizeof(struct msghdr));
    (void)expect_piece(recorder, received, 2, RC_PART_NAME, CUT | LATE, 8);
    (void)expect_piece(recorder, received, 3, RC_PART_VECTOR, LATE, 2 * sizeof(struct iovec));
    expect_text(recorder, received, 4, RC_PART_ELEMENT, LATE, "0123");
    expect_text(recorder, received, 5, RC_PART_ELEMENT, LATE, "45");
    assert_int_equal(piece_count(recorder, received), 6);
    recorder_close(recorder);
}

static void what_is_left_is_read_of_an_interrupted_call(void **state) {
    (void)state;
    struct rc_options options = default_options();
    const struct rc_read sleep[] = {
        {.arg = 0, .when = RC_READ_AT_ENTRY, .unit = sizeof(struct timespec), .count = 1},
        {.arg = 1, .when = RC_READ_INTERRUPTED, .unit = sizeof(struct timespec), .count = 1},
    };
    plan_reads(&options, RC_ABI_NATIVE, SYS_nanosleep, sleep, 2);
    struct recorder *recorder = trace_pointed(&options);
    const size_t interrupted = nth_call(recorder, SYS_nanosleep, 0);
    struct timespec left;
    memcpy(&left, expect_piece(recorder, interrupted, 1, RC_PART_DATA, LATE, sizeof left), sizeof left);
    assert_int_equal(left.tv_sec, 3599);
    const size_t whole = nth_call(recorder, SYS_nanosleep, 1);
    assert_int_equal(recorder_event(recorder, whole).result, 0);
    assert_int_equal(piece_count(recorder, whole), 1);
    recorder_close(recorder);
}

static void memory_that_changes_meanwhile_is_read_within_bounds(void **state) {
    (void)state;
    const struct rc_read read = {
        .arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_MESSAGE, .flags = RC_READ_CONTENTS};
    struct recorder *recorder = trace(&read, 1, BUFFER_LIMIT);
    size_t made = 0;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (event.kind != RC_CALL || event.nr != SYS_getppid || event.args[0] != 50) {
            continue;
        }
        made++;
        assert_true(piece_count(recorder, i) <= RC_DATA_PIECES);
        assert_true(bytes_in(recorder, i) <= RC_DATA_BYTES);
        struct msghdr header;
        memcpy(&header, expect_piece(recorder, i, 0, RC_PART_DATA, 0, sizeof header), sizeof header);
        // The name is as long as the copy says that was published.
        const bool whole = header.msg_namelen == 1;
        (void)expect_piece(recorder, i, 1, RC_PART_NAME, whole ? 0 : CUT, whole ? 1 : 128);
    }
    assert_int_equal(made, 2000);
    recorder_close(recorder);
}

static void a_read_with_a_condition_is_made_where_it_is_met(void **state) {
    (void)state;
    // The case is the first argument.
    const struct rc_read reads[] = {
        {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .count = 3, .flags = RC_READ_IF, .if_value = 0},
        {.arg = POINTED_BY, .when = RC_READ_AT_EXIT, .count = 2, .flags = RC_READ_IF, .if_value = 1},
        {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRING, .flags = RC_READ_IF, .if_value = 4},
        {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .count = 1, .flags = RC_READ_IF, .if_arg = LENGTH, .if_value = 5},
    };
    struct recorder *recorder = trace(reads, 4, 0);
    expect_text(recorder, getppid_with(recorder, 0), 0, RC_PART_DATA, 0, "012");
    expect_text(recorder, getppid_with(recorder, 1), 0, RC_PART_DATA, LATE, "la");
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 1)), 1);
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 2)), 0);
    expect_text(recorder, getppid_with(recorder, 4), 0, RC_PART_DATA, 0, "0123456789");
    expect_text(recorder, getppid_with(recorder, 7), 0, RC_PART_DATA, 0, "0"); // its lower half is 5
    recorder_close(recorder);
}

static void of_reads_with_conditions_no_more_are_made_than_there_is_room_for(void **state) {
    (void)state;
    struct rc_read reads[RC_READS_LISTED];
    for (size_t i = 0; i < RC_READS_LISTED; i++) {
        reads[i] = (struct rc_read){.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .count = 1, .flags = RC_READ_IF};
    }
    struct recorder *recorder = trace(reads, RC_READS_LISTED, 0);
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 0)), RC_READS_OF_CALL);
    recorder_close(recorder);
    for (size_t i = 0; i < RC_READS_LISTED; i++) {
        reads[i].shape = RC_SHAPE_STRING;
    }
    recorder = trace(reads, RC_READS_LISTED, 0);
    assert_int_equal(piece_count(recorder, getppid_with(recorder, 0)), RC_STRINGS_OF_CALL);
    recorder_close(recorder);
}

static void reads_stay_beside_a_stack_and_strings(void **state) {
    (void)state;
    const struct rc_read reads[] = {
        {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRING},
        {.arg = POINTED_BY, .when = RC_READ_AT_ENTRY | RC_READ_AT_EXIT, .length = RC_LENGTH_ARGUMENT, .of = LENGTH},
    };
    struct rc_options options = default_options();
    options.stack_bytes = 1024;
    plan_reads(&options, RC_ABI_NATIVE, SYS_getppid, reads, 2);
    struct recorder *recorder = trace_pointed(&options);
    const size_t whole = getppid_with(recorder, 0);
    expect_text(recorder, whole, 0, RC_PART_DATA, 0, "0123456789");
    expect_text(recorder, whole, 1, RC_PART_DATA, 0, "0123456789");
    struct rc_piece piece;
    (void)recorder_piece(recorder, whole, 2, &piece);
    assert_int_equal(piece.arg, RC_PIECE_STACK);
    expect_text(recorder, whole, 3, RC_PART_DATA, LATE, "0123456789");
    const size_t big = getppid_with(recorder, 3);
    (void)expect_piece(recorder, big, 0, RC_PART_DATA, CUT, options.string_limit);
    (void)expect_piece(recorder, big, 1, RC_PART_DATA, CUT, RC_DATA_BYTES / 2);
    (void)expect_piece(recorder, big, 3, RC_PART_DATA, CUT | LATE, RC_DATA_BYTES / 2);
    recorder_close(recorder);
}

static void check_refused(const struct rc_read *reads, size_t count) {
    struct rc_options options = default_options();
    struct rc_session *session = NULL;
    plan_reads(&options, RC_ABI_NATIVE, SYS_getppid, reads, count);
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
}

static void a_plan_that_cannot_be_followed_is_refused(void **state) {
    (void)state;
    const struct rc_read wrong[] = {
        {.arg = 6, .when = RC_READ_AT_ENTRY},
        {.of = 6, .when = RC_READ_AT_ENTRY},
        {.shape = RC_SHAPE_COUNT, .when = RC_READ_AT_ENTRY},
        {.length = RC_LENGTH_COUNT, .when = RC_READ_AT_ENTRY},
        {.when = 32 | RC_READ_AT_ENTRY},
        {.shape = RC_SHAPE_RECORDS, .when = RC_READ_AT_EXIT},
        {.shape = RC_SHAPE_INDIRECT, .when = RC_READ_AT_ENTRY},
        {.shape = RC_SHAPE_INDIRECT, .when = RC_READ_AT_ENTRY, .count = 1, .count_width = 9},
        {.shape = RC_SHAPE_POINTERS, .when = RC_READ_AT_ENTRY},
        {.flags = RC_READ_IF | RC_READ_IF_BITS, .when = RC_READ_AT_ENTRY},
        {.if_arg = 6, .flags = RC_READ_IF, .when = RC_READ_AT_ENTRY},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        check_refused(&wrong[i], 1);
    }
    struct rc_read many[RC_READS_LISTED + 1];
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        many[i] = (struct rc_read){.when = RC_READ_AT_ENTRY};
    }
    check_refused(many, RC_READS_OF_CALL + 1);
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        many[i].flags = RC_READ_IF;
    }
    check_refused(many, RC_READS_LISTED + 1);
    const struct rc_read strings[4] = {
        {.when = RC_READ_AT_ENTRY | RC_READ_AT_EXIT, .shape = RC_SHAPE_STRING},
        {.when = RC_READ_AT_ENTRY | RC_READ_AT_EXIT, .shape = RC_SHAPE_STRING},
        {.when = RC_READ_AT_ENTRY | RC_READ_AT_EXIT, .shape = RC_SHAPE_STRING},
        {.when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRING},
    };
    check_refused(strings, 4);
    struct rc_session *session = NULL;
    struct rc_options options = default_options();
    options.plan.table[RC_ABI_NATIVE][SYS_getppid] = RC_PLAN_READS_AT_EXIT;
    options.plan.first_read[RC_ABI_NATIVE][SYS_getppid] = RC_READS; // beyond the table
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
    options = default_options();
    options.plan.unlisted = RC_PLAN_READS_AT_ENTRY;
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
    options = default_options();
    options.buffer_limit = RC_DATA_BYTES + 1;
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_read_as_many_as_an_argument_says),
        cmocka_unit_test(a_length_of_32_bits_has_no_upper_half),
        cmocka_unit_test(bytes_are_read_as_many_as_an_argument_points_to),
        cmocka_unit_test(a_result_is_a_length_as_well),
        cmocka_unit_test(a_result_may_be_more_than_there_was_room_for),
        cmocka_unit_test(units_are_counted_and_bits_rounded_up),
        cmocka_unit_test(what_is_input_and_output_is_read_twice),
        cmocka_unit_test(contents_are_read_up_to_the_limit_of_a_buffer),
        cmocka_unit_test(the_strings_of_an_array_are_read),
        cmocka_unit_test(of_pointers_the_number_alone_may_be_read),
        cmocka_unit_test(all_of_a_call_together_is_bounded),
        cmocka_unit_test(the_buffers_of_an_iovec_are_read),
        cmocka_unit_test(what_a_message_points_to_is_read),
        cmocka_unit_test(what_several_messages_point_to_is_read),
        cmocka_unit_test(structs_of_32_bits_are_read_as_such),
        cmocka_unit_test(what_real_calls_wrote_is_read),
        cmocka_unit_test(no_more_is_read_than_there_was_room_for),
        cmocka_unit_test(what_is_left_is_read_of_an_interrupted_call),
        cmocka_unit_test(memory_that_changes_meanwhile_is_read_within_bounds),
        cmocka_unit_test(a_read_with_a_condition_is_made_where_it_is_met),
        cmocka_unit_test(of_reads_with_conditions_no_more_are_made_than_there_is_room_for),
        cmocka_unit_test(reads_stay_beside_a_stack_and_strings),
        cmocka_unit_test(a_plan_that_cannot_be_followed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

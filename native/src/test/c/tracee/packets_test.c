// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Netlink messages are read as far as there is room, and anything else as far as it is shown, whatever it says of its
// length. The numbers of cases are those of tracees/calls/packets.c.
#define _GNU_SOURCE
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "capture.h"
#include "harness.h"
#include "pieces.h"
#include "ring/event.h"
#include "tracee/tasks.h"

enum { POINTED_BY = 1, COUNT_BY = 2, MESSAGE = 200, SHOWN = 32, FEW = 4 };

static struct recorder *trace(const struct rc_read *read, uint32_t buffer_limit) {
    struct rc_options options = default_options();
    options.buffer_limit = buffer_limit;
    plan_reads(&options, RC_ABI_NATIVE, SYS_getppid, read, 1);
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "packets", NULL);
    recorder_finish(recorder);
    assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
    return recorder;
}

static struct rc_read packet(uint8_t when) {
    return (struct rc_read){
        .arg = POINTED_BY,
        .when = when,
        .length = RC_LENGTH_ARGUMENT,
        .of = COUNT_BY,
        .flags = RC_READ_CONTENTS,
        .field = RC_CONTENTS_PACKET,
    };
}

static void expect(struct recorder *recorder, uint64_t number, unsigned flags, size_t length) {
    (void)expect_piece(recorder, getppid_with(recorder, number), 0, RC_PART_DATA, flags, length);
}

static void what_is_sent_is_whole_if_it_asks_for_something(void **state) {
    (void)state;
    const struct rc_read read = packet(RC_READ_AT_ENTRY);
    struct recorder *recorder = trace(&read, SHOWN);
    expect(recorder, 0, 0, MESSAGE);
    expect(recorder, 1, CUT, SHOWN);
    expect(recorder, 2, CUT, SHOWN);
    expect(recorder, 3, CUT, SHOWN);
    expect(recorder, 4, 0, MESSAGE); // it goes on in another buffer
    expect(recorder, 5, CUT, SHOWN);
    expect(recorder, 6, CUT, RC_DATA_BYTES);
    expect(recorder, 7, 0, sizeof(struct nlmsghdr) - 1);
    expect(recorder, 8, CUT, SHOWN);
    expect(recorder, 10, CUT, 64);
    expect(recorder, 11, GONE, 0);
    recorder_close(recorder);
}

static void what_is_received_is_whole_if_its_first_message_is(void **state) {
    (void)state;
    const struct rc_read read = packet(RC_READ_AT_EXIT);
    struct recorder *recorder = trace(&read, SHOWN);
    expect(recorder, 0, LATE, MESSAGE);
    expect(recorder, 1, LATE, MESSAGE);
    expect(recorder, 2, CUT | LATE, SHOWN);
    expect(recorder, 4, CUT | LATE, SHOWN);
    expect(recorder, 6, CUT | LATE, RC_DATA_BYTES);
    recorder_close(recorder);
}

static void fewer_bytes_are_shown_than_a_head_has(void **state) {
    (void)state;
    const struct rc_read read = packet(RC_READ_AT_ENTRY);
    struct recorder *recorder = trace(&read, FEW);
    expect(recorder, 0, 0, MESSAGE);
    expect(recorder, 2, CUT, FEW);
    expect(recorder, 7, CUT, FEW);
    expect(recorder, 11, CUT, sizeof(struct nlmsghdr)); // what is shown of it could be read
    recorder_close(recorder);
}

static void no_more_is_whole_than_could_be_written(void **state) {
    (void)state;
    struct rc_read read = packet(RC_READ_AT_EXIT); // the result is a pid
    read.length = RC_LENGTH_RESULT;
    read.flags |= RC_READ_BOUNDED;
    read.unit = MESSAGE;
    struct recorder *recorder = trace(&read, SHOWN);
    struct rc_piece piece;
    (void)recorder_piece(recorder, getppid_with(recorder, 7), 0, &piece); // there is room for 15 messages
    assert_int_equal(piece.length, (sizeof(struct nlmsghdr) - 1) * MESSAGE);
    assert_int_equal(piece.flags, CUT | LATE);
    recorder_close(recorder);
}

static void other_contents_are_never_whole(void **state) {
    (void)state;
    struct rc_read read = packet(RC_READ_AT_ENTRY);
    read.field = 0;
    struct recorder *recorder = trace(&read, SHOWN);
    expect(recorder, 0, CUT, SHOWN);
    recorder_close(recorder);
}

static void each_buffer_of_a_message_is_looked_at(void **state) {
    (void)state;
    struct rc_read read = packet(RC_READ_AT_ENTRY);
    read.shape = RC_SHAPE_MESSAGE;
    read.length = RC_LENGTH_CONSTANT;
    struct recorder *recorder = trace(&read, SHOWN);
    const size_t call = getppid_with(recorder, 9);
    (void)expect_piece(recorder, call, 1, RC_PART_VECTOR, 0, 2 * sizeof(struct iovec));
    (void)expect_piece(recorder, call, 2, RC_PART_ELEMENT, 0, MESSAGE);
    (void)expect_piece(recorder, call, 3, RC_PART_ELEMENT, CUT, SHOWN);
    recorder_close(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_is_whole_if_it_asks_for_something),
        cmocka_unit_test(what_is_received_is_whole_if_its_first_message_is),
        cmocka_unit_test(fewer_bytes_are_shown_than_a_head_has),
        cmocka_unit_test(no_more_is_whole_than_could_be_written),
        cmocka_unit_test(other_contents_are_never_whole),
        cmocka_unit_test(each_buffer_of_a_message_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

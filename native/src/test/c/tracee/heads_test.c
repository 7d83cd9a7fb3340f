// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Of transfers only what begins as a message of HTTP does is kept, and what goes on with one. The numbers of cases are
// those of tracees/calls/heads.c.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "capture.h"
#include "harness.h"
#include "pieces.h"
#include "ring/event.h"

enum { REQUEST = 30, SOCKET = RC_HEAD_IS_SOCKET, WAITS = RC_HEAD_BLOCKS };

static struct recorder *trace(void) {
    struct rc_options options = default_options();
    static const struct {
        int nr;
        uint8_t where;
    } calls[] = {{SYS_write, RC_HEAD_IN_BUFFER}, {SYS_writev, RC_HEAD_IN_VECTOR}, {SYS_sendmsg, RC_HEAD_IN_MESSAGE}};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        const struct rc_read read = {
            .arg = 1,
            .when = RC_READ_IF_POSITIVE,
            .shape = RC_SHAPE_HEAD,
            .length = RC_LENGTH_ARGUMENT,
            .of = 2,
            .field = calls[i].where,
        };
        plan_reads(&options, RC_ABI_NATIVE, calls[i].nr, &read, 1);
    }
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "heads", NULL);
    recorder_finish(recorder);
    assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
    return recorder;
}

// The transfer behind this mark has these bytes as its head.
static void expect(struct recorder *recorder, uint64_t number, const char *bytes, size_t length, unsigned descriptor) {
    const size_t call = getppid_with(recorder, number) + 1;
    assert_int_equal(piece_count(recorder, call), 1);
    struct rc_piece piece;
    const uint8_t *got = recorder_piece(recorder, call, 0, &piece);
    assert_int_equal(piece.arg, RC_PIECE_HEAD);
    assert_int_equal(piece.length, length);
    assert_memory_equal(got, bytes, strlen(bytes));
    assert_int_equal(piece.index, descriptor);
}

static void expect_none(struct recorder *recorder, uint64_t number) {
    assert_int_equal(piece_count(recorder, getppid_with(recorder, number) + 1), 0);
}

static void heads_are_kept_with_what_their_descriptor_is(void **state) {
    (void)state;
    struct recorder *recorder = trace();
    expect(recorder, 0, "GET / HTTP/1.1\r\nHost: here\r\n\r\n", REQUEST, SOCKET | WAITS);
    expect(recorder, 2, "GET /", REQUEST, WAITS);
    expect(recorder, 10, "HTTP/1.1 200", 19, SOCKET);
    recorder_close(recorder);
}

static void nothing_else_is_kept(void **state) {
    (void)state;
    struct recorder *recorder = trace();
    expect_none(recorder, 1);
    expect_none(recorder, 11);
    recorder_close(recorder);
}

static void a_head_goes_on_up_to_its_empty_line(void **state) {
    (void)state;
    struct recorder *recorder = trace();
    expect(recorder, 3, "GET / HTTP/1.1\r\nHost:", 21, SOCKET | WAITS);
    expect(recorder, 4, " there\r\n\r\n", 10, SOCKET | WAITS);
    expect_none(recorder, 5);
    recorder_close(recorder);
}

static void buffers_are_one_behind_the_other(void **state) {
    (void)state;
    struct recorder *recorder = trace();
    expect(recorder, 6, "GET / HTTP/1.1\r\nHost: here\r\n\r\n", REQUEST, SOCKET | WAITS);
    expect(recorder, 7, "GET / HTTP/1.1\r\nHost: here\r\n\r\n", REQUEST, SOCKET | WAITS);
    recorder_close(recorder);
}

static void no_more_is_kept_than_there_is_room_for(void **state) {
    (void)state;
    struct recorder *recorder = trace();
    expect(recorder, 8, "GET / HTTP/1.1\r\nx", RC_HEAD_BYTES, SOCKET | WAITS);
    recorder_close(recorder);
}

static void of_a_handshake_only_its_kind_is_kept(void **state) {
    (void)state;
    struct recorder *recorder = trace();
    expect(recorder, 9, "\x16\x03\x01\x02", 6, SOCKET);
    recorder_close(recorder);
}

static void of_a_connection_with_frames_the_beginning_of_each_transfer_is_kept(void **state) {
    (void)state;
    struct recorder *recorder = trace();
    expect(recorder, 12, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24, SOCKET | WAITS);
    expect(recorder, 13, "any frame", 9, SOCKET);
    expect_none(recorder, 14); // another socket
    expect(recorder, 15, "GET / HTTP/1.1\r\nx", RC_HEAD_BYTES, SOCKET);
    expect_none(recorder, 16); // the descriptor is another file now
    recorder_close(recorder);
}

static void a_call_has_strings_or_one_head(void **state) {
    (void)state;
    struct rc_session *session = NULL;
    struct rc_options options = default_options();
    const struct rc_read head = {.arg = 1, .when = RC_READ_AT_EXIT, .shape = RC_SHAPE_HEAD};
    const struct rc_read string = {.arg = 0, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRING};
    plan_reads(&options, RC_ABI_NATIVE, SYS_write, (const struct rc_read[]){string, head}, 2);
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
    options = default_options();
    plan_reads(&options, RC_ABI_NATIVE, SYS_write, (const struct rc_read[]){head, head}, 2);
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
    options = default_options();
    plan_reads(&options, RC_ABI_NATIVE, SYS_write, &head, 1);
    assert_int_equal(rc_session_open(&options, &session), 0);
    rc_session_close(session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_kept_with_what_their_descriptor_is),
        cmocka_unit_test(nothing_else_is_kept),
        cmocka_unit_test(a_head_goes_on_up_to_its_empty_line),
        cmocka_unit_test(buffers_are_one_behind_the_other),
        cmocka_unit_test(no_more_is_kept_than_there_is_room_for),
        cmocka_unit_test(of_a_handshake_only_its_kind_is_kept),
        cmocka_unit_test(a_call_has_strings_or_one_head),
        cmocka_unit_test(of_a_connection_with_frames_the_beginning_of_each_transfer_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

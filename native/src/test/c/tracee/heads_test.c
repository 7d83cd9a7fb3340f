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
    } calls[] = {
        {SYS_write, RC_HEAD_IN_BUFFER},
        {SYS_writev, RC_HEAD_IN_VECTOR},
        {SYS_sendmsg, RC_HEAD_IN_MESSAGE},
        {SYS_sendfile, RC_HEAD_UNSEEN},
        {SYS_recvfrom, RC_HEAD_IN_BUFFER | RC_HEAD_RECEIVED | 3 << RC_HEAD_FLAGS},
    };
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
    expect(recorder, 28, "\x16\x03\x01\x02", 5, SOCKET); // all there is
    expect_none(recorder, 29);
    recorder_close(recorder);
}

// The transfer behind this mark has passed behind so many bytes of a connection of HTTP/2, and these are kept of it.
static void expect_frames(struct recorder *recorder, uint64_t number, uint64_t passed, const char *bytes, size_t length,
                          unsigned descriptor) {
    const size_t call = getppid_with(recorder, number) + 1;
    assert_int_equal(piece_count(recorder, call), 1);
    struct rc_piece piece;
    struct rc_frames_head head;
    const uint8_t *got = recorder_piece(recorder, call, 0, &piece);
    assert_int_equal(piece.arg, RC_PIECE_HEAD);
    assert_int_equal(piece.index, descriptor | RC_HEAD_FRAMES);
    assert_int_equal(piece.length, sizeof head + length);
    memcpy(&head, got, sizeof head);
    assert_int_equal(head.passed, passed);
    assert_memory_equal(got + sizeof head, bytes, length);
}

#define FRAME(length, type) "\0" length type "\0\0\0\0\1"

static void of_frames_all_is_kept_but_the_payload_of_data(void **state) {
    (void)state;
    static const char SEVERAL[] = FRAME("\0\5", "\1") "ppppp" FRAME("\x17\x70", "\0") FRAME("\0\x8", "\6")
        "pppppppp" FRAME("\2\xbc", "\0") FRAME("\0\1", "\6") "p";
    static const char TWO[] = FRAME("\0\xa", "\0") FRAME("\0\x8", "\6") "pppppppp";
    enum { BEFORE = 24 + 5 * 9 + 5 + 6000 + 8 + 700 + 1 };
    struct recorder *recorder = trace();
    expect_frames(recorder, 12, 0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24, SOCKET | WAITS);
    expect_frames(recorder, 13, 24, SEVERAL, sizeof SEVERAL - 1, SOCKET);
    expect_none(recorder, 14); // another socket
    expect_frames(recorder, 15, BEFORE, TWO, 9, SOCKET);
    expect_none(recorder, 17); // of DATA
    expect_frames(recorder, 18, BEFORE + 15, TWO + 9, 4, SOCKET);
    expect_frames(recorder, 19, BEFORE + 23, TWO + 13, 13, SOCKET);
    recorder_close(recorder);
}

static void a_file_that_is_sent_is_payload(void **state) {
    (void)state;
    static const char HEAD[] = FRAME("\x0f\xa0", "\0");
    static const char PING[] = FRAME("\0\x8", "\6") "pppppppp";
    struct recorder *recorder = trace();
    const size_t call = getppid_with(recorder, 25) + 1;
    struct rc_piece piece;
    struct rc_frames_head before;
    memcpy(&before, recorder_piece(recorder, call, 0, &piece), sizeof before);
    expect_frames(recorder, 25, before.passed, HEAD, 9, SOCKET);
    expect_none(recorder, 26);
    expect_frames(recorder, 27, before.passed + 9 + 4000, PING, 17, SOCKET);
    recorder_close(recorder);
}

static void a_connection_with_more_than_there_is_room_for_is_not_followed(void **state) {
    (void)state;
    struct recorder *recorder = trace();
    expect_none(recorder, 20);
    expect_none(recorder, 21);
    expect_none(recorder, 16); // the descriptor is another file now
    recorder_close(recorder);
}

static void what_is_only_looked_at_has_not_passed(void **state) {
    (void)state;
    struct recorder *recorder = trace();
    expect_none(recorder, 23);
    expect_frames(recorder, 24, 0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24, SOCKET | WAITS);
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
        cmocka_unit_test(of_frames_all_is_kept_but_the_payload_of_data),
        cmocka_unit_test(a_file_that_is_sent_is_payload),
        cmocka_unit_test(a_connection_with_more_than_there_is_room_for_is_not_followed),
        cmocka_unit_test(what_is_only_looked_at_has_not_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What descriptors are is read before a program can close them. The program is tracees/calls/links.c.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "capture.h"
#include "harness.h"
#include "pieces.h"
#include "ring/event.h"
#include "tracee/tasks.h"

enum { MOST_PIECES = RC_DATA_PIECES - RC_READS_OF_CALL };

static struct recorder *trace(int nr, const struct rc_read *reads, size_t count) {
    struct rc_options options = default_options();
    plan_reads(&options, RC_ABI_NATIVE, nr, reads, count);
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, "links", NULL);
    recorder_finish(recorder);
    assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
    return recorder;
}

static struct rc_read links_of(enum rc_links which, unsigned argument, unsigned count) {
    return (struct rc_read){
        .arg = (uint8_t)argument,
        .when = RC_READ_AT_EXIT,
        .shape = RC_SHAPE_LINKS,
        .count = count,
        .unit = sizeof(int32_t),
        .field = (uint8_t)which,
    };
}

static void expect_link(struct recorder *recorder, size_t call, size_t n, int32_t number, const char *link) {
    const uint8_t *bytes =
        expect_piece(recorder, call, n, RC_PART_LINK, LATE, sizeof(struct rc_link_head) + strlen(link));
    struct rc_link_head head;
    memcpy(&head, bytes, sizeof head);
    assert_int_equal(head.number, number);
    assert_memory_equal(bytes + sizeof head, link, strlen(link));
}

// That of the descriptor with this number and inode, which the program has told in these arguments.
static void expect_told(struct recorder *recorder, size_t call, size_t n, const char *kind, size_t number, size_t arg) {
    char link[64];
    const struct rc_event told = recorder_event(recorder, getppid_with(recorder, number));
    (void)snprintf(link, sizeof link, "%s:[%lu]", kind, told.args[arg + 1]);
    expect_link(recorder, call, n, (int32_t)told.args[arg], link);
}

// The last call of this number before the case is told.
static size_t call_before(struct recorder *recorder, int nr, size_t number) {
    size_t at = getppid_with(recorder, number);
    do {
        assert_true(at > 0);
        at--;
    } while (recorder_event(recorder, at).kind != RC_CALL || recorder_event(recorder, at).nr != nr);
    return at;
}

static void ends_of_a_pipe_are_known_though_they_are_closed_at_once(void **state) {
    (void)state;
    const struct rc_read read = links_of(RC_LINKS_OF_NUMBERS, 0, 2);
    struct recorder *recorder = trace(SYS_pipe2, &read, 1);
    const size_t pipe = call_before(recorder, SYS_pipe2, 0);
    expect_told(recorder, pipe, 0, "pipe", 0, 1);
    expect_told(recorder, pipe, 1, "pipe", 0, 3);
    assert_int_equal(piece_count(recorder, pipe), 2);
    assert_int_equal(piece_count(recorder, nth_call(recorder, SYS_pipe2, 1)), 0); // it failed
    recorder_close(recorder);
}

static void the_result_is_known_by_its_own_path(void **state) {
    (void)state;
    const struct rc_read read = links_of(RC_LINKS_OF_RESULT, 0, 1);
    struct recorder *recorder = trace(SYS_openat, &read, 1);
    const size_t opened = call_before(recorder, SYS_openat, 1);
    expect_link(recorder, opened, 0, (int32_t)recorder_event(recorder, opened).result, "/dev/null");
    assert_int_equal(piece_count(recorder, opened), 1);
    assert_int_equal(piece_count(recorder, call_before(recorder, SYS_openat, 2)), 0); // it failed
    recorder_close(recorder);
}

static void the_working_directory_is_known(void **state) {
    (void)state;
    const struct rc_read read = links_of(RC_LINKS_OF_FOLDER, 0, 1);
    struct recorder *recorder = trace(SYS_chdir, &read, 1);
    expect_link(recorder, nth_call(recorder, SYS_chdir, count_events(recorder, RC_CALL, -1, SYS_chdir) - 1), 0,
                AT_FDCWD, "/dev");
    recorder_close(recorder);
}

static void received_descriptors_are_known_as_far_as_there_is_room(void **state) {
    (void)state;
    const struct rc_read reads[] = {
        {
            .arg = 1,
            .when = RC_READ_AT_EXIT,
            .shape = RC_SHAPE_MESSAGE,
            .count = 1,
            .unit = 56,
        },
        links_of(RC_LINKS_OF_MESSAGES, 1, 1),
    };
    struct recorder *recorder = trace(SYS_recvmsg, reads, 2);
    const size_t two = call_before(recorder, SYS_recvmsg, 2);
    const size_t before = piece_count(recorder, two) - 2; // the message, its buffers, and its control messages
    expect_told(recorder, two, before, "socket", 2, 1);
    expect_told(recorder, two, before + 1, "socket", 2, 3);
    const size_t many = call_before(recorder, SYS_recvmsg, 3);
    assert_int_equal(piece_count(recorder, many), MOST_PIECES);
    expect_told(recorder, many, before, "socket", 3, 1);
    recorder_close(recorder);
}

static void a_read_that_cannot_be_made_is_refused(void **state) {
    (void)state;
    struct rc_read reads[] = {
        links_of(RC_LINKS_COUNT, 0, 1),
        links_of(RC_LINKS_OF_NUMBERS, 0, RC_LINKS_OF_ARRAY + 1),
        links_of(RC_LINKS_OF_RESULT, 0, 1),
    };
    reads[2].when = RC_READ_AT_ENTRY;
    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        struct rc_options options = default_options();
        struct rc_session *session = NULL;
        plan_reads(&options, RC_ABI_NATIVE, SYS_openat, &reads[i], 1);
        assert_int_equal(rc_session_open(&options, &session), EINVAL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_of_a_pipe_are_known_though_they_are_closed_at_once),
        cmocka_unit_test(the_result_is_known_by_its_own_path),
        cmocka_unit_test(the_working_directory_is_known),
        cmocka_unit_test(received_descriptors_are_known_as_far_as_there_is_room),
        cmocka_unit_test(a_read_that_cannot_be_made_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

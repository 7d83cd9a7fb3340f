// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What an application publishes about a thread comes with the calls of that thread, wherever the variable is. The
// numbers of calls are those of tracees/contexts/context.c.
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>

#include "capture.h"
#include "harness.h"
#include "pieces.h"
#include "ring/event.h"
#include "session.h"

// The context of the call with this number; NULL if it has none.
static const struct rc_thread_context *context_of(struct recorder *recorder, uint64_t number) {
    static struct rc_thread_context context;
    const size_t call = getppid_with(recorder, number);
    struct rc_piece piece;
    for (size_t i = 0; i < piece_count(recorder, call); i++) {
        const uint8_t *bytes = recorder_piece(recorder, call, i, &piece);
        if (piece.arg == RC_PIECE_CONTEXT) {
            assert_int_equal(piece.length, sizeof context);
            memcpy(&context, bytes, sizeof context);
            return &context;
        }
    }
    return NULL;
}

static void expect(struct recorder *recorder, uint64_t number, uint8_t trace, uint8_t span, uint8_t flags) {
    const struct rc_thread_context *context = context_of(recorder, number);
    assert_non_null(context);
    for (size_t i = 0; i < sizeof context->trace_id; i++) {
        assert_int_equal(context->trace_id[i], trace);
    }
    for (size_t i = 0; i < sizeof context->span_id; i++) {
        assert_int_equal(context->span_id[i], span);
    }
    assert_int_equal(context->valid, 1);
    assert_int_equal(context->trace_flags, flags);
}

static struct recorder *trace(const char *name) {
    struct rc_options options = default_options();
    options.follow_children = true;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, name, NULL);
    recorder_finish(recorder);
    assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
    return recorder;
}

static void the_context_of_a_call_is_that_of_its_thread(void **state) {
    (void)state;
    struct recorder *recorder = trace("context");
    expect(recorder, 1, 0xaa, 0xbb, 1);
    expect(recorder, 3, 0xee, 0xff, 0);
    expect(recorder, 6, 0xaa, 0xbb, 1);
    expect(recorder, 7, 0xaa, 0xbb, 1);
    expect(recorder, 11, 0xcc, 0xdd, 1);
    recorder_close(recorder);
}

static void no_context_is_made_up(void **state) {
    (void)state;
    struct recorder *recorder = trace("context");
    static const uint64_t without[] = {0, 2, 4, 5, 8, 10};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        assert_null(context_of(recorder, without[i]));
    }
    assert_int_equal(recorder_session(recorder)->tracer.contexts_unreadable, 2);
    assert_int_equal(recorder_session(recorder)->tracer.contexts_unresolved, 0);
    recorder_close(recorder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_context_of_a_call_is_that_of_its_thread),
        cmocka_unit_test(no_context_is_made_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What an application publishes about a thread comes with the calls of that thread, wherever the variable is. The
// numbers of calls are those of tracees/contexts/context.c.
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "pieces.h"
#include "ring/event.h"
#include "session.h"

// What vfork() of the C library calls; no thread is created by it.
#if defined(SYS_vfork)
enum { VFORK = SYS_vfork };
#else
enum { VFORK = SYS_clone };
#endif

// The context of a call; NULL if it has none.
static const struct rc_thread_context *context_of_event(struct recorder *recorder, size_t call) {
    static struct rc_thread_context context;
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

static const struct rc_thread_context *context_of(struct recorder *recorder, uint64_t number) {
    return context_of_event(recorder, getppid_with(recorder, number));
}

static void expect_of_event(struct recorder *recorder, size_t call, uint8_t trace, uint8_t span, uint8_t flags) {
    const struct rc_thread_context *context = context_of_event(recorder, call);
    if (context == NULL) {
        fail_msg("event %u has no context", (unsigned)call);
    }
    for (size_t i = 0; i < sizeof context->trace_id; i++) {
        assert_int_equal(context->trace_id[i], trace);
    }
    for (size_t i = 0; i < sizeof context->span_id; i++) {
        assert_int_equal(context->span_id[i], span);
    }
    assert_int_equal(context->valid, 1);
    assert_int_equal(context->trace_flags, flags);
}

static void expect(struct recorder *recorder, uint64_t number, uint8_t trace, uint8_t span, uint8_t flags) {
    expect_of_event(recorder, getppid_with(recorder, number), trace, span, flags);
}

// What is published when a call begins counts, even if it is gone or another's when the call returns.
static void expect_as_at_entry(struct recorder *recorder) {
    enum { LENGTH = 12345 }; // unmap of the program
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (event.kind == RC_CALL && event.nr == SYS_munmap && event.args[1] == LENGTH) {
            expect_of_event(recorder, i, 0x11, 0x22, 1);
            expect_of_event(recorder, nth_call(recorder, VFORK, 0), 0xaa, 0xbb, 1);
            return;
        }
    }
    fail_msg("the program has not taken its record away");
}

static struct recorder *trace(const char *name, const char *library) {
    struct rc_options options = default_options();
    options.follow_children = true;
    struct recorder *recorder = recorder_open(&options);
    recorder_drain(recorder, 500, 1 << 20);
    const pid_t pid = launch_tracee(recorder, name, library, NULL);
    recorder_finish(recorder);
    assert_int_equal(recorder_event(recorder, find_event(recorder, RC_PROCESS_EXITED, pid, -1)).aux, 0);
    return recorder;
}

static void check(const char *name, const char *library) {
    struct recorder *recorder = trace(name, library);
    expect(recorder, 1, 0xaa, 0xbb, 1);
    expect(recorder, 3, 0xee, 0xff, 0);
    expect(recorder, 6, 0xaa, 0xbb, 1);
    expect(recorder, 7, 0xaa, 0xbb, 1);
    expect(recorder, 11, 0xcc, 0xdd, 1);
    static const uint64_t without[] = {0, 2, 4, 5, 8, 10};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        assert_null(context_of(recorder, without[i]));
    }
    expect_as_at_entry(recorder);
    assert_int_equal(recorder_session(recorder)->tracer.contexts_unreadable, 2);
    assert_int_equal(recorder_session(recorder)->tracer.contexts_unresolved, 0);
    recorder_close(recorder);
}

static void of_the_program_itself(void **state) {
    (void)state;
    check("context", NULL);
}

static void of_a_program_without_libraries(void **state) {
    (void)state;
    check("context_static", NULL);
    check("context_static_plain", NULL);
    check("context_static_hidden", NULL);
}

static void not_of_a_program_that_has_lost_its_symbols(void **state) {
    (void)state;
    struct recorder *recorder = trace("context_static_stripped", NULL);
    assert_null(context_of(recorder, 1));
    assert_int_equal(recorder_session(recorder)->tracer.contexts, 0);
    assert_int_equal(recorder_session(recorder)->tracer.contexts_unreadable, 0);
    recorder_close(recorder);
}

static void what_was_announced_and_not_found_is_counted(void **state) {
    (void)state;
    struct recorder *recorder = trace("publishing", "announce");
    assert_int_equal(recorder_session(recorder)->tracer.contexts_unresolved, 1);
    recorder_close(recorder);
    recorder = trace("publishing", NULL);
    assert_int_equal(recorder_session(recorder)->tracer.contexts_unresolved, 0);
    recorder_close(recorder);
}

static void of_a_library_that_the_program_is_linked_with(void **state) {
    (void)state;
    check("context_linked", NULL);
    check("context_linked_ie", NULL);
}

static void of_a_library_that_the_program_loads(void **state) {
    (void)state;
    check("context_loaded", "libpublish.so");
    check("context_loaded", "libpublish_desc.so");
    check("context_loaded", "libpublish_ie.so");
}

static void with_musl(void **state) {
    (void)state;
    if (access(tracee("context_musl"), X_OK) != 0) {
        print_message("not run: there is no musl-gcc\n");
        skip();
    }
    check("context_musl", NULL);
    check("context_musl_loaded", "libpublish_musl.so");
    check("context_musl_static", NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_the_program_itself),
        cmocka_unit_test(of_a_program_without_libraries),
        cmocka_unit_test(not_of_a_program_that_has_lost_its_symbols),
        cmocka_unit_test(what_was_announced_and_not_found_is_counted),
        cmocka_unit_test(of_a_library_that_the_program_is_linked_with),
        cmocka_unit_test(of_a_library_that_the_program_loads),
        cmocka_unit_test(with_musl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

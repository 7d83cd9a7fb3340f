// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rule 15: what is copied of a stack, and that a program's code is told before the calls it makes.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "session.h"

enum { STACK_BYTES = 4096 };

static struct recorder *record_launch(const struct rc_options *options, const char *name) {
    struct recorder *recorder = recorder_open(options);
    recorder_drain(recorder, 500, 1 << 20);
    (void)launch_tracee(recorder, name, NULL);
    recorder_finish(recorder);
    return recorder;
}

static struct rc_options with_stacks(void) {
    struct rc_options options = default_options();
    options.stack_bytes = STACK_BYTES;
    options.side_bytes = 1 << 24;
    return options;
}

static void each_call_comes_with_its_registers_and_its_stack(void **state) {
    (void)state;
    const struct rc_options options = with_stacks();
    struct recorder *recorder = record_launch(&options, "strings");
    size_t calls = 0;
    for (size_t i = find_event(recorder, RC_MAPPINGS, -1, -1); i < recorder_count(recorder); i++) {
        const struct rc_event call = recorder_event(recorder, i);
        if (call.kind != RC_CALL || call.nr == SYS_execve) {
            continue;
        }
        calls++;
        const char *bytes = recorder_text(recorder, i, RC_PIECE_STACK, NULL);
        assert_non_null(bytes);
        struct rc_stack_head head;
        memcpy(&head, bytes, sizeof head);
        assert_int_equal(head.register_count, RC_STACK_REGISTERS);
        assert_int_equal(head.registers[RC_DWARF_IP], call.ip);
        assert_int_equal(head.registers[RC_DWARF_SP], call.sp);
    }
    assert_true(calls > 10);
    recorder_close(recorder);
}

static void code_is_told_before_the_calls_made_from_it(void **state) {
    (void)state;
    const struct rc_options options = with_stacks();
    struct recorder *recorder = record_launch(&options, "strings");
    const size_t first = find_event(recorder, RC_MAPPINGS, -1, -1);
    assert_true(first < find_event(recorder, RC_CALL, -1, SYS_openat));
    assert_non_null(strstr(recorder_text(recorder, first, 0, NULL), tracee("strings")));
    assert_null(strstr(recorder_text(recorder, first, 0, NULL), "libc.so"));
    bool library = false; // mapped by the dynamic linker, before main
    for (size_t i = first + 1; i < find_event(recorder, RC_CALL, -1, SYS_exit_group) && !library; i++) {
        library = recorder_event(recorder, i).kind == RC_MAPPINGS &&
                  strstr(recorder_text(recorder, i, 0, NULL), "libc.so") != NULL;
    }
    assert_true(library);
    recorder_close(recorder);
}

static void strings_stay_beside_a_stack(void **state) {
    (void)state;
    struct rc_options options = with_stacks();
    plan_string(&options, RC_ABI_NATIVE, SYS_openat, 1);
    struct recorder *recorder = record_launch(&options, "strings");
    bool seen = false;
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const char *path = recorder_event(recorder, i).kind == RC_CALL ? recorder_text(recorder, i, 1, NULL) : NULL;
        seen = seen || (path != NULL && strcmp(path, "/nonexistent/end") == 0);
    }
    assert_true(seen);
    recorder_close(recorder);
}

static void calls_that_are_not_published_have_no_stack_and_tell_no_code(void **state) {
    (void)state;
    struct rc_options options = with_stacks();
    memset(options.plan.table, RC_PLAN_SKIP, sizeof options.plan.table);
    struct recorder *recorder = record_launch(&options, "strings");
    assert_int_equal(count_events(recorder, RC_MAPPINGS, -1, -1), 0);
    recorder_close(recorder);
}

static void only_a_fault_comes_with_a_stack(void **state) {
    (void)state;
    const struct rc_options options = with_stacks();
    struct recorder *recorder = record_launch(&options, "faulting");
    const uint64_t function = recorder_event(recorder, find_event(recorder, RC_CALL, -1, SYS_getppid)).args[0];
    const size_t sent = find_event(recorder, RC_SIGNAL, -1, -1);
    assert_null(recorder_text(recorder, sent, RC_PIECE_STACK, NULL));
    size_t fault = sent + 1;
    while (recorder_event(recorder, fault).kind != RC_SIGNAL) {
        fault++;
    }
    assert_int_equal(recorder_event(recorder, fault).aux, SIGSEGV);
    const char *bytes = recorder_text(recorder, fault, RC_PIECE_STACK, NULL);
    assert_non_null(bytes);
    struct rc_stack_head head;
    memcpy(&head, bytes, sizeof head);
    assert_int_equal(head.register_count, RC_STACK_REGISTERS);
    assert_in_range(head.registers[RC_DWARF_IP], function + 1, function + 64); // one behind the instruction
    recorder_close(recorder);
}

static void where_no_stacks_are_copied_a_fault_has_none(void **state) {
    (void)state;
    const struct rc_options options = default_options();
    struct recorder *recorder = record_launch(&options, "faulting");
    assert_int_equal(count_events(recorder, RC_SIGNAL, -1, -1), 2);
    assert_null(recorder_text(recorder, find_event(recorder, RC_SIGNAL, -1, -1), RC_PIECE_STACK, NULL));
    assert_int_equal(count_events(recorder, RC_MAPPINGS, -1, -1), 0);
    recorder_close(recorder);
}

static void a_size_that_cannot_be_is_refused(void **state) {
    (void)state;
    struct rc_session *session = NULL;
    struct rc_options options = default_options();
    options.stack_bytes = 12;
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
    options.stack_bytes = 65536;
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
}

// An event that would wrap begins anew at the start of the area, and leaves out less than its own length: in an area of
// twice that length there is room for it sooner or later, in a smaller one a tracer might wait for room for ever.
static void an_area_is_large_enough_for_an_event_at_any_place(void **state) {
    (void)state;
    struct rc_session *session = NULL;
    struct rc_options options = default_options();
    options.side_bytes = 1 << 16;
    options.string_limit = 4096;
    options.buffer_limit = 4096;
    assert_int_equal(rc_session_open(&options, &session), 0);
    rc_session_close(session);
    options.stack_bytes = 8;
    assert_int_equal(rc_session_open(&options, &session), EINVAL); // where code is mapped takes up to 48 KiB
    options.stack_bytes = 32768;
    options.side_bytes = 1 << 17;
    assert_int_equal(rc_session_open(&options, &session), 0);
    rc_session_close(session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_comes_with_its_registers_and_its_stack),
        cmocka_unit_test(code_is_told_before_the_calls_made_from_it),
        cmocka_unit_test(strings_stay_beside_a_stack),
        cmocka_unit_test(calls_that_are_not_published_have_no_stack_and_tell_no_code),
        cmocka_unit_test(only_a_fault_comes_with_a_stack),
        cmocka_unit_test(where_no_stacks_are_copied_a_fault_has_none),
        cmocka_unit_test(a_size_that_cannot_be_is_refused),
        cmocka_unit_test(an_area_is_large_enough_for_an_event_at_any_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

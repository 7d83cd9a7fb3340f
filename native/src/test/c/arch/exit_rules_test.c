// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Rules for the exit of a call: what it wrote is read, and a call that is otherwise skipped is reported.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "ring/event.h"
#include "session.h"

enum { NR_GETSOCKOPT_I386 = 365, ANSWER = 3 };
enum { SO_ERROR_RULE = 3, FAILED_RULE = 5 };

static const struct rc_exit_rule so_error = {
    .when_arg = {1, 2},
    .when_value = {SOL_SOCKET, SO_ERROR},
    .read_arg = ANSWER,
    .read_bytes = sizeof(int),
    .length_arg = 4,
};
static const struct rc_exit_rule failed = {.when_arg = {-1, -1}, .read_arg = -1, .length_arg = -1, .failed_only = 1};

static void rule(struct rc_options *options, int abi, int nr, unsigned index, uint8_t plan) {
    options->plan.table[abi][nr] = plan;
    options->plan.exit_rule[abi][nr] = (uint8_t)index;
}

// Options with the rules above; getsockopt has this plan byte.
static struct rc_options with_rules(uint8_t getsockopt_plan) {
    struct rc_options options = default_options();
    options.plan.exit_rules[SO_ERROR_RULE] = so_error;
    options.plan.exit_rules[FAILED_RULE] = failed;
    rule(&options, RC_ABI_NATIVE, SYS_getsockopt, SO_ERROR_RULE, getsockopt_plan);
    rule(&options, RC_ABI_I386, NR_GETSOCKOPT_I386, SO_ERROR_RULE, getsockopt_plan);
    return options;
}

static struct recorder *trace_answers(const struct rc_options *options, bool filtered) {
    struct recorder *recorder = recorder_open(options);
    recorder_drain(recorder, 500, 1 << 20);
    char *const argv[] = {"answers", NULL};
    char *const environment[] = {NULL};
    const struct rc_launch launch = {
        .file = tracee("answers"), .argv = argv, .envp = environment, .filtered = filtered};
    pid_t pid = 0;
    assert_int_equal(rc_session_launch(recorder_session(recorder), &launch, &pid).refusal, RC_OK);
    recorder_finish(recorder);
    const size_t end = find_event(recorder, RC_PROCESS_EXITED, pid, -1);
    assert_int_equal(recorder_event(recorder, end).aux, 0);
    return recorder;
}

// Index of the n-th event of a call, from 0.
static size_t nth(struct recorder *recorder, uint32_t arch, int nr, size_t n) {
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (event.kind == RC_CALL && event.nr == nr && event.arch == arch && n-- == 0) {
            return i;
        }
    }
    fail_msg("call %d was made too few times", nr);
    return 0;
}

#if defined(__aarch64__)
enum { ARCH = AUDIT_ARCH_AARCH64 };
#else
static const uint32_t ARCH = AUDIT_ARCH_X86_64;
#endif

// Its lowest byte: text ends at a zero.
static void check_answer(struct recorder *recorder, size_t index, int value, unsigned expected_flags) {
    unsigned flags = 0;
    const char *text = recorder_text(recorder, index, ANSWER, &flags);
    assert_non_null(text);
    assert_int_equal(flags, expected_flags | RC_PIECE_AT_EXIT);
    assert_int_equal(text[0], value);
}

static void what_a_call_wrote_is_read_where_the_conditions_hold(void **state) {
    (void)state;
    const struct rc_options options = with_rules(RC_PLAN_AT_EXIT);
    struct recorder *recorder = trace_answers(&options, false);
    check_answer(recorder, nth(recorder, ARCH, SYS_getsockopt, 0), ECONNREFUSED, 0);
    check_answer(recorder, nth(recorder, ARCH, SYS_getsockopt, 1), 0, 0);
    const size_t shorter = nth(recorder, ARCH, SYS_getsockopt, 2);
    check_answer(recorder, shorter, 0, 0);
    // Its head, two bytes and their padding.
    assert_int_equal(recorder_event(recorder, shorter).side_length, sizeof(struct rc_piece) + 4);
    assert_null(recorder_text(recorder, nth(recorder, ARCH, SYS_getsockopt, 3), ANSWER, NULL));
    const size_t refused = nth(recorder, ARCH, SYS_getsockopt, 4);
    assert_int_equal(recorder_event(recorder, refused).result, -EFAULT);
    assert_null(recorder_text(recorder, refused, ANSWER, NULL));
    assert_int_equal(recorder_event(recorder, refused).flags & RC_UNASKED, 0);
    recorder_close(recorder);
}

static void what_an_i386_call_wrote_is_read_as_well(void **state) {
    (void)state;
    need_32_bit_programs();
    const struct rc_options options = with_rules(RC_PLAN_AT_EXIT);
    struct recorder *recorder = trace_answers(&options, false);
    const size_t asked = nth(recorder, AUDIT_ARCH_I386, NR_GETSOCKOPT_I386, 0);
    assert_int_equal(recorder_event(recorder, asked).result, 0);
    check_answer(recorder, asked, 0, 0);
    recorder_close(recorder);
}

static void what_cannot_be_read_is_said(void **state) {
    (void)state;
    struct rc_options options = with_rules(RC_PLAN_AT_EXIT);
    options.plan.exit_rules[SO_ERROR_RULE].read_arg = 0; // a descriptor is not an address
    struct recorder *recorder = trace_answers(&options, false);
    unsigned flags = 0;
    const char *text = recorder_text(recorder, nth(recorder, ARCH, SYS_getsockopt, 0), 0, &flags);
    assert_string_equal(text, "");
    assert_int_equal(flags, RC_PIECE_UNREADABLE | RC_PIECE_AT_EXIT);
    recorder_close(recorder);
    options = with_rules(RC_PLAN_AT_EXIT);
    options.plan.exit_rules[SO_ERROR_RULE].read_bytes = 1; // of the four that were written
    recorder = trace_answers(&options, false);
    check_answer(recorder, nth(recorder, ARCH, SYS_getsockopt, 0), ECONNREFUSED, RC_PIECE_TRUNCATED);
    recorder_close(recorder);
}

static void check_unasked(struct recorder *recorder) {
    assert_int_equal(count_events(recorder, RC_CALL, -1, -1), 5);
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getsockopt), 4);
    for (size_t i = 0; i < recorder_count(recorder); i++) {
        const struct rc_event event = recorder_event(recorder, i);
        if (event.kind == RC_CALL) {
            assert_int_equal(event.flags & RC_UNASKED, event.nr == SYS_getppid ? 0 : RC_UNASKED);
        }
    }
    check_answer(recorder, nth(recorder, ARCH, SYS_getsockopt, 0), ECONNREFUSED, 0);
}

static struct rc_options skipping_all(void) {
    struct rc_options options = with_rules(RC_PLAN_AT_EXIT);
    memset(options.plan.table, RC_PLAN_SKIP, sizeof options.plan.table);
    options.plan.unlisted = RC_PLAN_SKIP;
    rule(&options, RC_ABI_NATIVE, SYS_getsockopt, SO_ERROR_RULE, RC_PLAN_SKIP | RC_PLAN_AT_EXIT);
    return options;
}

static void a_skipped_call_whose_rule_applies_is_told_as_unasked(void **state) {
    (void)state;
    struct rc_options options = skipping_all();
    rule(&options, RC_ABI_NATIVE, SYS_close, FAILED_RULE, RC_PLAN_SKIP | RC_PLAN_AT_EXIT);
    struct recorder *recorder = trace_answers(&options, false);
    check_unasked(recorder);
    const size_t close = nth(recorder, ARCH, SYS_close, 0);
    assert_int_equal(recorder_event(recorder, close).result, -EBADF); // the others did not fail
    recorder_close(recorder);
}

static void a_filter_stops_the_program_where_a_rule_may_apply(void **state) {
    (void)state;
    struct rc_options options = skipping_all();
    options.follow_children = true;
    rule(&options, RC_ABI_NATIVE, SYS_close, FAILED_RULE, RC_PLAN_SKIP | RC_PLAN_AT_EXIT);
    struct recorder *recorder = trace_answers(&options, true);
    assert_true(rc_session_bound(recorder_session(recorder)));
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_getsockopt), 4);
    assert_int_equal(count_events(recorder, RC_CALL, -1, SYS_close), 0); // a failure is not worth a stop at each
    recorder_close(recorder);
}

static void a_rule_beyond_the_arguments_is_refused(void **state) {
    (void)state;
    struct rc_options options = with_rules(RC_PLAN_AT_EXIT);
    options.plan.exit_rules[0].read_arg = 6;
    struct rc_session *session = NULL;
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
    options = with_rules(RC_PLAN_AT_EXIT);
    options.plan.exit_rules[FAILED_RULE].when_arg[1] = 6;
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
    options = with_rules(RC_PLAN_AT_EXIT);
    options.plan.exit_rules[FAILED_RULE].length_arg = -2;
    assert_int_equal(rc_session_open(&options, &session), EINVAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_call_wrote_is_read_where_the_conditions_hold),
        cmocka_unit_test(what_an_i386_call_wrote_is_read_as_well),
        cmocka_unit_test(what_cannot_be_read_is_said),
        cmocka_unit_test(a_skipped_call_whose_rule_applies_is_told_as_unasked),
        cmocka_unit_test(a_filter_stops_the_program_where_a_rule_may_apply),
        cmocka_unit_test(a_rule_beyond_the_arguments_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

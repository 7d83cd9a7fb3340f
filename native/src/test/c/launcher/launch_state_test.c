// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What the launcher records comes back from its text, and a broken text is refused whole.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "launcher/launch_state.h"

#define WHOLE "v=1;mask=200;ign=1001;core=33;cpus=0-1,64;fds=0-2,7;lim=1:2,-:-"

static void recorded_state_survives_its_text(void **unused) {
    (void)unused;
    static struct rc_launch_state recorded;
    static struct rc_launch_state parsed;
    static char text[RC_LAUNCH_TEXT_SIZE];
    assert_int_equal(rc_launch_state_record(&recorded), 0);
    assert_int_equal(rc_launch_state_format(&recorded, text, sizeof text), 0);
    assert_int_equal(rc_launch_state_parse(text, &parsed), 0);
    assert_true(parsed.cpu_words > 0 && parsed.cpu_words <= recorded.cpu_words);
    recorded.cpu_words = parsed.cpu_words; // words without a CPU are not written
    assert_memory_equal(&recorded, &parsed, sizeof parsed);
}

static void every_field_is_read(void **unused) {
    (void)unused;
    static struct rc_launch_state state;
    assert_int_equal(rc_launch_state_parse(WHOLE, &state), 0);
    assert_int_equal(state.mask, 0x200);
    assert_int_equal(state.ignored, 0x1001);
    assert_int_equal(state.coredump_filter, 0x33);
    assert_int_equal(state.cpu_words, 2);
    assert_int_equal(state.cpus[0], 3);
    assert_int_equal(state.cpus[1], 1);
    assert_int_equal(state.fd_ranges, 2);
    assert_int_equal(state.fds[0].last, 2);
    assert_int_equal(state.fds[1].first, 7);
    assert_int_equal(state.limit_count, 2);
    assert_int_equal(state.limits[0].rlim_max, 2);
    assert_true(state.limits[1].rlim_cur == RLIM_INFINITY);
}

static void a_directory_is_told_where_there_is_one(void **unused) {
    (void)unused;
    static struct rc_launch_state state;
    static char text[RC_LAUNCH_TEXT_SIZE];
    assert_int_equal(rc_launch_state_parse(WHOLE, &state), 0);
    assert_false(state.has_directory);
    assert_int_equal(rc_launch_state_parse(WHOLE ";dir=7", &state), 0);
    assert_true(state.has_directory);
    assert_int_equal(state.directory, 7);
    assert_int_equal(rc_launch_state_format(&state, text, sizeof text), 0);
    assert_string_equal(text, WHOLE ";dir=7");
    assert_int_equal(rc_launch_state_parse(WHOLE ";dir=", &state), EINVAL);
    assert_int_equal(rc_launch_state_parse(WHOLE ";dir=7x", &state), EINVAL);
    assert_int_equal(rc_launch_state_parse(WHOLE ";dir=4294967296", &state), EINVAL);
}

static void empty_lists_are_allowed(void **unused) {
    (void)unused;
    static struct rc_launch_state state;
    assert_int_equal(rc_launch_state_parse("v=1;mask=0;ign=0;core=0;cpus=;fds=;lim=", &state), 0);
    assert_int_equal(state.cpu_words + state.fd_ranges + state.limit_count, 0);
}

static void broken_texts_are_refused(void **unused) {
    (void)unused;
    static const char *const broken[] = {
        "",
        "v=2;mask=0;ign=0;core=0;cpus=;fds=;lim=",
        "v=1;mask=;ign=0;core=0;cpus=;fds=;lim=",
        "v=1;mask=10000000000000000;ign=0;core=0;cpus=;fds=;lim=",
        "v=1;mask=0;ign=0;core=0;cpus=8192;fds=;lim=",
        "v=1;mask=0;ign=0;core=0;cpus=1-0;fds=;lim=",
        "v=1;mask=0;ign=0;core=0;cpus=0,;fds=;lim=",
        "v=1;mask=0;ign=0;core=0;cpus=;fds=3,2;lim=",
        "v=1;mask=0;ign=0;core=0;cpus=;fds=99999999999;lim=",
        "v=1;mask=0;ign=0;core=0;cpus=;fds=;lim=1",
        "v=1;mask=0;ign=0;core=0;cpus=;fds=;lim=1:x",
        "v=1;mask=0;ign=0;core=0;cpus=;fds=;lim=1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1",
        WHOLE ";",
        WHOLE ",",
    };
    static struct rc_launch_state state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        if (rc_launch_state_parse(broken[i], &state) != EINVAL) {
            fail_msg("accepted: %s", broken[i]);
        }
    }
}

static void a_text_that_does_not_fit_is_told(void **unused) {
    (void)unused;
    static struct rc_launch_state state;
    char text[sizeof WHOLE];
    assert_int_equal(rc_launch_state_parse(WHOLE, &state), 0);
    assert_int_equal(rc_launch_state_format(&state, text, sizeof text), 0);
    assert_string_equal(text, WHOLE);
    assert_int_equal(rc_launch_state_format(&state, text, sizeof text - 1), ENOSPC);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_state_survives_its_text), cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(empty_lists_are_allowed),          cmocka_unit_test(broken_texts_are_refused),
        cmocka_unit_test(a_text_that_does_not_fit_is_told), cmocka_unit_test(a_directory_is_told_where_there_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

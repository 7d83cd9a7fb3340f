// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// An environment goes through a JVM that sees none of it, and comes back byte for byte.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "launcher/launch_environment.h"

enum { EVERY_BYTE = 255, MORE = 8 };

// An entry that begins with each byte there is, and some of the kinds that a shell makes and others do.
static char **entries(void) {
    static const char *const others[MORE] = {
        "", "=", "no equals sign", "A=1", "A=2", "BASH_FUNC_f%%=() { :\n}", "JAVA_TOOL_OPTIONS=-Xmx1m", "TZ=UTC"};
    char **all = calloc(EVERY_BYTE + MORE + 1, sizeof *all);
    assert_non_null(all);
    for (unsigned i = 0; i < EVERY_BYTE; i++) {
        char text[] = {(char)(i + 1), 'x', '=', '\0'};
        all[i] = strdup(text);
    }
    for (unsigned i = 0; i < MORE; i++) {
        all[EVERY_BYTE + i] = strdup(others[i]);
    }
    return all;
}

static void release(char **all) {
    for (char **entry = all; *entry != NULL; entry++) {
        free(*entry);
    }
    free(all);
}

static void it_comes_back_byte_for_byte(void **unused) {
    (void)unused;
    char **given = entries();
    char **expected = entries();
    const size_t count = rc_entries(given);
    char **hidden = rc_jvm_environment(given);
    assert_non_null(hidden);
    char **back = rc_given_environment(hidden, count);
    assert_non_null(back);
    assert_int_equal(rc_entries(back), count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(back[i], expected[i]);
    }
    for (char **own = hidden + count; *own != NULL; own++) {
        if (strncmp(*own, "TZ=", 3) == 0) {
            free(*own); // the one copied variable
        }
    }
    free(back);
    free(hidden);
    release(given);
    release(expected);
}

static const char *value_of(char *const *environment, const char *name) {
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, name, strlen(name)) == 0 && (*environment)[strlen(name)] == '=') {
            return *environment + strlen(name) + 1;
        }
    }
    return NULL;
}

static void a_jvm_sees_only_what_is_its_own(void **unused) {
    (void)unused;
    char tool[] = "JAVA_TOOL_OPTIONS=-Xmx1m";
    char preload[] = "LD_PRELOAD=/x.so";
    char locale[] = "LC_ALL=tlh_KX";
    char zone[] = "TZ=UTC";
    char *given[] = {tool, preload, locale, zone, NULL};
    char **hidden = rc_jvm_environment(given);
    assert_non_null(hidden);
    assert_null(value_of(hidden, "JAVA_TOOL_OPTIONS"));
    assert_null(value_of(hidden, "LD_PRELOAD"));
    assert_string_equal(value_of(hidden, "LC_ALL"), "C.UTF-8");
    assert_string_equal(value_of(hidden, "TZ"), "UTC");
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(strlen(hidden[i]), strlen(given[i])); // which execve's limit counts
    }
    free(hidden[4]); // TZ's copy
    free(hidden);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back_byte_for_byte),
        cmocka_unit_test(a_jvm_sees_only_what_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A window gives what is in it and nothing else, wherever an address and a length lie. The memory is this process's
// own.
#define _GNU_SOURCE
#include "tracee/shapes/window.h"

#include <stdarg.h>
#include <setjmp.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tracee/tasks.h"

enum { PAGE = RC_WINDOW_BYTES };

// Three pages of letters, of which the last one is gone.
static uint8_t *memory(void) {
    uint8_t *pages = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(pages != MAP_FAILED);
    for (size_t i = 0; i < 2 * PAGE; i++) {
        pages[i] = (uint8_t)('a' + i % 26);
    }
    assert_int_equal(munmap(pages + 2 * PAGE, PAGE), 0);
    return pages;
}

static void open_window(struct rc_window *window, uint64_t address) {
    struct rc_process process = {.mem_fd = -1};
    const struct rc_task task = {.tid = getpid(), .process = &process};
    rc_window_open(window, &task, address);
}

static void what_is_in_the_page_of_the_address_is_given(void **state) {
    (void)state;
    uint8_t *pages = memory();
    const uint64_t page = (uint64_t)(uintptr_t)pages + PAGE;
    struct rc_window window;
    open_window(&window, page + 100);
    uint8_t out[PAGE];
    assert_true(rc_window_copy(&window, page, out, PAGE));
    assert_memory_equal(out, pages + PAGE, PAGE);
    assert_true(rc_window_copy(&window, page + PAGE - 3, out, 3));
    assert_memory_equal(out, pages + 2 * PAGE - 3, 3);
    assert_int_equal(munmap(pages, 2 * PAGE), 0);
}

static void what_reaches_beyond_the_page_is_not_given(void **state) {
    (void)state;
    uint8_t *pages = memory();
    const uint64_t page = (uint64_t)(uintptr_t)pages + PAGE;
    struct rc_window window;
    open_window(&window, page);
    uint8_t out[PAGE] = "untouched";
    assert_false(rc_window_copy(&window, page - 1, out, 1));
    assert_false(rc_window_copy(&window, page - 1, out, 2));
    assert_false(rc_window_copy(&window, page + PAGE - 3, out, 4));
    assert_false(rc_window_copy(&window, page + PAGE, out, 1));
    assert_false(rc_window_copy(&window, page, out, PAGE + 1));
    assert_false(rc_window_copy(&window, page + 1, out, SIZE_MAX));
    assert_false(rc_window_copy(&window, UINT64_MAX, out, 2));
    assert_false(rc_window_copy(&window, 0, out, 1));
    assert_memory_equal(out, "untouched", sizeof "untouched");
    assert_int_equal(munmap(pages, 2 * PAGE), 0);
}

static void of_memory_that_is_gone_nothing_is_given(void **state) {
    (void)state;
    uint8_t *pages = memory();
    const uint64_t gone = (uint64_t)(uintptr_t)pages + 2 * PAGE;
    struct rc_window window;
    open_window(&window, gone + 8);
    uint8_t out[8];
    assert_false(rc_window_copy(&window, gone + 8, out, 8));
    open_window(&window, UINT64_MAX);
    assert_false(rc_window_copy(&window, UINT64_MAX, out, 1));
    assert_int_equal(munmap(pages, 2 * PAGE), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_the_page_of_the_address_is_given),
        cmocka_unit_test(what_reaches_beyond_the_page_is_not_given),
        cmocka_unit_test(of_memory_that_is_gone_nothing_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

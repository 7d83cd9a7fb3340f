// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Files of a target are opened for its unwinder, and what only stands in the place of a file is left alone.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "tracee/proc/procfs.h"
#include "tracee/target_files.h"

struct folder {
    char path[32];
    char name[64]; // of the one thing in it
};

static struct folder make_folder(void) {
    struct folder folder = {.path = "/tmp/renacer-files-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    (void)snprintf(folder.name, sizeof folder.name, "%s/thing", folder.path);
    return folder;
}

static void remove_folder(const struct folder *folder) {
    assert_int_equal(remove(folder->name), 0);
    assert_int_equal(rmdir(folder->path), 0);
}

static void a_file_is_opened_for_reading(void **state) {
    (void)state;
    const struct folder folder = make_folder();
    FILE *file = fopen(folder.name, "we");
    assert_non_null(file);
    assert_true(fputs("text", file) >= 0);
    assert_int_equal(fclose(file), 0);
    const int fd = rc_open_in_root(getpid(), folder.name, false);
    char text[8] = "";
    assert_int_equal(read(fd, text, sizeof text), 4);
    assert_string_equal(text, "text");
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assert_int_equal(close(fd), 0);
    remove_folder(&folder);
}

static void what_is_no_file_is_not_opened(void **state) {
    (void)state;
    const struct folder folder = make_folder();
    assert_int_equal(rc_open_in_root(getpid(), folder.name, true), -1); // nothing there
    assert_int_equal(symlink(folder.path, folder.name), 0);
    assert_int_equal(rc_open_in_root(getpid(), folder.name, true), -1);
    assert_int_equal(rc_open_in_root(getpid(), "/dev/null", true), -1);
    remove_folder(&folder);
}

static _Noreturn void wait_for_a_reader(const char *fifo) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)open(fifo, O_WRONLY | O_CLOEXEC);
    _exit(0);
}

static void who_waits_at_a_fifo_does_not_notice_a_look_at_it(void **state) {
    (void)state;
    const struct folder folder = make_folder();
    assert_int_equal(mkfifo(folder.name, 0600), 0);
    const pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0) {
        wait_for_a_reader(folder.name);
    }
    await_in_call(writer, SYS_openat);
    assert_int_equal(rc_open_in_root(writer, folder.name, true), -1);
    // A reader would have made it runnable before its own open had returned.
    struct rc_proc_call call;
    rc_proc_call(writer, writer, &call);
    assert_true(call.known);
    assert_int_equal(call.nr, SYS_openat);
    assert_int_equal(process_state(writer), 'S');
    assert_int_equal(kill(writer, SIGKILL), 0);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
    remove_folder(&folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_opened_for_reading),
        cmocka_unit_test(what_is_no_file_is_not_opened),
        cmocka_unit_test(who_waits_at_a_fifo_does_not_notice_a_look_at_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

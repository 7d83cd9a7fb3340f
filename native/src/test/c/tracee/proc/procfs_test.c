// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What /proc says of processes that make its files long.
#define _GNU_SOURCE
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "tracee/proc/procfs.h"

static void ignore(int signal) {
    (void)signal;
}

static void *wait_for_ever(void *unused) {
    (void)unused;
    for (;;) {
        (void)pause();
    }
    return NULL;
}

// Two threads, a handler for SIGUSR1, and so many supplementary groups. Writes whether it came to that.
static _Noreturn void belong_to(size_t groups, int ready) {
    pthread_t thread;
    gid_t *list = calloc(groups, sizeof *list);
    char well = list != NULL && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && signal(SIGUSR1, ignore) != SIG_ERR &&
                pthread_create(&thread, NULL, wait_for_ever, NULL) == 0;
    for (size_t i = 0; list != NULL && i < groups; i++) {
        list[i] = (gid_t)(1000000 + i);
    }
    well = well && setgroups(groups, list) == 0;
    if (write(ready, &well, 1) == 1) {
        (void)wait_for_ever(NULL);
    }
    _exit(1);
}

static bool count_thread(void *context, pid_t tid) {
    (void)tid;
    ++*(long *)context;
    return true;
}

static void expect_status_of_a_member_of(size_t groups) {
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        belong_to(groups, ready[1]);
    }
    char well = 0;
    assert_int_equal(read(ready[0], &well, 1), 1);
    assert_int_equal(well, 1);
    struct rc_proc_status status;
    assert_int_equal(rc_proc_status(pid, &status), 0);
    assert_int_equal(status.tgid, pid);
    assert_int_equal(status.ppid, getpid());
    assert_int_equal(status.inner_pid, pid);
    long threads = 0;
    assert_int_equal(rc_proc_tasks(pid, count_thread, &threads), 0);
    assert_true(threads >= 2); // a sanitizer may have one of its own
    assert_int_equal(status.threads, threads);
    assert_true((status.caught & (1ull << (SIGUSR1 - 1))) != 0);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(close(ready[0]), 0);
    assert_int_equal(close(ready[1]), 0);
}

static void a_member_of_very_many_groups_is_known_as_well_as_others(void **state) {
    (void)state;
    if (getuid() != 0) {
        print_message("  needs root to join groups\n");
        skip();
    }
    expect_status_of_a_member_of(1);
    expect_status_of_a_member_of(1000);
    expect_status_of_a_member_of(65536); // NGROUPS_MAX
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_of_very_many_groups_is_known_as_well_as_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A tracer that is killed while it moves threads to its CPU: they go on, and what is left of its journal gives them
// their own place back. RENACER_KILLS says how many tracers are killed.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "kills.h"
#include "tracee/proc/procfs.h"
#include "threads/clock.h"

static cpu_set_t own_cpus(void) {
    cpu_set_t own;
    assert_int_equal(sched_getaffinity(0, sizeof own, &own), 0);
    return own;
}

static void colocate(const struct round *round, struct rc_options *options) {
    options->colocate = true;
    options->journal = round->journal;
}

// ---- the moment

static int open_journal(const struct round *round, uint64_t since) {
    int fd;
    while ((fd = open(round->journal, O_RDONLY | O_CLOEXEC)) < 0) {
        check_wait(round, since);
    }
    return fd;
}

// Spins until the first entry of a journal is written, which is what happens just before a thread is moved. Returns
// false if that journal's session ended without.
static bool await_entry_of(const struct round *round, int fd, uint64_t since) {
    enum { FIRST_ENTRY = 24 }; // journal.c: magic, owner, size, owner_start; then entries, each with `used` in front
    const uint8_t *at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(at, MAP_FAILED);
    struct stat status = {.st_nlink = 1};
    bool used = false;
    while (!used && status.st_nlink > 0) {
        check_wait(round, since);
        assert_int_equal(fstat(fd, &status), 0);
        used = atomic_load((const _Atomic uint32_t *)(const void *)(at + FIRST_ENTRY)) != 0;
    }
    assert_int_equal(munmap((void *)(uintptr_t)at, 4096), 0);
    return used;
}

static void await_entry(const struct round *round) {
    const uint64_t since = rc_now();
    bool used = false;
    while (!used) {
        const int fd = open_journal(round, since);
        used = await_entry_of(round, fd, since);
        assert_int_equal(close(fd), 0);
    }
}

// Spins until its busiest thread is (away) or is not kept on one CPU; the journal forgets it just after that is over.
static void await_place(const struct round *round, bool away) {
    const uint64_t since = rc_now();
    const cpu_set_t own = own_cpus();
    cpu_set_t now;
    do {
        assert_int_equal(sched_getaffinity(round->tally->tids[0], sizeof now, &now), 0);
        check_wait(round, since);
    } while ((CPU_EQUAL(&now, &own) == 0) != away);
}

static void await_moment(const struct round *round, unsigned which) {
    switch (which % 5) {
    case 0:
        await_phase(round, ATTACHING, true);
        pause_for(below(60000000));
        break;
    case 1:
        await_entry(round);
        break;
    case 2:
        await_entry(round);
        pause_for(below(30000));
        break;
    case 3:
        await_place(round, true);
        await_place(round, false);
        break;
    default:
        await_place(round, true);
        await_phase(round, LETTING_GO, true);
        pause_for(below(1000000));
        break;
    }
}

// ---- the place

struct placement {
    cpu_set_t expected;
    unsigned elsewhere; // threads
};

static bool compare_placement(void *context, pid_t tid) {
    struct placement *placement = context;
    cpu_set_t now;
    const bool known = sched_getaffinity(tid, sizeof now, &now) == 0;
    placement->elsewhere += known && !CPU_EQUAL(&now, &placement->expected) ? 1 : 0;
    return true;
}

static unsigned elsewhere(const struct round *round) {
    struct placement placement = {.expected = own_cpus()};
    assert_int_equal(rc_proc_tasks(round->tally->pid, compare_placement, &placement), 0);
    return placement.elsewhere;
}

static void recover(const struct round *round, struct outcome *outcome) {
    outcome->moved += elsewhere(round) > 0 ? 1 : 0;
    const int recovered = rc_affinity_recover(round->journal); // as the next start of the tool does
    if (recovered < 0) {
        assert_int_equal(recovered, -ENOENT); // killed before it was created, or after it was deleted
    }
    outcome->restored += elsewhere(round) == 0 ? 1 : 0;
    end_target(round, outcome);
}

static void what_was_moved_is_put_back(void **state) {
    (void)state;
    const cpu_set_t own = own_cpus();
    if (CPU_COUNT(&own) < 2) {
        print_message("  one CPU only: nothing can be moved\n");
        skip();
    }
    need_hot_threads(2);
    const struct way way = {
        .name = "co-located",
        .adjust = colocate,
        .trace = attach_again_and_again,
        .await_moment = await_moment,
        .look_after = recover,
    };
    const struct outcome outcome = kill_tracers(&way);
    print_message(", affinity restored %u (%u were left on one CPU)\n", outcome.restored, outcome.moved);
    assert_int_equal(outcome.restored, outcome.kills);
    expect_unharmed(&outcome);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_moved_is_put_back),
    };
    return cmocka_run_group_tests(tests, kills_setup, NULL);
}

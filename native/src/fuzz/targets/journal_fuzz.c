// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The journal of moved threads, written by a stranger: whatever it says, nothing is moved but a thread that sits where
// the journal says it was left. Which threads there are is told by this file, so that no other program is touched.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "affinity/journal.h"
#include "capture.h"
#include "input.h"
#include "tracee/proc/procfs.h"
#include "tracee/proc/schedstat.h"

enum { LIVING = 7, MOVED = 8, START = 4242 };

static char path[64];
static bool asked;
static cpu_set_t left_at; // where a tracer that was killed left this thread

// Stands in for procfs.c: MOVED lives and began at START, LIVING began at another time, nobody else is there.
int rc_proc_stat(pid_t pid, struct rc_proc_stat *out) {
    if (pid != MOVED && pid != LIVING) {
        return ENOENT;
    }
    *out = (struct rc_proc_stat){.state = 'S', .start = pid == MOVED ? START : START + 1};
    return 0;
}

int rc_proc_tasks(pid_t pid, bool (*visit)(void *context, pid_t tid), void *context) {
    if (pid != MOVED) {
        return ENOENT;
    }
    asked = true;
    (void)visit(context, 0); // this thread
    return 0;
}

void rc_proc_call(pid_t tgid, pid_t tid, struct rc_proc_call *out) {
    (void)tgid, (void)tid;
    *out = (struct rc_proc_call){.known = false};
}

// Stands in for schedstat.c: this thread uses the CPU while it is looked at, so a recovery waits for it as it does for
// a thread that might be in clone.
int rc_schedstat_open(pid_t tid) {
    (void)tid;
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool rc_schedstat_read(int schedstat, struct rc_cpu_use *out) {
    static int64_t ran_ns;
    ran_ns += 1000000;
    *out = (struct rc_cpu_use){.ran_ns = ran_ns};
    return schedstat >= 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    cpu_set_t all;
    size_t cpu = 0;
    REQUIRE(sched_getaffinity(0, sizeof all, &all) == 0);
    while (!CPU_ISSET(cpu, &all)) {
        cpu++;
    }
    CPU_SET(cpu, &left_at);
    (void)snprintf(path, sizeof path, "/dev/shm/renacer-fuzz-%d", getpid());
    return 0;
}

// Size of a journal: that of one made by the tracer itself.
static off_t size_of_a_journal(void) {
    static off_t size;
    if (size == 0) {
        struct rc_journal *journal = NULL;
        REQUIRE(rc_journal_open(path, &journal) == 0);
        const int fd = open(path, O_RDONLY | O_CLOEXEC);
        REQUIRE(fd >= 0);
        size = lseek(fd, 0, SEEK_END);
        (void)close(fd);
        rc_journal_close(journal);
    }
    return size;
}

// The input is the file's start; its first byte says whether the file has the right size.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    REQUIRE(sched_setaffinity(0, sizeof left_at, &left_at) == 0);
    const off_t whole = size_of_a_journal();
    if (size == 0 || (off_t)size > whole) {
        return 0;
    }
    const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0);
    REQUIRE(write(fd, data + 1, size - 1) == (ssize_t)size - 1);
    REQUIRE(data[0] % 8 == 7 || ftruncate(fd, whole) == 0);
    REQUIRE(close(fd) == 0);
    asked = false;
    const int restored = rc_affinity_recover(path);
    REQUIRE(restored <= RC_JOURNAL_ENTRIES && (restored <= 0 || asked));
    REQUIRE((restored < 0) == (access(path, F_OK) == 0)); // a file that is not a journal is left alone
    (void)unlink(path);
    return 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A tracer that is killed at any moment harms nobody: what it had attached to or launched goes on with right results
// and where it was allowed to run; what carries a filter of ours ends with it. RENACER_KILLS says how many tracers are
// killed in each way.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"
#include "procfs.h"
#include "session.h"
#include "stop_cost.h"
#include "tracees/checked/tally.h"

// What a tracer is about to do; the moments it may be killed in.
enum phase { OPENING, ATTACHING, TRACING, LETTING_GO, PHASES };
static const char *const PHASE_NAMES[PHASES] = {"opening", "attaching", "tracing", "letting go"};

// Shared with the tracer of a round.
struct stage {
    _Atomic int phase;
};

struct round {
    char folder[32];
    char file[64];    // of the tally
    char journal[64];
    char owner[16];
    struct tally *tally;
    struct stage *stage;
    pid_t tracer;
};

struct outcome {
    unsigned kills;
    unsigned in[PHASES];
    unsigned stuck;
    unsigned dead;
    unsigned unborn; // killed before its program was executed
    unsigned moved;  // left on one CPU
    unsigned restored;
    uint64_t wrong;
    uint64_t interrupted;
    uint64_t unimplemented;
};

static unsigned kills_wanted(void) {
    const char *text = getenv("RENACER_KILLS");
    const unsigned wanted = text == NULL ? 20 : (unsigned)strtoul(text, NULL, 10);
    assert_true(wanted > 0);
    return wanted;
}

static void pause_for(uint64_t ns) {
    const struct timespec time = {.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
    (void)nanosleep(&time, NULL);
}

static uint64_t below(uint64_t bound) {
    return (uint64_t)random() % bound;
}

static void *share(int fd, size_t size) {
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
    assert_ptr_not_equal(at, MAP_FAILED);
    return at;
}

static void round_open(struct round *round) {
    (void)strcpy(round->folder, "/tmp/renacer-kills-XXXXXX");
    assert_non_null(mkdtemp(round->folder));
    (void)snprintf(round->file, sizeof round->file, "%s/tally", round->folder);
    (void)snprintf(round->journal, sizeof round->journal, "%s/journal", round->folder);
    (void)snprintf(round->owner, sizeof round->owner, "%d", getpid());
    const int fd = open(round->file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, sizeof *round->tally), 0);
    round->tally = share(fd, sizeof *round->tally);
    assert_int_equal(close(fd), 0);
    round->stage = share(-1, sizeof *round->stage);
}

static void round_close(struct round *round, struct outcome *outcome) {
    outcome->wrong += round->tally->wrong;
    outcome->interrupted += round->tally->interrupted;
    outcome->unimplemented += round->tally->unimplemented;
    assert_int_equal(munmap(round->tally, sizeof *round->tally), 0);
    assert_int_equal(munmap(round->stage, sizeof *round->stage), 0);
    assert_int_equal(unlink(round->file), 0);
    assert_int_equal(rmdir(round->folder), 0); // and so no journal is left
}

// ---- the target

static void start_target(struct round *round) {
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char *const argv[] = {(char *)tracee("checked"), round->file, round->owner, NULL};
        (void)execv(argv[0], argv);
        _exit(127);
    }
    const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
    while (round->tally->pid == 0 || round->tally->rounds[TALLY_WORKERS - 1] == 0) {
        assert_true(rc_now() < until);
        pause_for(100000);
    }
}

// Waits until every worker has gone on by several rounds. Returns false if one does not.
static bool goes_on(const struct tally *tally) {
    uint64_t before[TALLY_WORKERS];
    for (size_t i = 0; i < TALLY_WORKERS; i++) {
        before[i] = tally->rounds[i];
    }
    const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
    for (size_t i = 0; i < TALLY_WORKERS;) {
        if (tally->rounds[i] >= before[i] + 3) {
            i++;
        } else if (rc_now() > until) {
            return false;
        } else {
            pause_for(100000);
        }
    }
    return true;
}

static bool is_free(void *context, pid_t tid) {
    struct rc_proc_status status;
    bool *free = context;
    *free = *free && (rc_proc_status(tid, &status) != 0 || status.tracer == 0) && process_state(tid) != 'T' &&
            process_state(tid) != 't';
    return true;
}

static void end_target(const struct round *round, struct outcome *outcome) {
    const pid_t pid = round->tally->pid;
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) != 0) {
        outcome->dead++;
        return;
    }
    bool free = true;
    if (!goes_on(round->tally) || rc_proc_tasks(pid, is_free, &free) != 0 || !free) {
        outcome->stuck++;
        (void)kill(pid, SIGKILL);
    }
    round->tally->end = 1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        outcome->dead++;
    }
}

// ---- the tracer

static struct rc_options tracing_options(void) {
    struct rc_options options = default_options();
    options.policy = RC_POLICY_DROP; // nobody reads
    return options;
}

static void enter(struct stage *stage, enum phase phase) {
    stage->phase = phase;
}

static _Noreturn void attach_again_and_again(const struct round *round, const struct rc_options *options) {
    for (;;) {
        struct rc_session *session = NULL;
        enter(round->stage, OPENING);
        if (rc_session_open(options, &session) != 0) {
            _exit(1);
        }
        enter(round->stage, ATTACHING);
        if (rc_session_attach(session, round->tally->pid).refusal != RC_OK) {
            _exit(2);
        }
        enter(round->stage, TRACING);
        pause_for(options->colocate ? 120000000u : 5000000u);
        enter(round->stage, LETTING_GO);
        rc_session_close(session);
    }
}

static _Noreturn void launch_and_wait(const struct round *round, const struct rc_options *options) {
    struct rc_session *session = NULL;
    char *const argv[] = {(char *)tracee("checked"), (char *)round->file, (char *)round->owner, NULL};
    const struct rc_launch launch = {.file = argv[0], .argv = argv, .envp = argv + 3};
    pid_t pid = 0;
    if (rc_session_open(options, &session) != 0) {
        _exit(1);
    }
    enter(round->stage, ATTACHING);
    if (rc_session_launch(session, &launch, &pid).refusal != RC_OK) {
        _exit(2);
    }
    enter(round->stage, TRACING);
    for (;;) {
        (void)pause();
    }
}

typedef void trace_fn(const struct round *, const struct rc_options *);

static void start_tracer(struct round *round, trace_fn *trace, const struct rc_options *options) {
    round->tracer = fork();
    assert_true(round->tracer >= 0);
    if (round->tracer == 0) {
        trace(round, options);
    }
}

// Fails when what is waited for does not come, and at once when the tracer has ended by itself.
static void check_wait(const struct round *round, uint64_t since) {
    siginfo_t end = {.si_pid = 0};
    assert_int_equal(waitid(P_PID, (id_t)round->tracer, &end, WEXITED | WNOHANG | WNOWAIT), 0);
    if (end.si_pid != 0) {
        print_error("the tracer ended by itself (%s): %d\n", PHASE_NAMES[round->stage->phase], end.si_status);
        fail();
    }
    assert_true(rc_now() < since + GENEROUS_S * 1000000000ull);
}

// In that phase if it comes again and again, or else in that one or after it.
static void await_phase(const struct round *round, enum phase phase, bool again) {
    const uint64_t since = rc_now();
    while (again ? round->stage->phase != (int)phase : round->stage->phase < (int)phase) {
        check_wait(round, since);
    }
}

static void kill_tracer(const struct round *round, struct outcome *outcome) {
    int status = 0;
    outcome->in[round->stage->phase]++;
    assert_int_equal(kill(round->tracer, SIGKILL), 0);
    assert_int_equal(waitpid(round->tracer, &status, 0), round->tracer);
    assert_true(WIFSIGNALED(status)); // and did not end by itself
    outcome->kills++;
}

static void report(const char *mode, const struct outcome *outcome) {
    print_message("  %s: %u tracers killed (", mode, outcome->kills);
    for (size_t phase = 0; phase < PHASES; phase++) {
        print_message("%s%u %s", phase == 0 ? "" : ", ", outcome->in[phase], PHASE_NAMES[phase]);
    }
    print_message("), %u targets stuck, %u dead, %lu wrong results, %lu ENOSYS, %lu EINTR", outcome->stuck,
                  outcome->dead, outcome->wrong, outcome->unimplemented, outcome->interrupted);
}

static void expect_unharmed(const struct outcome *outcome) {
    assert_int_equal(outcome->stuck, 0);
    assert_int_equal(outcome->dead, 0);
    assert_int_equal(outcome->wrong, 0);
    assert_int_equal(outcome->unimplemented, 0);
}

// ---- attached

static void what_is_attached_to_goes_on(void **state) {
    (void)state;
    const struct rc_options options = tracing_options();
    struct outcome outcome = {.kills = 0};
    for (unsigned i = kills_wanted(); i > 0; i--) {
        struct round round;
        round_open(&round);
        start_target(&round);
        start_tracer(&round, attach_again_and_again, &options);
        const enum phase phase = ATTACHING + (enum phase)below(3);
        await_phase(&round, phase, true);
        pause_for(below(phase == TRACING ? 5000000 : 400000));
        kill_tracer(&round, &outcome);
        end_target(&round, &outcome);
        round_close(&round, &outcome);
    }
    report("attached", &outcome);
    print_message("\n");
    expect_unharmed(&outcome);
}

// ---- launched

// Waits until an orphan of the tracer is the program, or none is left. Returns whether it is.
static bool await_program(const struct round *round, struct outcome *outcome) {
    const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
    while (round->tally->pid == 0) {
        int status = 0;
        const pid_t ended = waitpid(-1, &status, WNOHANG);
        if (ended < 0) {
            assert_int_equal(errno, ECHILD);
            outcome->unborn++; // it was not forked yet
            return false;
        }
        if (ended > 0) {
            // Our own code, which found its tracer gone before it was to become the program.
            const bool unborn = WIFEXITED(status) && WEXITSTATUS(status) == 127;
            outcome->unborn += unborn ? 1 : 0;
            outcome->dead += unborn ? 0 : 1;
            return false;
        }
        if (rc_now() > until) {
            outcome->stuck++;
            return false;
        }
        pause_for(100000);
    }
    return true;
}

static void what_is_launched_goes_on(void **state) {
    (void)state;
    const struct rc_options options = tracing_options();
    struct outcome outcome = {.kills = 0};
    for (unsigned i = kills_wanted(); i > 0; i--) {
        struct round round;
        round_open(&round);
        start_tracer(&round, launch_and_wait, &options);
        await_phase(&round, i % 2 == 0 ? ATTACHING : TRACING, false);
        pause_for(below(5000000));
        kill_tracer(&round, &outcome);
        if (await_program(&round, &outcome)) {
            end_target(&round, &outcome);
        }
        round_close(&round, &outcome);
    }
    report("launched without a filter", &outcome);
    print_message(", %u killed before the program was executed\n", outcome.unborn);
    expect_unharmed(&outcome);
}

static void what_carries_our_filter_ends_with_its_tracer(void **state) {
    (void)state;
    struct rc_options options = tracing_options();
    memset(&options.plan, RC_PLAN_SKIP, sizeof options.plan);
    options.plan.table[RC_ABI_X86_64][SYS_gettid] = 0;
    struct outcome outcome = {.kills = 0};
    unsigned ended = 0;
    for (unsigned i = kills_wanted(); i > 0; i--) {
        struct round round;
        round_open(&round);
        start_tracer(&round, launch_and_wait, &options);
        await_phase(&round, i % 4 == 0 ? ATTACHING : TRACING, false);
        pause_for(below(5000000));
        kill_tracer(&round, &outcome);
        const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
        pid_t orphan;
        while ((orphan = waitpid(-1, NULL, WNOHANG)) == 0 && rc_now() < until) {
            pause_for(100000);
        }
        outcome.stuck += orphan == 0 ? 1 : 0;
        ended += orphan == 0 ? 0 : 1;
        round.tally->end = 1;
        round_close(&round, &outcome);
    }
    report("launched with a filter", &outcome);
    print_message(", %u programs ended with their tracer\n", ended);
    assert_int_equal(ended, outcome.kills);
    expect_unharmed(&outcome);
}

// ---- co-located

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

static unsigned elsewhere(const struct round *round, const cpu_set_t *expected) {
    struct placement placement = {.expected = *expected};
    assert_int_equal(rc_proc_tasks(round->tally->pid, compare_placement, &placement), 0);
    return placement.elsewhere;
}

static int open_journal(const struct round *round, uint64_t since) {
    int fd;
    while ((fd = open(round->journal, O_RDONLY | O_CLOEXEC)) < 0) {
        check_wait(round, since);
    }
    return fd;
}

// Spins until the first entry of a journal is written, which is what happens just before a thread is moved. Returns false
// if that journal's session ended without.
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
static void await_place(const struct round *round, const cpu_set_t *own, bool away) {
    const uint64_t since = rc_now();
    cpu_set_t now;
    do {
        assert_int_equal(sched_getaffinity(round->tally->tids[0], sizeof now, &now), 0);
        check_wait(round, since);
    } while ((CPU_EQUAL(&now, own) == 0) != away);
}

static void await_moment(const struct round *round, unsigned which, const cpu_set_t *own) {
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
        await_place(round, own, true);
        await_place(round, own, false);
        break;
    default:
        await_place(round, own, true);
        await_phase(round, LETTING_GO, true);
        pause_for(below(1000000));
        break;
    }
}

static void what_was_moved_is_put_back(void **state) {
    (void)state;
    cpu_set_t own;
    assert_int_equal(sched_getaffinity(0, sizeof own, &own), 0);
    if (CPU_COUNT(&own) < 2) {
        print_message("  one CPU only: nothing can be moved\n");
        skip();
    }
    struct outcome outcome = {.kills = 0};
    for (unsigned i = kills_wanted(); i > 0; i--) {
        struct round round;
        round_open(&round);
        struct rc_options options = tracing_options();
        options.colocate = true;
        options.journal = round.journal;
        start_target(&round);
        start_tracer(&round, attach_again_and_again, &options);
        await_moment(&round, i, &own);
        kill_tracer(&round, &outcome);
        outcome.moved += elsewhere(&round, &own) > 0 ? 1 : 0;
        const int recovered = rc_affinity_recover(round.journal); // as the next start of the tool does
        if (recovered < 0) {
            assert_int_equal(recovered, -ENOENT); // killed before it was created, or after it was deleted
        }
        outcome.restored += elsewhere(&round, &own) == 0 ? 1 : 0;
        end_target(&round, &outcome);
        round_close(&round, &outcome);
    }
    report("co-located", &outcome);
    print_message(", affinity restored %u (%u were left on one CPU)\n", outcome.restored, outcome.moved);
    assert_int_equal(outcome.restored, outcome.kills);
    expect_unharmed(&outcome);
}

int main(void) {
    // Orphans of killed tracers come to us, and what tracing costs is measured once for all tracers.
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        return 1;
    }
    (void)rc_stop_cost();
    srandom((unsigned)rc_now());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_attached_to_goes_on),
        cmocka_unit_test(what_is_launched_goes_on),
        cmocka_unit_test(what_carries_our_filter_ends_with_its_tracer),
        cmocka_unit_test(what_was_moved_is_put_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

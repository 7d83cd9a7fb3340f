// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "kills.h"
#include "session.h"
#include "tracee/proc/procfs.h"
#include "threads/clock.h"
#include "throttle/stop_cost.h"

static const char *const PHASE_NAMES[PHASES] = {"opening", "attaching", "tracing", "detaching"};

int kills_setup(void **state) {
    (void)state;
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        return 1;
    }
    (void)rc_stop_cost();
    srandom((unsigned)rc_now());
    return 0;
}

static unsigned kills_wanted(void) {
    const char *text = getenv("RENACER_KILLS");
    const unsigned wanted = text == NULL ? MANY(20) : (unsigned)strtoul(text, NULL, 10);
    assert_true(wanted > 0);
    return wanted;
}

uint64_t below(uint64_t bound) {
    return (uint64_t)random() % bound;
}

// ---- the round

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
    round->phase = share(-1, sizeof *round->phase);
}

static void round_close(struct round *round, struct outcome *outcome) {
    outcome->wrong += round->tally->wrong;
    outcome->interrupted += round->tally->interrupted;
    outcome->unimplemented += round->tally->unimplemented;
    assert_int_equal(munmap(round->tally, sizeof *round->tally), 0);
    assert_int_equal(munmap((void *)round->phase, sizeof *round->phase), 0);
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

void end_target(const struct round *round, struct outcome *outcome) {
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

void attach_again_and_again(const struct round *round, const struct rc_options *options) {
    for (;;) {
        struct rc_session *session = NULL;
        *round->phase = OPENING;
        if (rc_session_open(options, &session) != 0) {
            _exit(1);
        }
        *round->phase = ATTACHING;
        if (rc_session_attach(session, round->tally->pid).refusal != RC_OK) {
            _exit(2);
        }
        *round->phase = TRACING;
        pause_for(options->colocate ? 120000000u : 5000000u);
        *round->phase = LETTING_GO;
        rc_session_close(session);
    }
}

void launch_and_wait(const struct round *round, const struct rc_options *options) {
    struct rc_session *session = NULL;
    char *const argv[] = {(char *)tracee("checked"), (char *)round->file, (char *)round->owner, NULL};
    const struct rc_launch launch = {.file = argv[0], .argv = argv, .envp = argv + 3, .filtered = true};
    pid_t pid = 0;
    if (rc_session_open(options, &session) != 0) {
        _exit(1);
    }
    *round->phase = ATTACHING;
    if (rc_session_launch(session, &launch, &pid).refusal != RC_OK) {
        _exit(2);
    }
    *round->phase = TRACING;
    for (;;) {
        (void)pause();
    }
}

static void start_tracer(struct round *round, trace_fn *trace, const struct rc_options *options) {
    round->tracer = fork();
    assert_true(round->tracer >= 0);
    if (round->tracer == 0) {
        trace(round, options);
    }
}

void check_wait(const struct round *round, uint64_t since) {
    siginfo_t end = {.si_pid = 0};
    assert_int_equal(waitid(P_PID, (id_t)round->tracer, &end, WEXITED | WNOHANG | WNOWAIT), 0);
    if (end.si_pid != 0) {
        print_error("the tracer ended by itself (%s): %d\n", PHASE_NAMES[*round->phase], end.si_status);
        fail();
    }
    assert_true(rc_now() < since + GENEROUS_S * 1000000000ull);
}

void await_phase(const struct round *round, enum phase phase, bool again) {
    const uint64_t since = rc_now();
    while (again ? *round->phase != (int)phase : *round->phase < (int)phase) {
        check_wait(round, since);
    }
}

static void kill_tracer(const struct round *round, struct outcome *outcome) {
    int status = 0;
    outcome->in[*round->phase]++;
    assert_int_equal(kill(round->tracer, SIGKILL), 0);
    assert_int_equal(waitpid(round->tracer, &status, 0), round->tracer);
    assert_true(WIFSIGNALED(status)); // and did not end by itself
    outcome->kills++;
}

// ---- all rounds

static void run_round(const struct way *way, unsigned which, struct outcome *outcome) {
    struct round round;
    round_open(&round);
    struct rc_options options = tracing_options();
    if (way->adjust != NULL) {
        way->adjust(&round, &options);
    }
    if (way->trace == attach_again_and_again) {
        start_target(&round);
    }
    start_tracer(&round, way->trace, &options);
    way->await_moment(&round, which);
    kill_tracer(&round, outcome);
    way->look_after(&round, outcome);
    round_close(&round, outcome);
}

static void report(const char *name, const struct outcome *outcome) {
    print_message("  %s: %u tracers killed (", name, outcome->kills);
    for (size_t phase = 0; phase < PHASES; phase++) {
        print_message("%s%u %s", phase == 0 ? "" : ", ", outcome->in[phase], PHASE_NAMES[phase]);
    }
    print_message("), %u targets stuck, %u dead, %lu wrong results, %lu ENOSYS, %lu EINTR", outcome->stuck,
                  outcome->dead, outcome->wrong, outcome->unimplemented, outcome->interrupted);
}

struct outcome kill_tracers(const struct way *way) {
    struct outcome outcome = {.kills = 0};
    for (unsigned i = kills_wanted(); i > 0; i--) {
        run_round(way, i, &outcome);
    }
    report(way->name, &outcome);
    return outcome;
}

void expect_unharmed(const struct outcome *outcome) {
    assert_int_equal(outcome->stuck, 0);
    assert_int_equal(outcome->dead, 0);
    assert_int_equal(outcome->wrong, 0);
    assert_int_equal(outcome->unimplemented, 0);
}

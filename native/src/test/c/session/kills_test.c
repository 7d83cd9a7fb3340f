// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A tracer that is killed at any moment harms nobody: what it had attached to or launched goes on with right results;
// what carries a filter of ours ends with it. RENACER_KILLS says how many tracers are killed in each way.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "harness.h"
#include "kills.h"
#include "threads/clock.h"

// ---- attached

static void await_any_phase(const struct round *round, unsigned which) {
    (void)which;
    // An attach looks at all processes before it seizes a thread.
    static const uint64_t spread_ns[PHASES] = {[ATTACHING] = 1000000, [TRACING] = 5000000, [LETTING_GO] = 400000};
    const enum phase phase = ATTACHING + (enum phase)below(3);
    await_phase(round, phase, true);
    pause_for(below(spread_ns[phase]));
}

static void what_is_attached_to_goes_on(void **state) {
    (void)state;
    const struct way way = {
        .name = "attached",
        .trace = attach_again_and_again,
        .await_moment = await_any_phase,
        .look_after = end_target,
    };
    const struct outcome outcome = kill_tracers(&way);
    print_message("\n");
    expect_unharmed(&outcome);
}

// ---- launched

static void await_half_while_launching(const struct round *round, unsigned which) {
    await_phase(round, which % 2 == 0 ? ATTACHING : TRACING, false);
    pause_for(below(5000000));
}

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

static void end_program(const struct round *round, struct outcome *outcome) {
    if (await_program(round, outcome)) {
        end_target(round, outcome);
    }
}

static void what_is_launched_goes_on(void **state) {
    (void)state;
    const struct way way = {
        .name = "launched without a filter",
        .trace = launch_and_wait,
        .await_moment = await_half_while_launching,
        .look_after = end_program,
    };
    const struct outcome outcome = kill_tracers(&way);
    print_message(", %u killed before the program was executed\n", outcome.unborn);
    expect_unharmed(&outcome);
}

// ---- launched with a filter

static void add_filter(const struct round *round, struct rc_options *options) {
    (void)round;
    options->follow_children = true; // else there is no filter
    memset(options->plan.table, RC_PLAN_SKIP, sizeof options->plan.table);
    options->plan.unlisted = RC_PLAN_SKIP;
    options->plan.table[RC_ABI_NATIVE][SYS_gettid] = 0;
}

static void await_a_quarter_while_launching(const struct round *round, unsigned which) {
    await_phase(round, which % 4 == 0 ? ATTACHING : TRACING, false);
    pause_for(below(5000000));
}

static void await_end_of_program(const struct round *round, struct outcome *outcome) {
    const uint64_t until = rc_now() + GENEROUS_S * 1000000000ull;
    pid_t orphan;
    while ((orphan = waitpid(-1, NULL, WNOHANG)) == 0 && rc_now() < until) {
        pause_for(100000);
    }
    outcome->stuck += orphan == 0 ? 1 : 0;
    outcome->ended += orphan == 0 ? 0 : 1;
    round->tally->end = 1;
}

static void what_carries_our_filter_ends_with_its_tracer(void **state) {
    (void)state;
    const struct way way = {
        .name = "launched with a filter",
        .adjust = add_filter,
        .trace = launch_and_wait,
        .await_moment = await_a_quarter_while_launching,
        .look_after = await_end_of_program,
    };
    const struct outcome outcome = kill_tracers(&way);
    print_message(", %u programs ended with their tracer\n", outcome.ended);
    assert_int_equal(outcome.ended, outcome.kills);
    expect_unharmed(&outcome);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_attached_to_goes_on),
        cmocka_unit_test(what_is_launched_goes_on),
        cmocka_unit_test(what_carries_our_filter_ends_with_its_tracer),
    };
    return cmocka_run_group_tests(tests, kills_setup, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes each call site of the engine fail, once in turn, with each errno, in each way to trace and with each kind of
// target; afterwards no task of a target may be stopped, traced, or dead by us, and what failed must have been told
// wherever it cost anything.
//
//   RENACER_INJECTIONS=all     every combination; else a sample spread over all of them, for at most a minute
//   RENACER_INJECTION_SEED=N   which of the times a site is reached fails, and in which order; 1 where it is not given,
//                              so that a test run tries the same each time. Other seeds are for looking further.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scenario.h"
#include "site.h"
#include "throttle/stop_cost.h"

static const struct mode MODES[] = {
    {.name = "attached", .follow = false},
    {.name = "attached -f", .follow = true},
    {.name = "attached -f stacks colocated", .follow = true, .stacks = true, .colocated = true},
    {.name = "attached -f duty cycle", .follow = true, .duty_cycle = true},
    {.name = "launched", .launched = true},
    {.name = "launched -f", .launched = true, .follow = true},
    {.name = "launched -f to its end", .launched = true, .follow = true, .kept = true},
    {.name = "launched -f stacks", .launched = true, .follow = true, .stacks = true},
    {.name = "launched, one call wanted", .launched = true, .filtered = true, .kept = true},
    {.name = "launched -f filtered", .launched = true, .follow = true, .filtered = true, .kept = true},
};
static const char *const TARGETS[] = {"threads", "forks", "execs", "deaths", "stops"};
static const int ERRORS[] = {EMFILE, ENFILE, ENOMEM, EACCES, EPERM, ESRCH, EIO, EAGAIN};
enum {
    MODE_COUNT = sizeof MODES / sizeof MODES[0],
    TARGET_COUNT = sizeof TARGETS / sizeof TARGETS[0],
    ERROR_COUNT = sizeof ERRORS / sizeof ERRORS[0],
    AT_ONCE = 4,
    SAMPLE_S = 60,
    WORKER_S = 120, // a worker that hangs is not waited for any longer
    SHOWN = 40,
};

struct trial {
    int mode;
    int target;
    int site;
    int error;
    long at;
    int times;
    uint64_t order; // of the runs
};

struct control {
    struct told told;
    long reached[INJECTED_SITES];
};

struct slot {
    pid_t pid;
    struct trial trial;
    struct injection *injection;
    struct verdict *verdict;
    time_t began;
};

struct totals {
    unsigned runs;
    unsigned fired;
    unsigned stopped;
    unsigned harmed;
    unsigned unsaid;
    unsigned broken;
    bool failed[INJECTED_SITES];
};

static struct control controls[MODE_COUNT][TARGET_COUNT];
static struct slot slots[AT_ONCE];
static struct totals totals;

static void *shared(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("injection");
        exit(2);
    }
    return memory;
}

static time_t now_s(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void start(struct slot *slot, struct trial trial) {
    slot->trial = trial;
    slot->began = now_s();
    memset(slot->injection, 0, sizeof *slot->injection);
    memset(slot->verdict, 0, sizeof *slot->verdict);
    slot->injection->site = trial.site;
    slot->injection->error = trial.error;
    slot->injection->at = trial.at;
    slot->injection->times = trial.times;
    (void)fflush(stdout);
    slot->pid = fork();
    if (slot->pid == 0) {
        injection_use(slot->injection);
        scenario_run(&MODES[trial.mode], TARGETS[trial.target], slot->injection, slot->verdict);
    }
}

static bool covers(uint64_t whole, uint64_t part) {
    return part >= whole;
}

static bool is_whole(const struct told *expected, const struct told *got) {
    return covers(expected->marks, got->marks) && covers(expected->names, got->names) &&
           covers(expected->stacks, got->stacks) && covers(expected->processes, got->processes) &&
           covers(expected->threads, got->threads) && covers(expected->ends, got->ends) &&
           covers(expected->execs, got->execs);
}

static void show(const struct slot *slot, const char *what) {
    static unsigned shown;
    if (++shown > SHOWN) {
        return;
    }
    const struct injected_site *site = injection_site((size_t)slot->trial.site);
    const struct told *e = &controls[slot->trial.mode][slot->trial.target].told;
    const struct told *g = &slot->verdict->told;
    const char *file = strrchr(site->file, '/');
    printf("[  FAILED  ] %s: %s:%d %s %s (time %ld x %d), %s, %s: %s\n", what, file == NULL ? site->file : file + 1,
           site->line, site->function, strerrorname_np(slot->trial.error), slot->trial.at, slot->trial.times,
           MODES[slot->trial.mode].name, TARGETS[slot->trial.target], slot->verdict->text);
    if (strcmp(what, "unsaid") == 0) {
        printf("    marks %lu of %lu, names %lu of %lu, stacks %lu of %lu, processes %lu of %lu, threads %lu of %lu, "
               "ends %lu of %lu, "
               "execs %lu of %lu\n",
               g->marks, e->marks, g->names, e->names, g->stacks, e->stacks, g->processes, e->processes, g->threads,
               e->threads, g->ends, e->ends, g->execs, e->execs);
    }
}

static void judge(const struct slot *slot) {
    const struct verdict *verdict = slot->verdict;
    const bool fired = slot->injection->fired > 0;
    totals.runs++;
    totals.fired += fired ? 1 : 0;
    totals.failed[slot->trial.site] = totals.failed[slot->trial.site] || fired;
    if (!verdict->ran) {
        totals.broken++;
        show(slot, "the tracer ended or hangs");
    } else if (verdict->stopped) {
        totals.stopped++;
        show(slot, "stopped");
    } else if (verdict->harmed) {
        totals.harmed++;
        show(slot, "harmed");
    } else if (!verdict->said && !is_whole(&controls[slot->trial.mode][slot->trial.target].told, &verdict->told)) {
        totals.unsaid++;
        show(slot, "unsaid");
    }
}

// Takes the end of one that is running; a hanging one is ended.
static struct slot *reap(void) {
    for (;;) {
        for (int i = 0; i < AT_ONCE; i++) {
            struct slot *slot = &slots[i];
            if (slot->pid == 0) {
                continue;
            }
            if (now_s() > slot->began + WORKER_S) {
                (void)kill(slot->pid, SIGKILL);
            }
            if (waitpid(slot->pid, NULL, WNOHANG) == slot->pid) {
                slot->pid = 0;
                return slot;
            }
        }
        const struct timespec moment = {.tv_nsec = 500000};
        (void)nanosleep(&moment, NULL);
    }
}

static struct slot *free_slot(bool judged) {
    for (int i = 0; i < AT_ONCE; i++) {
        if (slots[i].pid == 0) {
            return &slots[i];
        }
    }
    struct slot *slot = reap();
    if (judged) {
        judge(slot);
    }
    return slot;
}

static void drain_slots(void) {
    for (int i = 0; i < AT_ONCE; i++) {
        if (slots[i].pid != 0) {
            judge(reap());
            i = -1;
        }
    }
}

// A trace in which nothing fails.
static bool control(int mode, int target) {
    struct control *control = &controls[mode][target];
    start(&slots[0], (struct trial){.mode = mode, .target = target, .site = -1});
    struct slot *slot = reap();
    const struct verdict *verdict = slot->verdict;
    const bool well =
        verdict->ran && !verdict->stopped && !verdict->harmed && (!verdict->said || MODES[mode].duty_cycle);
    if (!well) {
        printf("[  FAILED  ] %s, %s: without any failure: %s\n", MODES[mode].name, TARGETS[target],
               verdict->ran ? verdict->text : "the tracer ended or hangs");
    }
    control->told = verdict->told;
    for (size_t i = 0; i < injection_sites(); i++) {
        control->reached[i] = slot->injection->reached[i];
    }
    return well;
}

static struct trial *trials;
static size_t trial_count;

static void add(struct trial trial) {
    static size_t capacity;
    if (trial_count == capacity) {
        capacity = capacity == 0 ? 4096 : capacity * 2;
        trials = realloc(trials, capacity * sizeof *trials);
        if (trials == NULL) {
            exit(2);
        }
    }
    trials[trial_count++] = trial;
}

static uint64_t seed = 1;

// By what is tried alone and not by how often a site happened to be reached, so that a seed stands for the same trials
// in each run. The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA
// 2014).
static uint64_t hash_of(const struct trial *trial) {
    uint64_t hash = seed;
    const uint64_t parts[] = {(uint64_t)trial->mode,  (uint64_t)trial->target, (uint64_t)trial->site,
                              (uint64_t)trial->error, (uint64_t)trial->times,  (uint64_t)(trial->at != 0)};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        hash += parts[i] + 0x9e3779b97f4a7c15u;
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
        hash ^= hash >> 31;
    }
    return hash;
}

// A later time that the site is reached: below a power of two, which stays the same when it is reached a few times more
// or less.
static long later(uint64_t hash, long reached) {
    long bound = 1;
    while (bound * 2 < reached) {
        bound *= 2;
    }
    return 1 + (long)(hash % (uint64_t)bound);
}

// A ptrace request that fails several times in a row is not given up: it is made in another way. ESRCH is not a
// failure: the task was killed.
static void add_error(struct trial trial, bool request, long reached) {
    enum { IN_A_ROW = 4 };
    for (trial.times = 1; trial.times <= (request && trial.error != ESRCH ? IN_A_ROW : 1);
         trial.times += IN_A_ROW - 1) {
        trial.at = 0;
        trial.order = hash_of(&trial);
        add(trial);
        if (reached > 1) {
            trial.at = 1;
            trial.order = hash_of(&trial);
            trial.at = later(trial.order >> 16, reached);
            add(trial);
        }
    }
}

static void add_site(int mode, int target, int index) {
    const long reached = controls[mode][target].reached[index];
    const struct injected_site *site = injection_site((size_t)index);
    const bool request = strcmp(site->function, "ptrace") == 0;
    for (int error = 0; error < ERROR_COUNT && reached > 0; error++) {
        if (site->kind != INJECTED_MEMORY || ERRORS[error] == ENOMEM) {
            add_error((struct trial){.mode = mode, .target = target, .site = index, .error = ERRORS[error]}, request,
                      reached);
        }
    }
}

static int by_order(const void *left, const void *right) {
    const uint64_t a = ((const struct trial *)left)->order;
    const uint64_t b = ((const struct trial *)right)->order;
    return a < b ? -1 : a > b;
}

static void run_trials(bool all) {
    const time_t until = now_s() + SAMPLE_S;
    for (size_t i = 0; i < trial_count && (all || now_s() < until); i++) {
        start(free_slot(true), trials[i]);
    }
    drain_slots();
}

int main(int argc, char **argv) {
    const char *wanted = getenv("RENACER_INJECTIONS");
    const bool all = wanted != NULL && strcmp(wanted, "all") == 0;
    const char *seeded = getenv("RENACER_INJECTION_SEED");
    const int only_mode = argc > 1 ? atoi(argv[1]) : -1;
    const char *only_file = argc > 2 ? argv[2] : NULL;
    bool well = true;
    if (seeded != NULL) {
        seed = strtoull(seeded, NULL, 10);
    }
    for (int i = 0; i < AT_ONCE; i++) {
        slots[i].injection = shared(sizeof *slots[i].injection);
        slots[i].verdict = shared(sizeof *slots[i].verdict);
    }
    (void)rc_stop_cost(); // once for all that are forked
    const time_t began = now_s();
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        for (int target = 0; target < TARGET_COUNT && (only_mode < 0 || only_mode == mode); target++) {
            well = control(mode, target) && well;
            for (size_t site = 0; site < injection_sites(); site++) {
                if (only_file == NULL || strstr(injection_site(site)->file, only_file) != NULL) {
                    add_site(mode, target, (int)site);
                }
            }
        }
    }
    if (trial_count > 0) {
        qsort(trials, trial_count, sizeof *trials, by_order);
    }
    run_trials(all);
    unsigned sites = 0;
    for (size_t i = 0; i < injection_sites(); i++) {
        sites += totals.failed[i] ? 1 : 0;
    }
    printf("injection: %u of %zu call sites x %d errnos x %d targets in %d ways to trace, seed %llu, %u of %zu runs in "
           "%ld s: stopped %u, harmed %u, "
           "unsaid %u%s\n",
           sites, injection_sites(), ERROR_COUNT, TARGET_COUNT, MODE_COUNT, (unsigned long long)seed, totals.runs,
           trial_count, (long)(now_s() - began), totals.stopped + totals.broken, totals.harmed, totals.unsaid,
           well ? "" : "; not well without any failure");
    return well && totals.stopped + totals.broken + totals.harmed + totals.unsaid == 0 ? 0 : 1;
}

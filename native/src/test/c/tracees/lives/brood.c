// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Makes COUNT children that all live at once, each of which opens "/brood/of/NUMBER", and ends with 0 if each of them
// does:
//
//   brood fork COUNT         processes
//   brood thread COUNT       threads
//   brood asking COUNT       processes that ask for their creator's tracer (CLONE_PTRACE)
//   brood unannounced COUNT  the same, without an event of their creator (CLONE_UNTRACED)
//   brood hidden COUNT       processes and their creator are not dumpable
//   brood KIND COUNT wait    says "ready" and waits for a line first, says "here" and waits for another when all have
//                            been made, and waits for the end of its input at last
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int gate[2];
static bool waits;

static bool await_line(const char *said) {
    char line[8];
    printf("%s\n", said);
    (void)fflush(stdout);
    return fgets(line, sizeof line, stdin) != NULL;
}

static bool let_end(void) {
    const bool well = !waits || await_line("here");
    return close(gate[1]) == 0 && well;
}

static void live(long number) {
    char path[32];
    char nothing;
    (void)snprintf(path, sizeof path, "/brood/of/%ld", number);
    (void)open(path, O_RDONLY);
    (void)!read(gate[0], &nothing, 1); // until all are there
}

static void *live_as_thread(void *number) {
    live((long)(intptr_t)number);
    return NULL;
}

static pid_t make_process(unsigned long flags) {
    return flags == 0 ? fork() : (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
}

static bool make_processes(unsigned long flags, long count) {
    for (long i = 0; i < count; i++) {
        const pid_t pid = make_process(flags);
        if (pid == 0) {
            (void)close(gate[1]);
            live(i);
            _exit(0);
        }
        if (pid < 0) {
            return false;
        }
    }
    bool well = let_end();
    for (long i = 0; i < count; i++) {
        int status = -1;
        well = wait(&status) > 0 && status == 0 && well;
    }
    return well;
}

static bool make_threads(long count) {
    pthread_t *threads = calloc((size_t)count, sizeof *threads);
    bool well = threads != NULL;
    for (long i = 0; i < count && well; i++) {
        well = pthread_create(&threads[i], NULL, live_as_thread, (void *)(intptr_t)i) == 0;
    }
    well = let_end() && well;
    for (long i = 0; i < count && well; i++) {
        well = pthread_join(threads[i], NULL) == 0;
    }
    free(threads);
    return well;
}

static bool make(const char *kind, long count) {
    if (strcmp(kind, "thread") == 0) {
        return make_threads(count);
    }
    if (strcmp(kind, "hidden") == 0 && prctl(PR_SET_DUMPABLE, 0) != 0) {
        return false;
    }
    const bool unannounced = strcmp(kind, "unannounced") == 0;
    const bool asking = unannounced || strcmp(kind, "asking") == 0;
    return make_processes((asking ? CLONE_PTRACE : 0) | (unannounced ? CLONE_UNTRACED : 0), count);
}

int main(int argc, char **argv) {
    if (argc < 3 || pipe(gate) != 0) {
        return 2;
    }
    waits = argc > 3;
    if (waits && !await_line("ready")) {
        return 2;
    }
    const bool well = make(argv[1], strtol(argv[2], NULL, 10));
    while (waits && await_line(well ? "well" : "not well")) {
    }
    return well ? 0 : 1;
}

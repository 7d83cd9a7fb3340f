// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: stall PID   stops all threads of a process but the capture engine's own, prints "stalled", and resumes them at
// the end of stdin: a JVM that hangs, or pauses for long, while its native threads go on
#define _GNU_SOURCE
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

enum { MOST = 1024 };

static pid_t stopped[MOST];
static size_t count;

static bool is_engine(const char *process, const char *thread) {
    char path[64];
    char name[32] = "";
    snprintf(path, sizeof path, "/proc/%.16s/task/%.16s/comm", process, thread);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return true; // gone
    }
    const bool read = fgets(name, sizeof name, file) != NULL;
    fclose(file);
    return !read || strcmp(name, "renacer-tracer\n") == 0 || strcmp(name, "renacer-watch\n") == 0;
}

static bool is_stopped(pid_t tid) {
    for (size_t i = 0; i < count; i++) {
        if (stopped[i] == tid) {
            return true;
        }
    }
    return false;
}

static bool stop(pid_t tid) {
    if (count == MOST || ptrace(PTRACE_SEIZE, tid, NULL, NULL) != 0) {
        return false; // gone meanwhile
    }
    if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) == 0 && waitpid(tid, NULL, __WALL) == tid) {
        stopped[count++] = tid;
    }
    return true;
}

// Stops who is listed and not stopped yet. Returns whether there was one.
static bool stop_listed(const char *process) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%.16s/task", process);
    DIR *tasks = opendir(path);
    bool found = false;
    for (const struct dirent *task; tasks != NULL && (task = readdir(tasks)) != NULL;) {
        const pid_t tid = (pid_t)atoi(task->d_name);
        if (tid > 0 && !is_stopped(tid) && !is_engine(process, task->d_name)) {
            found = stop(tid) || found;
        }
    }
    if (tasks != NULL) {
        closedir(tasks);
    }
    return found;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    while (stop_listed(argv[1])) {
    }
    puts("stalled");
    fflush(stdout);
    while (getchar() != EOF) {
    }
    for (size_t i = 0; i < count; i++) {
        ptrace(PTRACE_DETACH, stopped[i], NULL, NULL);
    }
    return count > 1 ? 0 : 1;
}

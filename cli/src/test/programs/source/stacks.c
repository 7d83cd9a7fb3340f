// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int *nowhere;

static void inner(void) { (void)!write(STDOUT_FILENO, "in\n", 3); }
static void outer(void) { inner(); }
static void fault(void) { *nowhere = 1; }
static void large(void) {
    volatile char room[100000];
    memset((void *)(unsigned long)room, 1, sizeof room);
    inner();
}
static int deep(int more) { return more == 0 ? (inner(), 0) : deep(more - 1) + 1; }
static void *thread(void *nothing) { return outer(), nothing; }
static void child(void) { outer(); }
static void forks(void) {
    pthread_t id;
    if (pthread_create(&id, NULL, thread, NULL) == 0) {
        pthread_join(id, NULL);
    }
    const pid_t pid = fork();
    if (pid == 0) {
        child();
        _exit(0);
    }
    waitpid(pid, NULL, 0);
}

int main(int count, char **args) {
    const char *what = count > 1 ? args[1] : "";
    if (strcmp(what, "fault") == 0) {
        fault();
    } else if (strcmp(what, "large") == 0) {
        large();
    } else if (strcmp(what, "deep") == 0) {
        return deep(400) == 400 ? 0 : 1;
    } else if (strcmp(what, "forks") == 0) {
        forks();
    } else {
        outer();
    }
    return 0;
}

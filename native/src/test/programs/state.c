// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// usage: state                        prints what this process inherited
//        state --block PROGRAM ARG... blocks SIGUSR1 and a real-time signal, then becomes PROGRAM
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void print_file(const char *path, const char *const *beginnings) {
    char line[512];
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        for (const char *const *begin = beginnings; *begin != NULL; begin++) {
            if (strncmp(line, *begin, strlen(*begin)) == 0) {
                fputs(line, stdout);
            }
        }
    }
    if (file == NULL || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void print_fds(void) {
    DIR *directory = opendir("/proc/self/fd");
    if (directory == NULL) {
        perror("/proc/self/fd");
        exit(1);
    }
    for (int fd = 0; fd < 4096; fd++) {
        struct stat status;
        if (fd != dirfd(directory) && fstat(fd, &status) == 0) {
            printf("fd %d: type %o\n", fd, status.st_mode & S_IFMT);
        }
    }
    closedir(directory);
}

int main(int argc, char **argv) {
    if (argc > 2 && strcmp(argv[1], "--block") == 0) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        sigaddset(&set, SIGRTMIN + 5);
        sigprocmask(SIG_BLOCK, &set, NULL);
        execv(argv[2], argv + 2);
        perror(argv[2]);
        return 126;
    }
    print_fds();
    print_file("/proc/self/status", (const char *const[]){"SigBlk", "SigIgn", "SigCgt", "Cpus_allowed_list", "Umask",
                                                          "Seccomp:", "NoNewPrivs", NULL});
    print_file("/proc/self/limits", (const char *const[]){"Max", NULL});
    print_file("/proc/self/coredump_filter", (const char *const[]){"", NULL});
    const pid_t foreground = tcgetpgrp(STDIN_FILENO);
    printf("foreground %s\n", foreground < 0 ? "no terminal" : foreground == getpgrp() ? "yes" : "no");
    char *directory = getcwd(NULL, 0);
    printf("cwd %s\n", directory);
    free(directory);
    for (char **entry = environ; *entry != NULL; entry++) {
        printf("env %s\n", *entry);
    }
    for (int i = 1; i < argc; i++) {
        printf("arg %s\n", argv[i]);
    }
    return 0;
}

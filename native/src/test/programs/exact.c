// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Runs a program with any bytes as working directory, arguments and environment, and tells what it was run with itself.
//
// usage: exact run FILE PROGRAM ARGUMENT...   FILE: "ARGUMENTS ENTRIES\n", then the directory, so many arguments and so
//                                             many entries of the environment, each ended by NUL; the arguments come
//                                             behind those given here
//        exact tell ...                       writes directory, arguments and environment in that form
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static char *read_all(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return NULL;
    }
    size_t length = 0;
    size_t room = 1 << 23;
    char *text = calloc(1, room);
    if (text != NULL) {
        length = fread(text, 1, room - 1, file);
        text[length] = '\0';
    }
    (void)fclose(file);
    return text;
}

static char *next(char **at) {
    char *here = *at;
    *at += strlen(here) + 1;
    return here;
}

static int run(int argc, char **argv) {
    char *at = read_all(argv[2]);
    unsigned arguments;
    unsigned entries;
    if (at == NULL || sscanf(at, "%u %u", &arguments, &entries) != 2) {
        perror(argv[2]);
        return 99;
    }
    at = strchr(at, '\n') + 1;
    const char *directory = next(&at);
    char **words = calloc((size_t)argc + arguments, sizeof *words);
    char **environment = calloc((size_t)entries + 1, sizeof *environment);
    if (words == NULL || environment == NULL) {
        return 99;
    }
    const size_t given = (size_t)argc - 3;
    memcpy(words, argv + 3, given * sizeof *words);
    for (unsigned i = 0; i < arguments; i++) {
        words[given + i] = next(&at);
    }
    for (unsigned i = 0; i < entries; i++) {
        environment[i] = next(&at);
    }
    if ((mkdir(directory, 0777) != 0 && errno != EEXIST) || chdir(directory) != 0) {
        perror("directory");
        return 99;
    }
    execve(words[0], words, environment);
    perror(words[0]);
    return 98;
}

static int tell(int argc, char **argv) {
    char directory[PATH_MAX];
    unsigned entries = 0;
    while (environ[entries] != NULL) {
        entries++;
    }
    printf("%d %u\n%s", argc - 2, entries, getcwd(directory, sizeof directory) == NULL ? "?" : directory);
    (void)putchar('\0');
    for (int i = 2; i < argc; i++) {
        printf("%s", argv[i]);
        (void)putchar('\0');
    }
    for (unsigned i = 0; i < entries; i++) {
        printf("%s", environ[i]);
        (void)putchar('\0');
    }
    return fflush(stdout) == 0 ? 0 : 97;
}

int main(int argc, char **argv) {
    if (argc > 3 && strcmp(argv[1], "run") == 0) {
        return run(argc, argv);
    }
    return tell(argc, argv);
}

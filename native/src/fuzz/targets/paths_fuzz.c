// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A path that a traced process chose, in a root folder of its own with links that lead out of it and things that are no
// files: whatever is opened is a regular file below that root. A process in such a root is started once; without the
// right to make one, in a user namespace.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptors.h"
#include "tracee/target_files.h"

static char root[64];
static pid_t process;

static void put(const char *name) {
    FILE *file = fopen(name, "we");
    REQUIRE(file != NULL && fclose(file) == 0);
}

static void furnish(void) {
    REQUIRE(mkdir("d", 0755) == 0 && mkdir("d/e", 0755) == 0);
    put("f");
    put("d/f");
    REQUIRE(symlink("/etc/passwd", "a") == 0);
    REQUIRE(symlink("../../../../../../etc/passwd", "d/u") == 0);
    REQUIRE(symlink("/d/f", "l") == 0);
    REQUIRE(symlink("o", "o") == 0);
    REQUIRE(mkfifo("p", 0600) == 0);
}

static void live_in_root(int ready) {
    REQUIRE(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    if (chroot(".") != 0) {
        REQUIRE(unshare(CLONE_NEWUSER) == 0 && chroot(".") == 0);
    }
    REQUIRE(write(ready, "", 1) == 1);
    while (true) {
        (void)pause();
    }
}

static void leave(void) {
    (void)kill(process, SIGKILL);
    static const char *const names[] = {"d/u", "d/f", "d/e", "d", "f", "a", "l", "o", "p"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)remove(names[i]);
    }
    (void)rmdir(root);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    (void)snprintf(root, sizeof root, "/tmp/renacer-fuzz-XXXXXX");
    int ready[2];
    char byte = 0;
    REQUIRE(mkdtemp(root) != NULL && chdir(root) == 0 && pipe2(ready, O_CLOEXEC) == 0);
    furnish();
    process = fork();
    REQUIRE(process >= 0);
    if (process == 0) {
        live_in_root(ready[1]);
    }
    REQUIRE(atexit(leave) == 0);
    REQUIRE(read(ready[0], &byte, 1) == 1);
    (void)close(ready[0]);
    (void)close(ready[1]);
    return 0;
}

static void check_opened(int fd) {
    char link[32];
    char path[256];
    struct stat found;
    REQUIRE(fstat(fd, &found) == 0 && S_ISREG(found.st_mode));
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    REQUIRE(length > 0);
    path[length] = '\0';
    REQUIRE(strncmp(path, root, strlen(root)) == 0);
    (void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *path = input_text(data, size);
    const int lowest = lowest_free_descriptor();
    const int fd = rc_open_in_root(process, path, false);
    if (fd >= 0) {
        check_opened(fd);
    }
    REQUIRE(lowest_free_descriptor() == lowest);
    free(path);
    return 0;
}

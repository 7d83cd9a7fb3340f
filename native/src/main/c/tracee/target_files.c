// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Opens files of a traced process for its unwinder. Paths and links are the container's and may be chosen by an
// attacker: they are resolved below its own root, and nothing but a regular file is opened. Each is first looked at
// through a descriptor that opens nothing (O_PATH), since opening a FIFO releases a process that waits for a reader,
// and opening a device may do anything.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "tracee/target_files.h"

// File systems whose files have another device and inode in /proc/PID/maps than in stat(2) (linux/magic.h).
static const unsigned long OVERLAYFS = 0x794c7630;
static const unsigned long BTRFS = 0x9123683e;
enum { LOOK = O_PATH | O_CLOEXEC };
// O_NONBLOCK: the holder of a lease (fcntl(2), F_SETLEASE) must not hold us.
enum { READ = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

// Opens what was found by LOOK if it is a regular file, otherwise returns -1. Closes found.
static int open_regular(int found) {
    struct stat status;
    char name[32];
    int fd = -1;
    if (found < 0) {
        return -1;
    }
    if (fstat(found, &status) == 0 && S_ISREG(status.st_mode)) {
        (void)snprintf(name, sizeof name, "/proc/self/fd/%d", found);
        fd = open(name, READ);
    }
    (void)close(found);
    return fd;
}

static int open_below(const char *root, const char *path) {
    const int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return -1;
    }
    const struct open_how how = {.flags = LOOK, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    const int found = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    (void)close(folder);
    return open_regular(found);
}

// Returns fd if it is the mapped file, otherwise closes it and returns -1.
static int same(int fd, const struct rc_mapped_file *file) {
    struct stat found;
    struct statfs system;
    if (fd < 0) {
        return -1;
    }
    if (fstat(fd, &found) == 0 && found.st_ino == file->inode && major(found.st_dev) == file->major &&
        minor(found.st_dev) == file->minor) {
        return fd;
    }
    if (fstatfs(fd, &system) == 0 &&
        ((unsigned long)system.f_type == OVERLAYFS || (unsigned long)system.f_type == BTRFS)) {
        return fd;
    }
    (void)close(fd);
    return -1;
}

int rc_open_in_root(pid_t pid, const char *path, bool own_root) {
    char root[32];
    (void)snprintf(root, sizeof root, "/proc/%d/root", pid);
    const int fd = open_below(root, path);
    return fd < 0 && own_root ? open_below("/", path) : fd;
}

int rc_open_mapped(const struct rc_mapped_file *file) {
    char name[80];
    (void)snprintf(name, sizeof name, "/proc/%d/map_files/%llx-%llx", file->pid, (unsigned long long)file->start,
                   (unsigned long long)file->end);
    // Also finds files that were deleted or replaced, but needs CAP_CHECKPOINT_RESTORE.
    const int fd = same(open_regular(open(name, LOOK)), file);
    return fd >= 0 ? fd : same(rc_open_in_root(file->pid, file->path, file->own_root), file);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Opens files of a traced process for its unwinder. Paths and links are the container's and may be chosen by an enemy: they are
// resolved below its own root, and nothing but a regular file is opened.
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

#include "unwinder.h"

// File systems whose files have another device and inode in /proc/PID/maps than stat(2) tells (linux/magic.h).
static const unsigned long OVERLAYFS = 0x794c7630;
static const unsigned long BTRFS = 0x9123683e;
// O_NONBLOCK: a FIFO in the file's place must not hold us.
enum { HOW = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

// Returns fd if it is a regular file, else closes it and returns -1.
static int regular(int fd) {
    struct stat found;
    if (fd >= 0 && (fstat(fd, &found) != 0 || !S_ISREG(found.st_mode))) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static int open_below(const char *root, const char *path) {
    const int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return -1;
    }
    const struct open_how how = {.flags = HOW, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    const int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    (void)close(folder);
    return regular(fd);
}

// Returns fd if it is the mapped file, else closes it and returns -1.
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
    // Finds files that were deleted or replaced, too, but needs CAP_CHECKPOINT_RESTORE.
    const int fd = same(regular(open(name, HOW)), file);
    return fd >= 0 ? fd : same(rc_open_in_root(file->pid, file->path, file->own_root), file);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// cpu.stat of a process's cgroup, and of those that it is in: each may have a quota. In version 2 of cgroups a line of
// it is "throttled_usec", in version 1 "throttled_time", in nanoseconds.
//
// Seen from a container, the cgroups of another one have no path. Then the other one's own view is used, which begins
// at its own cgroup. What stands there is as the container wants it, so it counts only if it is in a file system of
// cgroups.
#define _GNU_SOURCE
#include "tracee/proc/quota.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

enum { LEVELS = 8, MOST = 32, PATH = 512, STAT = 1024 };

struct rc_quota {
    struct rc_quota *next;
    char path[PATH];
    int files[LEVELS];
    unsigned count;
    uint64_t last_ns;
};

static size_t read_file(const char *name, char *out, size_t size) {
    const int fd = open(name, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got = 0;
    while (fd >= 0 && length + 1 < size && (got = read(fd, out + length, size - 1 - length)) > 0) {
        length += (size_t)got;
    }
    out[length] = '\0';
    if (fd >= 0) {
        (void)close(fd);
    }
    return length;
}

static bool has_item(const char *list, const char *item) {
    const size_t length = strlen(item);
    for (const char *at = list; (at = strstr(at, item)) != NULL; at += length) {
        if ((at == list || at[-1] == ',') && (at[length] == ',' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

// A line of /proc/self/mountinfo: ID, parent, device, root, mount point, options, ..., "-", type, source, options.
static bool take_mount(struct rc_quotas *quotas, char *line) {
    char root[sizeof quotas->root];
    char mount[sizeof quotas->mount];
    char type[16];
    char options[256];
    const char *rest = strstr(line, " - ");
    if (rest == NULL || sscanf(line, "%*s %*s %*s %255s %127s", root, mount) != 2 ||
        sscanf(rest, " - %15s %*s %255s", type, options) != 2) {
        return false;
    }
    const bool unified = strcmp(type, "cgroup2") == 0;
    if (!unified && (strcmp(type, "cgroup") != 0 || !has_item(options, "cpu"))) {
        return false;
    }
    memcpy(quotas->root, root, sizeof root);
    memcpy(quotas->mount, mount, sizeof mount);
    quotas->unified = unified;
    return !unified; // where both are, the controller may be the old one's
}

static void look(struct rc_quotas *quotas) {
    quotas->looked = true;
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    char line[2048];
    while (mounts != NULL && fgets(line, sizeof line, mounts) != NULL && !take_mount(quotas, line)) {
    }
    if (mounts != NULL) {
        (void)fclose(mounts);
    }
}

// The path of a process's cgroup, as /proc/PID/cgroup has it: number, controllers, path.
static bool path_of(const struct rc_quotas *quotas, pid_t pid, char out[PATH]) {
    char name[40];
    char text[4096];
    (void)snprintf(name, sizeof name, "/proc/%d/cgroup", pid);
    (void)read_file(name, text, sizeof text);
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        char *controllers = strchr(line, ':');
        char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
        if (path == NULL || strlen(path + 1) >= PATH) {
            continue;
        }
        *path++ = '\0';
        if (quotas->unified ? controllers[1] == '\0' : has_item(controllers + 1, "cpu")) {
            (void)strcpy(out, path);
            return true;
        }
    }
    return false;
}

static uint64_t throttled(int file) {
    char text[STAT];
    const ssize_t length = pread(file, text, sizeof text - 1, 0);
    if (length <= 0) {
        return 0;
    }
    text[length] = '\0';
    const char *at = strstr(text, "throttled_usec ");
    if (at != NULL) {
        return strtoull(at + strlen("throttled_usec "), NULL, 10) * 1000;
    }
    at = strstr(text, "throttled_time ");
    return at == NULL ? 0 : strtoull(at + strlen("throttled_time "), NULL, 10);
}

// Opens a file if it is one of cgroups; nothing is done to what else it may be. Returns -1 otherwise.
static int open_stat(const char *name) {
    const int place = open(name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    struct statfs where;
    int file = -1;
    if (place >= 0 && fstatfs(place, &where) == 0 &&
        (where.f_type == CGROUP2_SUPER_MAGIC || where.f_type == CGROUP_SUPER_MAGIC)) {
        char reopened[40];
        (void)snprintf(reopened, sizeof reopened, "/proc/self/fd/%d", place);
        file = open(reopened, O_RDONLY | O_CLOEXEC);
    }
    if (place >= 0) {
        (void)close(place);
    }
    return file;
}

static void add_file(struct rc_quota *quota, const char *folder) {
    char name[PATH + sizeof((struct rc_quotas *)0)->mount + 16];
    (void)snprintf(name, sizeof name, "%s/cpu.stat", folder);
    const int file = open_stat(name);
    if (file >= 0) {
        quota->files[quota->count++] = file;
    }
}

static size_t root_length(const struct rc_quotas *quotas) {
    return strcmp(quotas->root, "/") == 0 ? 0 : strlen(quotas->root);
}

// Whether a cgroup is none of those below the mount.
static bool is_outside(const struct rc_quotas *quotas, const char *path) {
    return strstr(path, "/..") != NULL || strncmp(path, quotas->root, root_length(quotas)) != 0;
}

// Opens those of a path below the mount, from the innermost on. The root has no quota.
static void open_levels(const struct rc_quotas *quotas, struct rc_quota *quota) {
    char folder[PATH + sizeof quotas->mount];
    const char *below = quota->path + root_length(quotas);
    const int length = snprintf(folder, sizeof folder, "%s%s", quotas->mount, strcmp(below, "/") == 0 ? "" : below);
    const size_t mount = strlen(quotas->mount);
    for (size_t end = (size_t)length; end > mount && quota->count < LEVELS;) {
        folder[end] = '\0';
        add_file(quota, folder);
        while (end > mount && folder[--end] != '/') {
        }
    }
}

static void open_own_view(struct rc_quota *quota, pid_t pid) {
    static const char *const folders[] = {"", "/cpu", "/cpu,cpuacct"};
    for (unsigned i = 0; i < sizeof folders / sizeof folders[0] && quota->count == 0; i++) {
        char folder[64];
        (void)snprintf(folder, sizeof folder, "/proc/%d/root/sys/fs/cgroup%s", pid, folders[i]);
        add_file(quota, folder);
    }
}

static struct rc_quota *add(struct rc_quotas *quotas, pid_t pid, const char *path) {
    struct rc_quota *quota = quotas->count < MOST ? calloc(1, sizeof *quota) : NULL;
    if (quota == NULL) {
        return NULL;
    }
    (void)strcpy(quota->path, path);
    if (is_outside(quotas, path)) {
        open_own_view(quota, pid);
    } else {
        open_levels(quotas, quota);
    }
    quota->next = quotas->first;
    quotas->first = quota;
    quotas->count++;
    (void)rc_quota_read(quota);
    return quota;
}

struct rc_quota *rc_quota_of(struct rc_quotas *quotas, pid_t pid) {
    if (!quotas->looked) {
        look(quotas);
    }
    char path[PATH];
    if (quotas->mount[0] == '\0' || !path_of(quotas, pid, path)) {
        return NULL;
    }
    struct rc_quota *quota = quotas->first;
    while (quota != NULL && strcmp(quota->path, path) != 0) {
        quota = quota->next;
    }
    return quota != NULL ? quota : add(quotas, pid, path);
}

uint64_t rc_quota_read(struct rc_quota *quota) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < quota->count; i++) {
        sum += throttled(quota->files[i]);
    }
    quota->last_ns = sum > quota->last_ns ? sum : quota->last_ns;
    return quota->last_ns;
}

uint64_t rc_quota_last(const struct rc_quota *quota) {
    return quota->last_ns;
}

void rc_quotas_close(struct rc_quotas *quotas) {
    while (quotas->first != NULL) {
        struct rc_quota *quota = quotas->first;
        quotas->first = quota->next;
        for (unsigned i = 0; i < quota->count; i++) {
            (void)close(quota->files[i]);
        }
        free(quota);
    }
    quotas->count = 0;
}

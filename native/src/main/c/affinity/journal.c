// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "affinity/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arch/arch.h"
#include "capture.h"
#include "tracee/proc/procfs.h"
#include "tracee/proc/schedstat.h"
#include "threads/clock.h"

static const uint64_t MAGIC = 0x52454e4146464e31ull; // "RENAFFN1": this layout

struct entry {
    _Atomic uint32_t used;
    int32_t cpu;
    int32_t tgid;
    int32_t tid;
    uint64_t tid_start; // /proc/TID/stat, so that another thread with this tid is not mistaken for it
    cpu_set_t own;
};

struct file {
    uint64_t magic;
    int32_t owner; // the tracing process
    uint32_t size; // of this structure
    uint64_t owner_start;
    struct entry entries[RC_JOURNAL_ENTRIES];
};

struct rc_journal {
    struct file *file;
    char *path;
};

static int map(int fd, struct file **out) {
    void *at = mmap(NULL, sizeof **out, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) {
        return errno;
    }
    *out = at;
    return 0;
}

// A file without a name in the folder of path, if the file system supports that; if not, `named` is true and the file
// is at path.
static int open_new(const char *path, bool *named) {
    char *folder = strdup(path);
    char *slash = folder == NULL ? NULL : strrchr(folder, '/');
    int fd = -1;
    errno = folder == NULL ? ENOMEM : EOPNOTSUPP;
    if (slash != NULL && slash != folder) {
        *slash = '\0';
        fd = open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    }
    const int error = errno;
    free(folder);
    *named = fd < 0 && (error == EOPNOTSUPP || error == EISDIR);
    errno = error;
    return *named ? open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600) : fd;
}

static int name(int fd, const char *path) {
    char source[32];
    (void)snprintf(source, sizeof source, "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

static void sign(struct file *file) {
    struct rc_proc_stat self;
    file->owner = getpid();
    file->owner_start = rc_proc_stat(getpid(), &self) == 0 ? self.start : 0;
    file->size = sizeof *file;
    file->magic = MAGIC;
}

// It gets its name once it is complete: otherwise a tracer killed meanwhile would leave half a journal there for ever.
static int create(const char *path, struct file **out) {
    bool named = false;
    const int fd = open_new(path, &named);
    if (fd < 0) {
        return errno;
    }
    int error = ftruncate(fd, sizeof **out) == 0 ? 0 : errno;
    if (error == 0) {
        error = map(fd, out);
    }
    if (error == 0) {
        sign(*out);
        error = named ? 0 : name(fd, path);
        if (error != 0) {
            (void)munmap(*out, sizeof **out);
        }
    }
    (void)close(fd);
    if (error != 0 && named) {
        (void)unlink(path);
    }
    return error;
}

int rc_journal_open(const char *path, struct rc_journal **out) {
    struct rc_journal *journal = calloc(1, sizeof *journal);
    char *copy = strdup(path);
    const int error = journal == NULL || copy == NULL ? ENOMEM : create(path, &journal->file);
    if (error != 0) {
        free(copy);
        free(journal);
        return error;
    }
    journal->path = copy;
    *out = journal;
    return 0;
}

void rc_journal_close(struct rc_journal *journal) {
    (void)munmap(journal->file, sizeof *journal->file);
    (void)unlink(journal->path);
    free(journal->path);
    free(journal);
}

bool rc_journal_add(struct rc_journal *journal, pid_t tgid, pid_t tid, int cpu, const cpu_set_t *own, uint16_t *entry) {
    struct rc_proc_stat stat;
    if (rc_proc_stat(tid, &stat) != 0) {
        return false;
    }
    for (uint16_t i = 0; i < RC_JOURNAL_ENTRIES; i++) {
        struct entry *at = &journal->file->entries[i];
        if (at->used == 0) {
            at->cpu = cpu;
            at->tgid = tgid;
            at->tid = tid;
            at->tid_start = stat.start;
            at->own = *own;
            atomic_store(&at->used, 1); // a killed tracer leaves only complete entries
            *entry = i;
            return true;
        }
    }
    return false;
}

void rc_journal_set_own(struct rc_journal *journal, uint16_t entry, const cpu_set_t *own) {
    journal->file->entries[entry].own = *own;
}

void rc_journal_set_tid(struct rc_journal *journal, uint16_t entry, pid_t tid) {
    struct rc_proc_stat stat;
    if (rc_proc_stat(tid, &stat) == 0) {
        journal->file->entries[entry].tid_start = stat.start;
        journal->file->entries[entry].tid = tid;
    }
}

void rc_journal_remove(struct rc_journal *journal, uint16_t entry) {
    atomic_store(&journal->file->entries[entry].used, 0);
}

// ---- after a crash

static bool is_alive(const struct file *file) {
    struct rc_proc_stat stat;
    return rc_proc_stat(file->owner, &stat) == 0 && stat.start == file->owner_start && stat.state != 'Z';
}

enum { LOOK_NS = 200000, PATIENCE_NS = 200000000, CREATION_NS = 2000000 };

// A clone that began before its caller got its own CPUs back has copied the wrong ones, and the new thread shows in
// /proc only at the end of the clone (kernel/fork.c, copy_process). So this waits until the thread cannot be in that
// call any more: it is seen in another one, or has run for far longer than a clone takes, or patience is over.
static void outlast_clone(pid_t tgid, pid_t tid) {
    const int schedstat = rc_schedstat_open(tid);
    struct rc_cpu_use before = {.ran_ns = 0};
    struct rc_cpu_use now = {.ran_ns = 0};
    bool runs = schedstat >= 0 && rc_schedstat_read(schedstat, &before);
    const uint64_t until = rc_now() + PATIENCE_NS;
    while (runs && rc_now() < until) {
        struct rc_proc_call call;
        rc_proc_call(tgid, tid, &call);
        runs = !(call.known && !rc_arch_is_clone(rc_native_arch(), call.nr)) && rc_schedstat_read(schedstat, &now) &&
               now.ran_ns - before.ran_ns < CREATION_NS;
        if (runs) {
            const struct timespec look = {.tv_nsec = LOOK_NS};
            (void)nanosleep(&look, NULL);
        }
    }
    if (schedstat >= 0) {
        (void)close(schedstat);
    }
}

struct recovery {
    const struct entry *entry;
    int restored;
};

// A thread of the process that is still where we had moved it, or where its creator was when the tracer died.
static bool restore(void *context, pid_t tid) {
    struct recovery *recovery = context;
    cpu_set_t only;
    cpu_set_t now;
    CPU_ZERO(&only);
    CPU_SET((size_t)recovery->entry->cpu, &only);
    if (sched_getaffinity(tid, sizeof now, &now) == 0 && CPU_EQUAL(&now, &only) &&
        !CPU_EQUAL(&recovery->entry->own, &only) &&
        sched_setaffinity(tid, sizeof recovery->entry->own, &recovery->entry->own) == 0 &&
        // The kernel gives it only those of its CPUs that its cpuset still has: if that is only this one, nothing
        // changed.
        sched_getaffinity(tid, sizeof now, &now) == 0 && !CPU_EQUAL(&now, &only)) {
        recovery->restored++;
        outlast_clone(recovery->entry->tgid, tid);
    }
    return true;
}

static int recover(const struct file *file) {
    struct recovery recovery = {.restored = 0};
    for (size_t i = 0; i < RC_JOURNAL_ENTRIES; i++) {
        const struct entry *entry = &file->entries[i];
        struct rc_proc_stat stat;
        if (entry->used != 0 && entry->cpu >= 0 && entry->cpu < CPU_SETSIZE && rc_proc_stat(entry->tid, &stat) == 0 &&
            stat.start == entry->tid_start) {
            recovery.entry = entry;
            int before;
            do { // again, as long as a thread not yet restored has created another
                before = recovery.restored;
                (void)rc_proc_tasks(entry->tgid, restore, &recovery); // gone meanwhile: nothing to restore
            } while (recovery.restored > before);
        }
    }
    return recovery.restored;
}

int rc_affinity_recover(const char *path) {
    const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return -errno;
    }
    struct stat status;
    struct file *file = NULL;
    int result = fstat(fd, &status) != 0 ? -errno : 0;
    // A file of another user must not decide where threads run.
    if (result == 0 && (status.st_uid != geteuid() || status.st_size != (off_t)sizeof *file)) {
        result = -EINVAL;
    }
    if (result == 0) {
        result = -map(fd, &file);
    }
    (void)close(fd);
    if (result != 0) {
        return result;
    }
    if (file->magic != MAGIC || file->size != sizeof *file) {
        result = -EINVAL;
    } else if (is_alive(file)) {
        result = -EBUSY;
    } else {
        result = recover(file);
        (void)unlink(path);
    }
    (void)munmap(file, sizeof *file);
    return result;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Reading /proc with plain system calls and fixed buffers: also used while targets are stopped, so no stdio and no
// heap.
#define _GNU_SOURCE
#include "tracee/proc/procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracee/proc/proc_text.h"

static const unsigned long PF_KTHREAD = 0x00200000; // include/linux/sched.h

static ssize_t read_piece(int fd, char *buffer, size_t size) {
    ssize_t got;
    do {
        got = read(fd, buffer, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

// Reads a whole small file into a NUL-terminated buffer. Returns its length or -errno.
static ssize_t read_file(const char *path, char *buffer, size_t size) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    size_t length = 0;
    ssize_t result = 0;
    while (length < size - 1) {
        const ssize_t got = read_piece(fd, buffer + length, size - 1 - length);
        if (got < 0) {
            result = -errno;
        }
        if (got <= 0) {
            break;
        }
        length += (size_t)got;
    }
    (void)close(fd);
    buffer[length] = '\0';
    return result < 0 ? result : (ssize_t)length;
}

// Reads a whole file of any length, except for the ends of long lines. Returns 0 or an errno value.
static int read_lines(const char *path, struct rc_proc_lines *lines) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    char piece[RC_PROC_TEXT];
    ssize_t got;
    while ((got = read_piece(fd, piece, sizeof piece)) > 0) {
        rc_proc_add_lines(lines, piece, (size_t)got);
    }
    const int error = got < 0 ? errno : 0;
    (void)close(fd);
    return error;
}

int rc_proc_status(pid_t pid, struct rc_proc_status *out) {
    char path[32];
    struct rc_proc_lines lines;
    lines.length = lines.column = 0;
    lines.text[0] = '\0';
    (void)snprintf(path, sizeof path, "/proc/%d/status", pid);
    const int error = read_lines(path, &lines);
    return error != 0 ? error : rc_proc_parse_status(lines.text, out);
}

int rc_proc_stat(pid_t pid, struct rc_proc_stat *out) {
    char path[32];
    char text[1024];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
    const ssize_t length = read_file(path, text, sizeof text);
    if (length < 0) {
        return length == -ESRCH ? ENOENT : (int)-length;
    }
    return rc_proc_parse_stat(text, out);
}

bool rc_proc_is_kernel_thread(pid_t pid) {
    struct rc_proc_stat stat;
    return rc_proc_stat(pid, &stat) == 0 && (stat.flags & PF_KTHREAD) != 0;
}

static int visit_numbers(const char *path, bool (*visit)(void *context, pid_t number), void *context) {
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return errno;
    }
    int error = 0;
    for (bool going_on = true; going_on;) {
        errno = 0; // readdir(3): only this distinguishes the end from a failure
        const struct dirent *entry = readdir(directory);
        error = entry == NULL ? errno : 0;
        going_on = entry != NULL;
        if (going_on && isdigit((unsigned char)entry->d_name[0])) {
            going_on = visit(context, (pid_t)strtol(entry->d_name, NULL, 10));
        }
    }
    (void)closedir(directory);
    return error;
}

int rc_proc_tasks(pid_t pid, bool (*visit)(void *context, pid_t tid), void *context) {
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/task", pid);
    return visit_numbers(path, visit, context);
}

int rc_proc_processes(bool (*visit)(void *context, pid_t pid), void *context) {
    return visit_numbers("/proc", visit, context);
}

int rc_proc_tracer(pid_t pid, pid_t *tracer) {
    char path[32];
    char text[512]; // TracerPid is the eighth line, and the name in the first takes 64 bytes at most
    (void)snprintf(path, sizeof path, "/proc/%d/status", pid);
    const ssize_t length = read_file(path, text, sizeof text);
    if (length < 0) {
        return (int)-length;
    }
    *tracer = rc_proc_parse_tracer(text);
    return 0;
}

// Descriptors are handed out from the lowest number on, so the number of one shows how many there are. The last quarter
// is left free.
static bool is_to_spare(int fd) {
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) != 0 || (rlim_t)fd < limit.rlim_cur - limit.rlim_cur / 4;
}

int rc_proc_keep_open(pid_t pid, const char *name) {
    char path[40];
    (void)snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && !is_to_spare(fd)) {
        (void)close(fd);
        errno = EMFILE;
        return -1;
    }
    return fd;
}

pid_t rc_proc_foreign_self(void) {
    char text[16];
    const ssize_t length = readlink("/proc/self", text, sizeof text - 1);
    if (length <= 0) {
        return -1;
    }
    text[length] = '\0';
    const pid_t self = (pid_t)strtol(text, NULL, 10);
    return self == getpid() ? 0 : self;
}

size_t rc_proc_auxv(pid_t pid, uint64_t *words, size_t size) {
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/auxv", pid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t got = fd < 0 ? 0 : read_piece(fd, (char *)words, size);
    if (fd >= 0) {
        (void)close(fd);
    }
    return got < 0 ? 0 : (size_t)got;
}

size_t rc_proc_comm(pid_t pid, char out[RC_COMM_SIZE + 1]) {
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/comm", pid);
    const ssize_t length = read_file(path, out, RC_COMM_SIZE + 1);
    if (length <= 0) {
        return 0;
    }
    return out[length - 1] == '\n' ? (size_t)length - 1 : (size_t)length;
}

size_t rc_proc_exe(pid_t pid, char out[RC_EXE_SIZE]) {
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/exe", pid);
    const ssize_t length = readlink(path, out, RC_EXE_SIZE);
    return length < 0 ? 0 : (size_t)length;
}

void rc_proc_call(pid_t tgid, pid_t tid, struct rc_proc_call *out) {
    char path[64];
    char text[512];
    *out = (struct rc_proc_call){.known = false};
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", tgid, tid);
    if (read_file(path, text, sizeof text) > 0) {
        rc_proc_parse_call(text, out);
    }
}

size_t rc_proc_wchan(pid_t tgid, pid_t tid, char *out, size_t size) {
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/wchan", tgid, tid);
    const ssize_t length = read_file(path, out, size);
    return length > 0 ? (size_t)length : 0;
}

int rc_proc_yama_scope(void) {
    char text[16];
    return read_file("/proc/sys/kernel/yama/ptrace_scope", text, sizeof text) > 0 ? (int)strtol(text, NULL, 10) : -1;
}

bool rc_proc_may_trace_any(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, data) != 0) {
        return false;
    }
    return (data[0].effective & (1u << CAP_SYS_PTRACE)) != 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Reading /proc with plain system calls and fixed buffers: also used while targets are stopped, so no stdio and no
// heap.
#define _GNU_SOURCE
#include "procfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STATUS_SIZE = 4096 };
static const unsigned long PF_KTHREAD = 0x00200000; // include/linux/sched.h

// Reads a whole small file into a NUL-terminated buffer. Returns its length or -errno.
static ssize_t read_file(const char *path, char *buffer, size_t size) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    size_t length = 0;
    ssize_t result = 0;
    while (length < size - 1) {
        const ssize_t got = read(fd, buffer + length, size - 1 - length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
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

// The text after "\nName:\t", or NULL. The first line (Name:) is never looked for, so a program's own name cannot
// mislead.
static const char *field(const char *status, const char *name) {
    char key[32];
    (void)snprintf(key, sizeof key, "\n%s:", name);
    const char *at = strstr(status, key);
    if (at == NULL) {
        return NULL;
    }
    at += strlen(key);
    while (*at == ' ' || *at == '\t') {
        at++;
    }
    return at;
}

static long number(const char *text) {
    return text == NULL ? 0 : strtol(text, NULL, 10);
}

// The last number of a line.
static long last_number(const char *text) {
    long value = 0;
    while (text != NULL && isdigit((unsigned char)*text)) {
        char *end;
        value = strtol(text, &end, 10);
        text = end;
        while (*text == ' ' || *text == '\t') {
            text++;
        }
    }
    return value;
}

int rc_proc_status(pid_t pid, struct rc_proc_status *out) {
    char path[32];
    char text[STATUS_SIZE];
    (void)snprintf(path, sizeof path, "/proc/%d/status", pid);
    const ssize_t length = read_file(path, text, sizeof text);
    if (length < 0) {
        return (int)-length;
    }
    const char *state = field(text, "State");
    const char *caught = field(text, "SigCgt");
    *out = (struct rc_proc_status){
        .tgid = (pid_t)number(field(text, "Tgid")),
        .ppid = (pid_t)number(field(text, "PPid")),
        .tracer = (pid_t)number(field(text, "TracerPid")),
        .inner_pid = (pid_t)last_number(field(text, "NSpid")),
        .threads = number(field(text, "Threads")),
        .uid = (uid_t)number(field(text, "Uid")),
        .state = state == NULL ? '?' : *state,
        .caught = caught == NULL ? 0 : strtoull(caught, NULL, 16),
    };
    return out->tgid > 0 ? 0 : ESRCH;
}

// The fields behind comm, counted from 3 as proc_pid_stat(5) does; comm may hold blanks and parentheses, what follows cannot.
int rc_proc_stat(pid_t pid, struct rc_proc_stat *out) {
    enum { STATE = 3, FLAGS = 9, START = 22, CPU = 39 };
    char path[32];
    char text[1024];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
    const ssize_t length = read_file(path, text, sizeof text);
    if (length < 0) {
        return length == -ESRCH ? ENOENT : (int)-length;
    }
    const char *at = strrchr(text, ')');
    for (int field = STATE; field <= CPU; field++) {
        at = at == NULL ? NULL : strchr(at + 1, ' ');
        if (at == NULL) {
            return EPROTO;
        }
        switch (field) {
        case STATE:
            out->state = at[1];
            break;
        case FLAGS:
            out->flags = strtoul(at + 1, NULL, 10);
            break;
        case START:
            out->start = strtoull(at + 1, NULL, 10);
            break;
        case CPU:
            out->cpu = (int)strtol(at + 1, NULL, 10);
            break;
        default:
            break;
        }
    }
    return 0;
}

bool rc_proc_is_kernel_thread(pid_t pid) {
    struct rc_proc_stat stat;
    return rc_proc_stat(pid, &stat) == 0 && (stat.flags & PF_KTHREAD) != 0;
}

int rc_proc_tasks(pid_t pid, bool (*visit)(void *context, pid_t tid), void *context) {
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return errno;
    }
    bool going_on = true;
    for (const struct dirent *entry; going_on && (entry = readdir(directory)) != NULL;) {
        if (isdigit((unsigned char)entry->d_name[0])) {
            going_on = visit(context, (pid_t)strtol(entry->d_name, NULL, 10));
        }
    }
    (void)closedir(directory);
    return 0;
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
    if (read_file(path, text, sizeof text) <= 0) {
        return;
    }
    // "running", or "-1 SP PC" outside a call, or "NR A0 A1 A2 A3 A4 A5 SP PC" with hexadecimal values.
    char *at;
    out->nr = strtoll(text, &at, 10);
    if (at == text || out->nr < 0) {
        return;
    }
    uint64_t value[8];
    for (int i = 0; i < 8; i++) {
        char *end;
        value[i] = strtoull(at, &end, 16);
        if (end == at) {
            return;
        }
        at = end;
    }
    memcpy(out->args, value, sizeof out->args);
    out->sp = value[6];
    out->ip = value[7];
    out->known = true;
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

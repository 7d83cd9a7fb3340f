// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Parses the text of files in /proc; no file is read here. The kernel writes these texts, but a program chooses names
// in them, and another kernel or a file system mounted over /proc may write anything: every text leads to an answer or
// to an error.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tracee/proc/proc_text.h"
#include "tracee/proc/procfs.h"

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

// A set of signals, bit signal-1; empty if it is not there.
static uint64_t signals(const char *status, const char *name) {
    const char *text = field(status, name);
    return text == NULL ? 0 : strtoull(text, NULL, 16);
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

void rc_proc_add_lines(struct rc_proc_lines *lines, const char *piece, size_t length) {
    for (size_t i = 0; i < length; i++) {
        lines->column = piece[i] == '\n' ? 0 : lines->column + 1;
        if (lines->column < RC_PROC_LINE && lines->length < sizeof lines->text - 1) {
            lines->text[lines->length++] = piece[i];
        }
    }
    lines->text[lines->length] = '\0';
}

pid_t rc_proc_parse_tracer(const char *status) {
    return (pid_t)number(field(status, "TracerPid"));
}

int rc_proc_parse_status(const char *text, struct rc_proc_status *out) {
    const char *state = field(text, "State");
    *out = (struct rc_proc_status){
        .tgid = (pid_t)number(field(text, "Tgid")),
        .ppid = (pid_t)number(field(text, "PPid")),
        .tracer = rc_proc_parse_tracer(text),
        .inner_pid = (pid_t)last_number(field(text, "NSpid")),
        .threads = number(field(text, "Threads")),
        .uid = (uid_t)number(field(text, "Uid")),
        .state = state == NULL ? '?' : *state,
        .caught = signals(text, "SigCgt"),
        .ignored = signals(text, "SigIgn"),
        .pending = (signals(text, "SigPnd") | signals(text, "ShdPnd")) & ~signals(text, "SigBlk"),
    };
    return out->tgid > 0 ? 0 : ESRCH;
}

// The fields after comm, counted from 3 as proc_pid_stat(5) does; comm may contain blanks and parentheses, what follows
// cannot.
int rc_proc_parse_stat(const char *text, struct rc_proc_stat *out) {
    enum { STATE = 3, FLAGS = 9, START = 22, CPU = 39 };
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

// "running", or "-1 SP PC" outside a call, or "NR A0 A1 A2 A3 A4 A5 SP PC" with hexadecimal values.
void rc_proc_parse_call(const char *text, struct rc_proc_call *out) {
    *out = (struct rc_proc_call){.running = strncmp(text, "running", strlen("running")) == 0};
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

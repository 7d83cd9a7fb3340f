// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The text form of a launch state; its grammar is in launch_state.h.
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "launch_state.h"

struct writer {
    char *at;
    size_t left;
    bool full;
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *writer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(writer->at, writer->left, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= writer->left) {
        writer->full = true;
        return;
    }
    writer->at += length;
    writer->left -= (size_t)length;
}

static void put_range(struct writer *writer, const char *separator, unsigned first, unsigned last) {
    if (first == last) {
        put(writer, "%s%u", separator, first);
    } else {
        put(writer, "%s%u-%u", separator, first, last);
    }
}

static bool has_cpu(const struct rc_launch_state *state, unsigned cpu) {
    return cpu / 64 < state->cpu_words && (state->cpus[cpu / 64] >> (cpu % 64) & 1) != 0;
}

static void put_cpus(struct writer *writer, const struct rc_launch_state *state) {
    const char *separator = "";
    for (unsigned cpu = 0; cpu < state->cpu_words * 64; cpu++) {
        if (!has_cpu(state, cpu)) {
            continue;
        }
        const unsigned first = cpu;
        while (has_cpu(state, cpu + 1)) {
            cpu++;
        }
        put_range(writer, separator, first, cpu);
        separator = ",";
    }
}

static void put_limit(struct writer *writer, rlim_t value) {
    if (value == RLIM_INFINITY) {
        put(writer, "-");
    } else {
        put(writer, "%llu", (unsigned long long)value);
    }
}

int rc_launch_state_format(const struct rc_launch_state *state, char *text, size_t size) {
    struct writer writer = {.at = text, .left = size};
    put(&writer, "v=1;mask=%llx;ign=%llx;core=%llx;cpus=", (unsigned long long)state->mask,
        (unsigned long long)state->ignored, (unsigned long long)state->coredump_filter);
    put_cpus(&writer, state);
    put(&writer, ";fds=");
    for (size_t i = 0; i < state->fd_ranges; i++) {
        put_range(&writer, i == 0 ? "" : ",", state->fds[i].first, state->fds[i].last);
    }
    put(&writer, ";lim=");
    for (size_t i = 0; i < state->limit_count; i++) {
        put(&writer, "%s", i == 0 ? "" : ",");
        put_limit(&writer, state->limits[i].rlim_cur);
        put(&writer, ":");
        put_limit(&writer, state->limits[i].rlim_max);
    }
    if (state->has_directory) {
        put(&writer, ";dir=%u", state->directory);
    }
    return writer.full ? ENOSPC : 0;
}

// Digits are parsed here and not by strtoull: this runs in a forked child of a multi-threaded process, where only
// async-signal-safe functions may be called.
static bool take_number(const char **at, unsigned base, uint64_t *out) {
    const char *start = *at;
    uint64_t value = 0;
    for (;; (*at)++) {
        const char c = **at;
        unsigned digit;
        if (c >= '0' && c <= '9') {
            digit = (unsigned)(c - '0');
        } else if (base == 16 && c >= 'a' && c <= 'f') {
            digit = (unsigned)(c - 'a') + 10;
        } else {
            break;
        }
        if (value > (UINT64_MAX - digit) / base) {
            return false;
        }
        value = value * base + digit;
    }
    *out = value;
    return *at != start;
}

static bool take_text(const char **at, const char *expected) {
    const size_t length = strlen(expected);
    if (strncmp(*at, expected, length) != 0) {
        return false;
    }
    *at += length;
    return true;
}

static bool take_hex_field(const char **at, const char *name, uint64_t *out) {
    return take_text(at, name) && take_number(at, 16, out);
}

static bool take_range(const char **at, struct rc_fd_range *out) {
    uint64_t first;
    if (!take_number(at, 10, &first) || first > INT32_MAX) {
        return false;
    }
    uint64_t last = first;
    if (take_text(at, "-") && (!take_number(at, 10, &last) || last < first || last > INT32_MAX)) {
        return false;
    }
    *out = (struct rc_fd_range){(unsigned)first, (unsigned)last};
    return true;
}

static bool at_end_of_field(const char *at) {
    return *at == ';' || *at == '\0';
}

// After an item of a list: a comma, or the end of the field.
static bool take_separator(const char **at) {
    return take_text(at, ",") ? !at_end_of_field(*at) : at_end_of_field(*at);
}

static bool take_cpus(const char **at, struct rc_launch_state *out) {
    while (!at_end_of_field(*at)) {
        struct rc_fd_range range;
        if (!take_range(at, &range) || range.last >= RC_LAUNCH_CPU_WORDS * 64 || !take_separator(at)) {
            return false;
        }
        for (unsigned cpu = range.first; cpu <= range.last; cpu++) {
            out->cpus[cpu / 64] |= UINT64_C(1) << (cpu % 64);
        }
        if (out->cpu_words < range.last / 64 + 1) {
            out->cpu_words = range.last / 64 + 1;
        }
    }
    return true;
}

static bool take_fds(const char **at, struct rc_launch_state *out) {
    while (!at_end_of_field(*at)) {
        const unsigned least = out->fd_ranges == 0 ? 0 : out->fds[out->fd_ranges - 1].last + 1;
        if (out->fd_ranges == RC_LAUNCH_FD_RANGES || !take_range(at, &out->fds[out->fd_ranges]) ||
            out->fds[out->fd_ranges].first < least || !take_separator(at)) {
            return false;
        }
        out->fd_ranges++;
    }
    return true;
}

static bool take_limit(const char **at, rlim_t *out) {
    if (take_text(at, "-")) {
        *out = RLIM_INFINITY;
        return true;
    }
    uint64_t value;
    if (!take_number(at, 10, &value)) {
        return false;
    }
    *out = (rlim_t)value;
    return true;
}

static bool take_limits(const char **at, struct rc_launch_state *out) {
    while (!at_end_of_field(*at)) {
        if (out->limit_count == RC_LAUNCH_LIMITS) {
            return false;
        }
        struct rlimit *limit = &out->limits[out->limit_count++];
        if (!take_limit(at, &limit->rlim_cur) || !take_text(at, ":") || !take_limit(at, &limit->rlim_max) ||
            !take_separator(at)) {
            return false;
        }
    }
    return true;
}

static bool take_directory(const char **at, struct rc_launch_state *out) {
    uint64_t fd;
    out->has_directory = take_text(at, ";dir=");
    if (!out->has_directory) {
        return true;
    }
    if (!take_number(at, 10, &fd) || fd > INT32_MAX) {
        return false;
    }
    out->directory = (unsigned)fd;
    return true;
}

int rc_launch_state_parse(const char *text, struct rc_launch_state *out) {
    memset(out, 0, sizeof *out);
    const char *at = text;
    const bool whole = take_text(&at, "v=1;") && take_hex_field(&at, "mask=", &out->mask) &&
                       take_hex_field(&at, ";ign=", &out->ignored) &&
                       take_hex_field(&at, ";core=", &out->coredump_filter) && take_text(&at, ";cpus=") &&
                       take_cpus(&at, out) && take_text(&at, ";fds=") && take_fds(&at, out) &&
                       take_text(&at, ";lim=") && take_limits(&at, out) && take_directory(&at, out) && *at == '\0';
    return whole ? 0 : EINVAL;
}

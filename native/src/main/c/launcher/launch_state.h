// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// What a process inherits from its shell and a JVM in between would change or lose. The launcher (renacer.c) records it
// before the JVM starts, it passes through the JVM as text (-Drenacer.inherited), and the traced child gets it back.
//
// The text: fields NAME=VALUE separated by ';', beginning with the format's version:
//   v=1;mask=HEX;ign=HEX;core=HEX;cpus=LIST;fds=LIST;lim=SOFT:HARD,...[;dir=FD]
// mask and ign have signal n at bit n-1; LIST is ranges as in 0-2,7; lim has the limits in RLIMIT_* order, '-' for
// infinity; dir is present if a JVM cannot use the working directory.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

enum {
    RC_LAUNCH_LIMITS = 16,       // RLIMIT_* of every Linux architecture
    RC_LAUNCH_CPU_WORDS = 128,   // 8,192 CPUs, the kernel's greatest NR_CPUS
    RC_LAUNCH_FD_RANGES = 256,   // beyond that the last range includes the rest
    RC_LAUNCH_TEXT_SIZE = 32768, // more than the text can ever need
};

struct rc_fd_range {
    unsigned first;
    unsigned last;
};

struct rc_launch_state {
    uint64_t mask;            // blocked signals
    uint64_t ignored;         // signals set to SIG_IGN
    uint64_t coredump_filter; // core(5); HotSpot widens it, and exec keeps it; 0: unknown
    uint64_t cpus[RC_LAUNCH_CPU_WORDS];
    size_t cpu_words; // 0: affinity unknown
    struct rc_fd_range fds[RC_LAUNCH_FD_RANGES];
    size_t fd_ranges;
    struct rlimit limits[RC_LAUNCH_LIMITS];
    size_t limit_count;
    bool has_directory; // the working directory differs from the JVM's: it is the one that `directory` is open on
    unsigned directory;
};

// Records the calling process's own state. Returns 0 or an errno.
int rc_launch_state_record(struct rc_launch_state *out);

// Opens /dev/null in place of each of standard input, output and error that this process was started without. Returns 0
// or an errno.
int rc_fill_standard_descriptors(void);

// Writes the text, NUL included. Returns 0, or ENOSPC.
int rc_launch_state_format(const struct rc_launch_state *state, char *text, size_t size);

// Reads a text. Returns 0, or EINVAL. Allocates nothing.
int rc_launch_state_parse(const char *text, struct rc_launch_state *out);

// In a forked child, before its exec: gives the process the recorded state. Descriptors that were not inherited are
// closed by the exec, so a close-on-exec pipe that reports its failure still works. The signal mask comes last. With
// NULL as text: every signal unblocked. Async-signal-safe. Returns 0 or an errno.
int rc_launch_state_apply(const char *text);

// Gives the calling thread the recorded CPU affinity. Does nothing with NULL or an unknown affinity. Returns 0 or an
// errno.
int rc_launch_state_pin_thread(const char *text);

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The journal of moved threads: a small mapped file that records where a thread belongs before the thread is moved. If
// the tracer is killed meanwhile, the journal is enough to put things right (rc_affinity_recover in capture.h).
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { RC_JOURNAL_ENTRIES = 256 }; // threads beyond what one CPU can serve are never moved

struct rc_journal;

// Creates the file, which must not exist. Returns 0 or an errno value.
int rc_journal_open(const char *path, struct rc_journal **out);
// Unmaps it and deletes the file.
void rc_journal_close(struct rc_journal *journal);
// Notes a thread that is about to be moved. Returns false if the journal is full or the thread is gone.
bool rc_journal_add(struct rc_journal *journal, pid_t tgid, pid_t tid, int cpu, const cpu_set_t *own, uint16_t *entry);
void rc_journal_set_own(struct rc_journal *journal, uint16_t entry, const cpu_set_t *own);
void rc_journal_set_tid(struct rc_journal *journal, uint16_t entry, pid_t tid);
void rc_journal_remove(struct rc_journal *journal, uint16_t entry);

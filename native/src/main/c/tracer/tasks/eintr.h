// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The first stop after an attach, the last one before a detach.
#pragma once

#include "session.h"

// Settles what the task was doing when attach stopped it. Returns whether task->call is over and ready to be published.
bool rc_settle_attach(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop);
// At the exit stop of a task that is to be detached: makes a call that our interrupt ended continue, unseen by the
// program. Returns whether the call has not ended.
bool rc_hide_at_exit(const struct rc_task *task, int64_t result);
// At an exit stop: makes a call continue that was ended by a signal which the program ignores. Returns its result.
int64_t rc_hide_ignored(struct rc_task *task, int64_t result);
// At a group-stop: takes that back.
void rc_show_hidden(struct rc_task *task);
// The same for a task that rests (duty_cycle.c), whose calls do not stop: at the stop for an ignored signal, and at the
// one that SIGCONT gives each thread. On aarch64, where no registers show which call was interrupted, nothing is
// hidden: the call returns EINTR. It also does if another thread has taken the signal first, as no stop shows that.
void rc_hide_ignored_at_rest(struct rc_task *task, int signal);
void rc_hide_continued_at_rest(struct rc_task *task);
// A call that is to be restarted has not been made yet, and must return EINTR after all.
void rc_undo_restart(struct rc_task *task);
// A signal came before the call was made again: gives the program its EINTR back if a handler runs.
void rc_take_back_restart(struct rc_task *task, int signal);

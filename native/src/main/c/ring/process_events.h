// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Events about processes and threads.
#pragma once

#include "ring/event.h"
#include "session.h"
#include "tracee/proc/procfs.h"

struct rc_process_event {
    struct rc_event event;
    uint32_t side_length;
    uint8_t side[RC_PIECE_ROOM(RC_COMM_SIZE) + RC_PIECE_ROOM(RC_EXE_SIZE)];
};
void rc_process_event(struct rc_process_event *out, pid_t tgid, enum rc_kind kind, uint16_t flags, uint64_t time_ns);
void rc_thread_event(struct rc_process_event *out, const struct rc_task *task, uint64_t time_ns);

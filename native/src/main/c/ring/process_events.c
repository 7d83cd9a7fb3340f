// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Builds the events about processes and threads from /proc while the task in question is stopped.
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

#include "ring/event.h"
#include "ring/process_events.h"
#include "tracee/proc/procfs.h"
#include "tracee/tasks.h"

static void add_piece(struct rc_process_event *out, uint8_t arg, const char *text, size_t length) {
    const struct rc_piece piece = {
        .arg = arg, .flags = length == 0 ? RC_PIECE_UNREADABLE : 0, .length = (uint16_t)length};
    uint8_t *at = out->side + out->side_length;
    memcpy(at, &piece, sizeof piece);
    memcpy(at + sizeof piece, text, length);
    const size_t room = RC_PIECE_ROOM(length);
    memset(at + sizeof piece + length, 0, room - sizeof piece - length);
    out->side_length += (uint32_t)room;
}

static uint64_t nanoseconds(uint64_t clock_ticks) {
    return clock_ticks * (UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK)); // cannot fail: a constant
}

void rc_process_event(struct rc_process_event *out, pid_t tgid, enum rc_kind kind, uint16_t flags, uint64_t time_ns) {
    struct rc_proc_status status = {.ppid = 0};
    (void)rc_proc_status(tgid, &status); // if the process was killed meanwhile, the start event has only its pid
    struct rc_proc_stat stat = {.start = 0};
    (void)rc_proc_stat(tgid, &stat); // likewise
    out->event = (struct rc_event){
        .start_ns = time_ns,
        .end_ns = time_ns,
        .args = {[0] = (uint64_t)status.inner_pid, [3] = nanoseconds(stat.start)},
        .tid = (uint32_t)tgid,
        .tgid = (uint32_t)tgid,
        .nr = -1,
        .kind = (uint16_t)kind,
        .flags = flags,
        .aux = (uint32_t)status.ppid,
    };
    out->side_length = 0;
    char comm[RC_COMM_SIZE + 1];
    char exe[RC_EXE_SIZE];
    add_piece(out, 0, comm, rc_proc_comm(tgid, comm));
    add_piece(out, 1, exe, rc_proc_exe(tgid, exe));
}

void rc_thread_event(struct rc_process_event *out, const struct rc_task *task, uint64_t time_ns) {
    out->event = (struct rc_event){
        .start_ns = time_ns,
        .end_ns = time_ns,
        .tid = (uint32_t)task->tid,
        .tgid = (uint32_t)task->process->tgid,
        .nr = -1,
        .kind = RC_THREAD_STARTED,
        .aux = (uint32_t)task->creator,
    };
    out->side_length = 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The tasks (threads) and processes a session traces. Only the current worker touches them (session.h).
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "affinity/affinity.h"
#include "ring/event.h"
#include "tracee/context/locate.h"
#include "tracee/proc/procfs.h"
#include "throttle/slowdown.h"
#include "throttle/thread_time.h"

// What is read of a call beside strings and the stack: so many bytes, and so many pieces.
enum { RC_DATA_BYTES = 4096, RC_DATA_PIECES = 64 };

// Room for a piece in the side data of a call.
#define RC_PIECE_ROOM(length) (sizeof(struct rc_piece) + (((size_t)(length) + 3) & ~(size_t)3))

// The maximum number of workers of a tracer.
enum { RC_WORKERS = 32 };

struct rc_quota;

// A head of HTTP that has not come to its end on a descriptor.
enum { RC_OPEN_HEADS = 8 };
struct rc_open_head {
    int fd;
    bool received;     // in this direction
    uint8_t ending[4]; // the last bytes
    uint32_t left;     // how many more bytes are read of it
};

// What passes in one direction of a connection of HTTP/2 (shapes/frames.c).
struct rc_frames {
    uint64_t passed;  // bytes
    uint32_t kept;    // so many more bytes are kept: of the preface, or of a payload
    uint32_t omitted; // ... or are not: of a payload of DATA
    uint8_t head[4];  // length and type of the frame whose head passes
    uint8_t head_length;
};

// A connection of HTTP/2: what passes on it never begins as a head.
enum { RC_FRAMED = 64 };
struct rc_framed {
    int fd;
    uint64_t socket; // its number in /proc: the descriptor may be another file's by now
    struct rc_frames sent;
    struct rc_frames received;
};

struct rc_process {
    struct rc_process *next;
    pid_t tgid;
    unsigned tasks;                // its tasks in the table
    unsigned unsettled;            // those of them in RC_TASK_SEIZED
    bool attaching;                // its threads are being seized: it stays here even if all known ones are gone
    bool settled;                  // every thread it had at the attach is in the table
    bool mapped;                   // where its code is mapped was published (mappings.c) and has not changed since
    int mem_fd;                    // /proc/TGID/mem; -1: not open (none to spare), strings are read by process_vm_readv
    bool unread; // it was attached to, and what it has published about itself was not looked for
    struct rc_quota *quota;        // NULL: none is known
    uint64_t quota_ns;             // when that was looked up; 0: never
    int64_t first_cpu_ns;          // its CPU time when its threads were first asked for theirs
    int64_t children_cpu_ns;       // that of our own children then
    uint64_t read_cpu_ns;          // ... and what they have told since
    struct rc_context context;     // where it publishes the contexts of its threads
    struct rc_open_head open_heads[RC_OPEN_HEADS]; // of which descriptors only a part has come (shapes/heads.c)
    unsigned open_head_count;
    struct rc_framed framed[RC_FRAMED];
    unsigned framed_count;
    enum rc_detach_reason leaving; // 0: stays traced
    bool detached;                 // at least one of its tasks was detached alive
    uint64_t judged_from_ns;       // windows that begin earlier do not count towards the bound of slowdown
    struct rc_activity activity;   // see slowdown.c, also for the next three
    int64_t cpu_ns;                // as last queried
    int64_t dead_cpu_ns;           // when its death was collected; -1: it lives, or that is not known
    uint64_t slowdown_percent;     // in the last window
    bool silent;                   // it has no start event yet, or has had its last one: nothing about it is published
    bool sandboxed;                // it has a seccomp filter of its own, which may answer calls before ours (call.c)
    bool leader_died;              // exit_status is the process's
    int exit_status;               // as waitpid reports it, of the leader or otherwise of the last thread
};

enum rc_task_state {
    RC_TASK_EXPECTED,     // its creator's event has come, its own first stop has not come
    RC_TASK_HELD,         // its first stop came before its creator's event: it waits, stopped, for that
    RC_TASK_EXITED_EARLY, // it died before its creator's event: only its tid is kept until that comes
    RC_TASK_SEIZED,       // seized by attach and interrupted; its first stop has not come
    RC_TASK_TRACED,       // goes from stop to stop
    RC_TASK_RESTING,      // its calls run through without a stop, for a while
};

struct rc_side_use {
    uint32_t length;
    uint16_t data_bytes; // of RC_DATA_BYTES
    uint8_t data_pieces; // of RC_DATA_PIECES
    uint8_t reads;       // of RC_READS_OF_CALL
    uint8_t strings;     // of RC_STRINGS_OF_CALL
};

struct rc_task {
    struct rc_task *next; // in its hash chain or in the free list
    struct rc_process *process;
    pid_t tid;
    pid_t creator;
    unsigned worker; // whose tracee it is: the kernel accepts ptrace requests for it only from that OS thread
    enum rc_task_state state;
    int held_status;   // RC_TASK_HELD: the stop it waits in
    bool reaped;       // it has ended, with exit_status
    int exit_status;   // as waitpid gives it
    bool in_call;      // between the entry and the exit of `call`
    bool suspended;    // `call` was interrupted by attach; the next entry shows whether it continues
    bool restart_call; // `call` ended with ERESTART_RESTARTBLOCK: a restart_syscall that follows is this call
    bool launching;    // forked by launch, has not yet become the program
    bool rewound;      // aarch64: stepped back to make its call again; that must be seen before it is detached
    bool hidden;       // `call` was made to continue as if no signal had ended it
    bool hidden_at_rest; // the same for a call with number hidden_nr, without an exit stop
    int64_t hidden_nr;
    bool uninterrupted; // RC_TASK_SEIZED: its interrupt could not be made
    bool asked_to_leave; // interrupted to be detached
    bool event_owed;   // adopted before its creator's event, which is still to come
    uint8_t plan;      // plan byte of `call`
    uint64_t thread_pointer; // as last asked for
    uint64_t context_at; // where its context is published (record.c); 0: not known
    bool context_left;  // it is to be read yet, of `call`
    uint64_t record_at; // where that led at its last call; 0: not known
    struct rc_pace pace;
    struct rc_thread_time time;
    struct rc_affinity affinity;
    uint64_t seized_ns;
    uint64_t rest_ns;       // how long it must rest after its call; 0: not at all
    uint64_t rest_after_ns;    // the window that made it rest, and the slowdown in it
    uint64_t rest_for_percent;
    uint64_t rest_from_ns;  // RC_TASK_RESTING
    uint64_t rest_until_ns; // RC_TASK_RESTING
    bool rest_told;         // its rest was published, the end of it not yet
    struct rc_proc_call snapshot; // what it was doing when it was seized
    int64_t restarted; // the call that its restart_syscall continued; -1: it was in none, or that is not known
    struct rc_side_use used;     // of `side`
    struct rc_side_use at_entry; // the same once the entry of `call` had been read
    struct rc_event call; // the call being made, filled in while it lasts
    uint8_t side[];       // what arguments of `call` point to, and its stack, as pieces
};

struct rc_tasks {
    struct rc_task **buckets;
    struct rc_task *free;
    struct rc_process *processes;
    size_t bucket_count; // power of two
    size_t count;        // tasks in the table, those that exited early not counted
    size_t used;         // those that exited early counted
    size_t of_worker[RC_WORKERS]; // `count` by worker
    size_t task_size;
    size_t side_capacity;
    void *chunks;
};

// string_limit: longest string of a piece. Returns 0 or an errno value.
int rc_tasks_open(struct rc_tasks *tasks, uint32_t string_limit, uint32_t stack_bytes);
void rc_tasks_close(struct rc_tasks *tasks);
struct rc_task *rc_tasks_find(const struct rc_tasks *tasks, pid_t tid);
// Adds a worker's task that is not in the table; NULL if memory is short.
struct rc_task *rc_tasks_add(struct rc_tasks *tasks, pid_t tid, enum rc_task_state state, unsigned worker);
void rc_tasks_remove(struct rc_tasks *tasks, struct rc_task *task);
// Gives a task another tid, which must be free.
void rc_tasks_rekey(struct rc_tasks *tasks, struct rc_task *task, pid_t tid);
void rc_tasks_exit_early(struct rc_tasks *tasks, struct rc_task *task);
// Calls visit for each task; visit may remove the task it is given and no other.
void rc_tasks_each(struct rc_tasks *tasks, void (*visit)(void *context, struct rc_task *task), void *context);

struct rc_process *rc_process_find(const struct rc_tasks *tasks, pid_t tgid);
// Adds a process and opens its memory; NULL if our own memory is short.
struct rc_process *rc_process_add(struct rc_tasks *tasks, pid_t tgid);
void rc_process_remove(struct rc_tasks *tasks, struct rc_process *process);
// Opens its memory anew: after exec the old descriptor still shows the old address space.
void rc_process_reopen_memory(struct rc_process *process);

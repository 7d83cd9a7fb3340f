// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Task table: a chained hash by tid over tasks that never move. Memory is allocated only when a task comes or the table
// grows.
#define _GNU_SOURCE
#include "tracee/tasks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture.h"
#include "ring/event.h"
#include "tracee/proc/procfs.h"

enum { FIRST_BUCKETS = 256, TASKS_PER_CHUNK = 64 };

// Tasks are allocated from mappings, whose untouched pages cost nothing: the room for strings is mostly never used.
struct chunk {
    struct chunk *next;
    size_t length;
};

int rc_tasks_open(struct rc_tasks *tasks, uint32_t string_limit, uint32_t stack_bytes) {
    const size_t stack_room = stack_bytes == 0 ? 0 : RC_PIECE_ROOM(sizeof(struct rc_stack_head) + stack_bytes);
    const size_t written_room = RC_PIECE_ROOM(RC_EXIT_READ_MAX);
    // One byte more than a string's limit is read, to see whether it goes on.
    const size_t data_room = RC_DATA_BYTES + RC_DATA_PIECES * RC_PIECE_ROOM(1) + RC_PIECE_ROOM(1);
    // A call has strings or the head of a message (plan.c).
    const size_t head_room = RC_PIECE_ROOM(RC_HEAD_BYTES);
    const size_t all_strings = RC_STRINGS_OF_CALL * RC_PIECE_ROOM(string_limit);
    const size_t strings_room = all_strings > head_room ? all_strings : head_room;
    const size_t side_capacity = strings_room + stack_room + written_room + data_room +
                                 RC_PIECE_ROOM(sizeof(struct rc_thread_context));
    *tasks = (struct rc_tasks){
        .buckets = calloc(FIRST_BUCKETS, sizeof(struct rc_task *)),
        .bucket_count = FIRST_BUCKETS,
        .side_capacity = side_capacity,
        .task_size = (sizeof(struct rc_task) + side_capacity + 63) & ~(size_t)63,
    };
    return tasks->buckets == NULL ? ENOMEM : 0;
}

void rc_tasks_close(struct rc_tasks *tasks) {
    while (tasks->processes != NULL) {
        rc_process_remove(tasks, tasks->processes);
    }
    for (struct chunk *chunk = tasks->chunks; chunk != NULL;) {
        struct chunk *next = chunk->next;
        (void)munmap(chunk, chunk->length);
        chunk = next;
    }
    tasks->chunks = NULL;
    free(tasks->buckets);
    tasks->buckets = NULL;
}

static struct rc_task **bucket(const struct rc_tasks *tasks, pid_t tid) {
    // Tids of one process are mostly consecutive, which is the best case of a plain mask.
    return &tasks->buckets[(size_t)tid & (tasks->bucket_count - 1)];
}

struct rc_task *rc_tasks_find(const struct rc_tasks *tasks, pid_t tid) {
    struct rc_task *task = *bucket(tasks, tid);
    while (task != NULL && task->tid != tid) {
        task = task->next;
    }
    return task;
}

static void link_task(struct rc_tasks *tasks, struct rc_task *task) {
    struct rc_task **head = bucket(tasks, task->tid);
    task->next = *head;
    *head = task;
}

static void unlink_task(struct rc_tasks *tasks, const struct rc_task *task) {
    struct rc_task **at = bucket(tasks, task->tid);
    while (*at != task) {
        at = &(*at)->next;
    }
    *at = task->next;
}

// Doubles the buckets. If memory is short, the chains just get longer.
static void grow(struct rc_tasks *tasks) {
    struct rc_task **old = tasks->buckets;
    const size_t old_count = tasks->bucket_count;
    struct rc_task **larger = calloc(old_count * 2, sizeof(struct rc_task *));
    if (larger == NULL) {
        return;
    }
    tasks->buckets = larger;
    tasks->bucket_count = old_count * 2;
    for (size_t i = 0; i < old_count; i++) {
        for (struct rc_task *task = old[i]; task != NULL;) {
            struct rc_task *next = task->next;
            link_task(tasks, task);
            task = next;
        }
    }
    free(old);
}

static bool add_chunk(struct rc_tasks *tasks) {
    const size_t head = 64;
    const size_t length = head + TASKS_PER_CHUNK * tasks->task_size;
    void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        return false;
    }
    struct chunk *chunk = memory;
    *chunk = (struct chunk){.next = tasks->chunks, .length = length};
    tasks->chunks = chunk;
    for (size_t i = TASKS_PER_CHUNK; i-- > 0;) {
        struct rc_task *task = (struct rc_task *)((uint8_t *)memory + head + i * tasks->task_size);
        task->next = tasks->free;
        tasks->free = task;
    }
    return true;
}

// Counts a task that is alive (1), or is not any more (-1): those that exited early do not count.
static void count(struct rc_tasks *tasks, const struct rc_task *task, int change) {
    tasks->count += (size_t)change;
    tasks->of_worker[task->worker] += (size_t)change;
}

struct rc_task *rc_tasks_add(struct rc_tasks *tasks, pid_t tid, enum rc_task_state state, unsigned worker) {
    if (tasks->free == NULL && !add_chunk(tasks)) {
        return NULL;
    }
    if (tasks->used >= tasks->bucket_count) {
        grow(tasks);
    }
    struct rc_task *task = tasks->free;
    tasks->free = task->next;
    memset(task, 0, sizeof *task); // except its room for side data
    task->tid = tid;
    task->state = state;
    task->worker = worker;
    link_task(tasks, task);
    tasks->used++;
    if (state != RC_TASK_EXITED_EARLY) {
        count(tasks, task, 1);
    }
    return task;
}

void rc_tasks_remove(struct rc_tasks *tasks, struct rc_task *task) {
    unlink_task(tasks, task);
    tasks->used--;
    if (task->state != RC_TASK_EXITED_EARLY) {
        count(tasks, task, -1);
    }
    task->next = tasks->free;
    tasks->free = task;
}

void rc_tasks_rekey(struct rc_tasks *tasks, struct rc_task *task, pid_t tid) {
    unlink_task(tasks, task);
    task->tid = tid;
    link_task(tasks, task);
}

void rc_tasks_exit_early(struct rc_tasks *tasks, struct rc_task *task) {
    task->state = RC_TASK_EXITED_EARLY;
    count(tasks, task, -1);
}

void rc_tasks_each(struct rc_tasks *tasks, void (*visit)(void *context, struct rc_task *task), void *context) {
    for (size_t i = 0; i < tasks->bucket_count; i++) {
        for (struct rc_task *task = tasks->buckets[i]; task != NULL;) {
            struct rc_task *next = task->next;
            visit(context, task);
            task = next;
        }
    }
}

struct rc_process *rc_process_find(const struct rc_tasks *tasks, pid_t tgid) {
    struct rc_process *process = tasks->processes;
    while (process != NULL && process->tgid != tgid) {
        process = process->next;
    }
    return process;
}

void rc_process_reopen_memory(struct rc_process *process) {
    if (process->mem_fd >= 0) {
        (void)close(process->mem_fd);
    }
    process->mem_fd = rc_proc_keep_open(process->tgid, "mem");
    process->mapped = false;
    rc_context_forget(&process->context);
}

struct rc_process *rc_process_add(struct rc_tasks *tasks, pid_t tgid) {
    struct rc_process *process = calloc(1, sizeof *process);
    if (process == NULL) {
        return NULL;
    }
    process->tgid = tgid;
    process->mem_fd = -1;
    rc_process_reopen_memory(process);
    process->next = tasks->processes;
    tasks->processes = process;
    return process;
}

void rc_process_remove(struct rc_tasks *tasks, struct rc_process *process) {
    struct rc_process **at = &tasks->processes;
    while (*at != process) {
        at = &(*at)->next;
    }
    *at = process->next;
    if (process->mem_fd >= 0) {
        (void)close(process->mem_fd);
    }
    free(process);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A plan, a call and the memory its arguments point to. A plan that is taken as sound never makes more pieces than a
// task has room for, and each says truly what it is.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/audit.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arch/arch.h"
#include "arch/plan.h"
#include "capture.h"
#include "input.h"
#include "tracee/arguments.h"
#include "tracee/tasks.h"

// What the call sees: two pages at a place that inputs know, and nothing behind them.
enum { MEMORY = 8192, NR = 39 };
static uint8_t *const place = (uint8_t *)0x10000000;
static int memory_fd;

struct head {
    uint8_t reads;
    uint8_t flags;
    uint16_t string_limit;
    uint16_t buffer_limit;
    uint16_t i386;
    int64_t result;
    uint64_t args[6];
};

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    const void *got =
        mmap(place, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    memory_fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    REQUIRE(got == place && memory_fd >= 0);
    return 0;
}

static void take_plan(struct input *input, const struct head *head, struct rc_plan *plan) {
    static const uint8_t both = RC_PLAN_READS_AT_ENTRY | RC_PLAN_READS_AT_EXIT;
    plan->table[rc_arch_abi(rc_native_arch())][NR] = both;
    plan->table[RC_ABI_I386][NR] = both;
    for (unsigned i = 0; i < head->reads; i++) {
        (void)input_take(input, &plan->reads[i], sizeof plan->reads[i]);
    }
}

static void check_pieces(const struct rc_task *task) {
    unsigned count = 0;
    for (uint32_t at = 0; at < task->used.length;) {
        struct rc_piece piece;
        REQUIRE(task->used.length - at >= sizeof piece);
        memcpy(&piece, task->side + at, sizeof piece);
        REQUIRE(RC_PIECE_ROOM(piece.length) <= task->used.length - at);
        REQUIRE(piece.arg < 6 && piece.part <= RC_PART_LINK);
        REQUIRE((piece.error != 0) == ((piece.flags & RC_PIECE_UNREADABLE) != 0));
        REQUIRE(piece.error == 0 || piece.length == 0);
        for (size_t i = piece.length; i < RC_PIECE_ROOM(piece.length) - sizeof piece; i++) {
            REQUIRE(task->side[at + sizeof piece + i] == 0); // nothing of the program's shows between the pieces
        }
        at += (uint32_t)RC_PIECE_ROOM(piece.length);
        count++;
    }
    REQUIRE(task->used.data_pieces <= RC_DATA_PIECES && count <= RC_DATA_PIECES + RC_STRINGS_OF_CALL);
}

static void read_call(const struct rc_options *options, const struct head *head) {
    struct rc_tasks tasks;
    REQUIRE(rc_tasks_open(&tasks, options->string_limit, 0) == 0);
    // No byte longer than the room of a task is.
    struct rc_task *task = calloc(1, sizeof *task + tasks.side_capacity);
    REQUIRE(task != NULL);
    struct rc_process process = {.mem_fd = memory_fd};
    task->process = &process;
    task->tid = getpid(); // descriptors are its own
    task->plan = RC_PLAN_READS_AT_ENTRY | RC_PLAN_READS_AT_EXIT;
    task->call.nr = NR;
    const bool i386 = (head->i386 & 1) != 0 && rc_arch_abi(AUDIT_ARCH_I386) >= 0;
    task->call.arch = i386 ? AUDIT_ARCH_I386 : rc_native_arch();
    memcpy(task->call.args, head->args, sizeof head->args);
    rc_read_at_entry(task, options);
    task->at_entry = task->used;
    check_pieces(task);
    task->call.result = head->result;
    task->call.flags = head->flags & (RC_ERROR | RC_RESTARTED);
    rc_read_at_exit(task, options);
    check_pieces(task);
    free(task);
    rc_tasks_close(&tasks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct rc_options options;
    struct input input = {.at = data, .left = size};
    struct head head;
    (void)input_take(&input, &head, sizeof head);
    memset(&options, 0, sizeof options);
    options.string_limit = head.string_limit % 4096u + 1;
    options.buffer_limit = head.buffer_limit % (RC_DATA_BYTES + 1u);
    take_plan(&input, &head, &options.plan);
    if (!rc_plan_is_sound(&options.plan)) {
        return 0;
    }
    // What is left lies at the end of the memory, so that lengths lead beyond it.
    const size_t left = input.left < MEMORY ? input.left : MEMORY;
    memset(place, 0, MEMORY);
    (void)input_take(&input, place + MEMORY - left, left);
    read_call(&options, &head);
    return 0;
}

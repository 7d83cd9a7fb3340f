// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// A call can be read of a thread that nobody has stopped. The thread is this very one: what matters is that its memory
// is read from outside.
#define _GNU_SOURCE
#include "tracee/look.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/arch.h"
#include "harness.h"
#include "tracee/proc/sched_clock.h"
#include "tracee/proc/unix_peer.h"
#include "tracee/tasks.h"

enum { STACK_BYTES = 64 };

static struct rc_event call_of(const char *path, const void *stack) {
    return (struct rc_event){
        .tid = (uint32_t)getpid(),
        .tgid = (uint32_t)getpid(),
        .arch = rc_native_arch(),
        .nr = SYS_openat,
        .args = {0, (uint64_t)(uintptr_t)path},
        .sp = (uint64_t)(uintptr_t)stack,
        .ip = 0x1234,
    };
}

static struct rc_look *open_look(void) {
    struct rc_options options = default_options();
    options.stack_bytes = STACK_BYTES;
    const struct rc_read read = {.arg = 1, .when = RC_READ_AT_ENTRY, .shape = RC_SHAPE_STRING};
    plan_reads(&options, RC_ABI_NATIVE, SYS_openat, &read, 1);
    struct rc_look *look = rc_look_open(&options);
    assert_non_null(look);
    return look;
}

static bool has_register(const struct rc_stack_head *head, uint64_t value) {
    for (uint32_t i = 0; i < head->register_count; i++) {
        if (head->registers[i] == value) {
            return true;
        }
    }
    return false;
}

static void what_arguments_point_to_and_the_stack_are_read_as_of_a_trace(void **state) {
    (void)state;
    uint64_t stack[STACK_BYTES / sizeof(uint64_t)];
    for (size_t i = 0; i < sizeof stack / sizeof stack[0]; i++) {
        stack[i] = i;
    }
    struct rc_look *look = open_look();
    const struct rc_event call = call_of("/etc/hosts", stack);
    const uint8_t *side = NULL;
    const uint32_t length = rc_look_at(look, &call, &side);
    struct rc_piece path;
    memcpy(&path, side, sizeof path);
    assert_int_equal(path.arg, 1);
    assert_int_equal(path.flags, 0);
    assert_int_equal(path.length, strlen("/etc/hosts"));
    assert_memory_equal(side + sizeof path, "/etc/hosts", path.length);
    const uint8_t *behind = side + RC_PIECE_ROOM(path.length);
    struct rc_piece piece;
    struct rc_stack_head head;
    memcpy(&piece, behind, sizeof piece);
    memcpy(&head, behind + sizeof piece, sizeof head);
    assert_int_equal(piece.arg, RC_PIECE_STACK);
    assert_int_equal(piece.length, sizeof head + STACK_BYTES);
    assert_int_equal(head.registers[RC_DWARF_SP], call.sp);
    assert_int_equal(head.registers[RC_DWARF_IP], call.ip);
    assert_int_equal(head.registers[RC_DWARF_FP], 0);
    assert_true(has_register(&head, call.args[1])); // the second argument
    assert_memory_equal(behind + sizeof piece + sizeof head, stack, sizeof stack);
    assert_int_equal(length, RC_PIECE_ROOM(path.length) + RC_PIECE_ROOM(piece.length));
    rc_look_close(look);
}

static void what_is_not_there_is_unreadable_and_the_next_look_is_whole_again(void **state) {
    (void)state;
    uint64_t stack[STACK_BYTES / sizeof(uint64_t)] = {0};
    struct rc_look *look = open_look();
    struct rc_event call = call_of(NULL, NULL);
    call.args[1] = 8;
    const uint8_t *side = NULL;
    (void)rc_look_at(look, &call, &side);
    struct rc_piece piece;
    memcpy(&piece, side, sizeof piece);
    assert_int_equal(piece.flags, RC_PIECE_UNREADABLE);
    assert_int_equal(piece.error, EFAULT);
    memcpy(&piece, side + RC_PIECE_ROOM(0), sizeof piece);
    assert_int_equal(piece.arg, RC_PIECE_STACK);
    assert_int_equal(piece.flags, RC_PIECE_UNREADABLE);
    call = call_of("x", stack);
    (void)rc_look_at(look, &call, &side);
    memcpy(&piece, side, sizeof piece);
    assert_int_equal(piece.flags, 0);
    rc_look_close(look);
}

static void memory_that_is_gone_is_a_fault_and_a_thread_that_is_gone_no_thread(void **state) {
    (void)state;
    uint64_t word = 0;
    assert_int_equal(rc_look_memory(getpid(), 8, &word, sizeof word), -EFAULT);
    assert_int_equal(rc_look_memory(0x7ffffff0, (uint64_t)(uintptr_t)&word, &word, sizeof word), -ESRCH);
}

// /proc/self/sched is not on every kernel.
static void the_clock_of_a_cpu_goes_on_and_of_none_is_refused(void **state) {
    (void)state;
    assert_int_equal(rc_sched_clock_of(-1), -EINVAL);
    assert_int_equal(rc_sched_clock_of(1 << 20), -EINVAL);
    const int cpu = sched_getcpu();
    const int64_t before = rc_sched_clock_of(cpu);
    if (access("/proc/self/sched", R_OK) != 0) {
        assert_int_equal(before, -ENODATA);
        return;
    }
    assert_true(before > 0);
    assert_true(rc_sched_clock_of(cpu) > before);
}

static void ends_of_a_pair_know_each_other(void **state) {
    (void)state;
    int ends[2];
    struct stat one;
    struct stat other;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(fstat(ends[0], &one), 0);
    assert_int_equal(fstat(ends[1], &other), 0);
    assert_int_equal(rc_unix_peer((uint32_t)one.st_ino), other.st_ino);
    assert_int_equal(rc_unix_peer((uint32_t)other.st_ino), one.st_ino);
    assert_int_equal(close(ends[1]), 0);
    assert_true(rc_unix_peer((uint32_t)one.st_ino) <= 0);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(rc_unix_peer(UINT32_MAX), -ENOENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_arguments_point_to_and_the_stack_are_read_as_of_a_trace),
        cmocka_unit_test(what_is_not_there_is_unreadable_and_the_next_look_is_whole_again),
        cmocka_unit_test(memory_that_is_gone_is_a_fault_and_a_thread_that_is_gone_no_thread),
        cmocka_unit_test(the_clock_of_a_cpu_goes_on_and_of_none_is_refused),
        cmocka_unit_test(ends_of_a_pair_know_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The ring format: what the engine writes and Java reads. Nothing here depends on ptrace, so another engine can fill
// the same ring. A test compares Java's copy of these offsets (RingLayout.java) with this header through rc_layout().
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#define RC_RING_VERSION 5u
#define RC_RING_MAGIC 0x52454e4143455231ull // "RENACER1"

// Event kinds; dev.renacer.capture.ring.EventKind documents each.
enum rc_kind {
    RC_CALL = 1,
    RC_CALL_UNFINISHED = 2,
    RC_PROCESS_STARTED = 3,
    RC_THREAD_STARTED = 4,
    RC_EXEC = 5,
    RC_THREAD_EXITED = 6,
    RC_PROCESS_EXITED = 7,
    RC_SIGNAL = 8,
    RC_DETACHED = 9,
    RC_GROUP_STOP = 10,
    RC_MAPPINGS = 11,
    RC_REST_BEGAN = 12,
    RC_REST_ENDED = 13,
    RC_PROCESS_CONTEXT = 14,
    RC_THREAD_TIME = 15,
};

// Event flags; dev.renacer.capture.ring.EventFlags documents each.
enum rc_flag {
    RC_IN_PROGRESS_AT_ATTACH = 1 << 0,
    RC_ATTACHED = 1 << 1,
    RC_LAUNCHED = 1 << 2,
    RC_FORKED = 1 << 3,
    RC_ERROR = 1 << 4,
    RC_SIDE_DATA_LOST = 1 << 5,
    RC_RESTARTED = 1 << 6,
    RC_UNASKED = 1 << 7,
    RC_LEFT = 1 << 8,
    RC_UNREAD = 1 << 9,
};

// Values of aux in RC_DETACHED; dev.renacer.capture.ring.DetachReason documents each.
enum rc_detach_reason {
    RC_DETACH_REQUESTED = 1,
    RC_DETACH_DEADLINE = 2,
    RC_DETACH_HEARTBEAT_LOST = 3,
    RC_DETACH_ENGINE_FAILURE = 4,
    RC_DETACH_SLOWDOWN = 5,
};

// The aux of RC_THREAD_EXITED is its status as waitpid gives it, or this: others have reaped it, or an exec has
// ended it.
#define RC_STATUS_UNKNOWN UINT32_MAX

// The args of RC_THREAD_TIME: where the time of a thread between start_ns and end_ns went, in nanoseconds. `result`,
// `ip` and `sp` are what the stops in it cost, as estimated: time at the end of a stretch, in which the stop was not
// seen yet; time in which the thread waited for a CPU after it was resumed; CPU time. `nr` and `arch` name the last
// call if that ended at end_ns and was long; otherwise nr is -1 and RC_TIME_IN_LAST_CALL is 0. If that call waited for
// a lock, aux is the thread that held it when it began, as the program numbers its threads; 0: not known. With
// RC_UNREAD the first is an upper bound, and the next two are not known; with RC_UNASKED there were calls that are not
// in RC_TIME_IN_CALLS.
enum rc_time_arg {
    RC_TIME_RAN = 0,          // on a CPU
    RC_TIME_DELAYED = 1,      // waited for a CPU
    RC_TIME_THROTTLED = 2,    // ... because a quota was used up, at most
    RC_TIME_STOPPED = 3,      // in stops, from when they were seen
    RC_TIME_IN_CALLS = 4,     // in calls, without those stops
    RC_TIME_IN_LAST_CALL = 5, // in the call that ended at end_ns, likewise
};

// One event: two cache lines. Times are CLOCK_MONOTONIC nanoseconds. In RC_SIGNAL, args holds si_code, si_errno and the
// first 32 bytes of what follows in a 64-bit siginfo (union __sifields, asm-generic/siginfo.h); their meaning depends
// on signal and code. That of a fault (SIGSEGV and the like) has a piece RC_PIECE_STACK where stacks are copied.
struct rc_event {
    uint64_t start_ns;
    uint64_t end_ns;
    uint64_t args[6];
    // ---- second cache line
    int64_t result;
    uint64_t ip;
    uint64_t sp;
    uint32_t tid;
    uint32_t tgid;
    int32_t nr;
    uint32_t arch; // AUDIT_ARCH_*
    uint16_t kind;
    uint16_t flags;
    uint32_t aux;
    uint32_t side_length;    // bytes of side data; 0: none
    uint32_t dropped_before; // events dropped directly before this one; saturates
    uint64_t side_offset;    // absolute (ever-growing) position in the side area; modulo its size gives the place
};
_Static_assert(sizeof(struct rc_event) == 128, "an event is two cache lines");

// Side data of an event: pieces one after another, each a header and its bytes, padded to 4 bytes. A piece never wraps
// around the end of the side area, and the pieces of one event are contiguous.
struct rc_piece {
    uint8_t arg;
    uint8_t part;   // enum rc_part
    uint16_t index; // of an element in its array; otherwise 0
    uint16_t length;
    uint8_t flags; // RC_PIECE_*
    uint8_t error; // RC_PIECE_UNREADABLE: errno, not 0
};
_Static_assert(sizeof(struct rc_piece) == 8, "as Java reads it");
enum { RC_PIECE_TRUNCATED = 1, RC_PIECE_UNREADABLE = 2, RC_PIECE_AT_EXIT = 4 };

// What a piece is of its argument; dev.renacer.tracer.CapturedData.Part documents each.
enum rc_part {
    RC_PART_DATA = 0,
    RC_PART_ELEMENT = 1,
    RC_PART_NAME = 2,
    RC_PART_CONTROL = 3,
    RC_PART_VECTOR = 4,
    RC_PART_COUNT = 5,
    RC_PART_LINK = 6,
};

// The first bytes of a piece of RC_PART_LINK; the link follows.
struct rc_link_head {
    int32_t number; // of the descriptor; AT_FDCWD: the working directory
};

// The bytes of the piece of an array of pointers of which only the number is wanted. A cut one may have more.
struct rc_pointer_count {
    uint32_t count; // of those before NULL
    uint32_t error; // errno of reading the next one; 0: there is none
};

// The `arg` of a piece that is not an argument but the task's registers and its stack from the stack pointer on: a head
// and the bytes. Registers have DWARF's numbers for the processor; the last one is the instruction pointer. On x86-64
// only rbp, rsp and rip are filled in; the others are 0.
enum { RC_PIECE_STACK = 16 };
#if defined(__aarch64__)
enum { RC_STACK_REGISTERS = 33 }; // x0 to x30, sp, pc
#else
enum { RC_STACK_REGISTERS = 17 }; // rax, rdx, rcx, rbx, rsi, rdi, rbp, rsp, r8 to r15, rip
#endif
struct rc_stack_head {
    uint32_t register_count;
    uint32_t reserved;
    uint64_t registers[RC_STACK_REGISTERS];
};

// The `arg` of a piece that is not an argument but the first bytes that the call has transferred, if they begin as a
// message of HTTP does, go on with one, or pass on a connection of HTTP/2: RC_HEAD_BYTES at most. More than one buffer
// are one behind the other. The index of the piece says what the descriptor was at that moment. On a connection of
// HTTP/2 the bytes are those of a struct rc_frames_head, and behind it what has passed without the payloads of DATA.
enum { RC_PIECE_HEAD = 18, RC_HEAD_BYTES = 16384 };
enum rc_head_descriptor {
    RC_HEAD_IS_SOCKET = 1 << 0,
    RC_HEAD_BLOCKS = 1 << 1, // it has no O_NONBLOCK: the thread itself waits for it
    RC_HEAD_FRAMES = 1 << 2, // a connection of HTTP/2
};
struct rc_frames_head {
    uint64_t passed; // bytes of the connection that the core has seen pass in this direction before
};
// The `arg` of a piece that is not an argument but what the application has published about the thread when it made the
// call: the head of a thread-local context record of OpenTelemetry's OTEP 4947. Only one that is valid and names a
// trace and a span becomes a piece.
enum { RC_PIECE_CONTEXT = 17 };
struct rc_thread_context {
    uint8_t trace_id[16];
    uint8_t span_id[8];
    uint8_t valid; // 1
    uint8_t trace_flags;
    uint16_t attributes_size; // of what follows in the program's memory, which is not read
};
_Static_assert(sizeof(struct rc_thread_context) == 28, "as the OTEP lays it out");

// Head of the shared mapping; the events follow at events_offset, the side area at side_offset. The producer's and the
// consumer's words lie on separate cache lines. Positions grow for ever; position modulo size gives the slot.
struct rc_ring_header {
    uint64_t magic;
    uint32_t version;
    uint32_t event_size;
    uint64_t event_capacity; // power of two
    uint64_t side_capacity;  // power of two
    uint64_t events_offset;
    uint64_t side_offset;
    uint8_t pad0[16];
    _Atomic uint64_t head; // events published; written by the producer, release
    _Atomic uint64_t dropped;
    uint8_t pad1[48];
    _Atomic uint64_t tail;      // events consumed; written by the consumer, release
    _Atomic uint64_t side_tail; // side bytes consumed
    uint8_t pad2[48];
};
_Static_assert(sizeof(struct rc_ring_header) == 192, "three cache lines");

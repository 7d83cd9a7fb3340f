// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// The engine's public door: what the JNI layer and the C tests call. Every function may be called from any thread
// unless it says otherwise. Errors are returned as positive errno values, 0 is success.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ring/event.h"

enum { RC_TABLE_SIZE = 1024 };

// What to do with a call: RC_PLAN_SKIP marks one that is not published, RC_PLAN_READS_AT_ENTRY and _AT_EXIT one that is
// read from then, RC_PLAN_AT_EXIT one that has a rule for its exit.
enum { RC_PLAN_READS_AT_ENTRY = 0x01, RC_PLAN_READS_AT_EXIT = 0x02, RC_PLAN_SKIP = 0x40, RC_PLAN_AT_EXIT = 0x80 };
enum rc_abi { RC_ABI_X86_64, RC_ABI_I386, RC_ABI_AARCH64, RC_ABI_COUNT };

// What happens when a call that meets the conditions has returned: what it wrote is read, and a call with RC_PLAN_SKIP
// is published nevertheless, as RC_UNASKED.
enum { RC_EXIT_RULES = 16, RC_EXIT_CONDITIONS = 2, RC_EXIT_READ_MAX = 64 };
struct rc_exit_rule {
    int32_t when_arg[RC_EXIT_CONDITIONS]; // this argument has this value in its lower 32 bits; -1: no condition
    uint32_t when_value[RC_EXIT_CONDITIONS];
    int32_t read_arg;      // points to what is read if the call did not fail; -1: nothing is
    uint32_t read_bytes;   // at most this many
    int32_t length_arg;    // points to how many the call says it wrote, 32 bits; -1: all of them
    uint32_t failed_only;  // not 0: the call must have failed
};

// What an argument points to, read at entry (input) or at exit (output), or both. A call's reads stand one behind the
// other in the plan, RC_READS_LISTED at most. Entry and exit together, RC_READS_OF_CALL of them are made at most, and
// RC_STRINGS_OF_CALL of those are strings.
enum { RC_READS = 2048, RC_READS_LISTED = 192, RC_READS_OF_CALL = 12, RC_STRINGS_OF_CALL = 6 };
enum rc_read_when {
    RC_READ_AT_ENTRY = 1 << 0,
    RC_READ_AT_EXIT = 1 << 1,     // if the call did not fail
    RC_READ_INTERRUPTED = 1 << 2, // at exit, if a signal interrupted the call
    RC_READ_IF_POSITIVE = 1 << 3, // at exit, if the call did not fail and its result is not 0
    RC_READ_FAILED = 1 << 4,      // at exit, if the call failed and no signal interrupted it
};
enum rc_read_shape {
    RC_SHAPE_BYTES,    // one or more of `unit` bytes
    RC_SHAPE_STRING,   // up to a NUL
    RC_SHAPE_STRINGS,  // pointers to strings, up to NULL
    RC_SHAPE_IOVEC,    // struct iovec, and their buffers
    RC_SHAPE_MESSAGE,  // struct msghdr, and what it points to
    RC_SHAPE_MESSAGES, // struct mmsghdr, likewise
    RC_SHAPE_RECORDS,  // one behind the other in as many bytes as the result says, with a length of 16 bits at `field`
                       // of each: how many there are; and with RC_READ_CONTENTS as many bytes as there is room for
    RC_SHAPE_INDIRECT, // a struct of `unit` bytes, with a pointer at `field`, and what that points to as element `of`:
                       // `count` bytes, times the number of `count_width` bytes at `count_field` if that is not 0
    RC_SHAPE_POINTERS, // pointers, and the `field` bytes that each points to
    RC_SHAPE_STACK,    // `unit` bytes, 8 * `field` bytes behind the stack pointer; the argument only has the name
    RC_SHAPE_POINTER_COUNT, // pointers up to NULL, of which only the number is wanted (struct rc_pointer_count)
    RC_SHAPE_LINKS,    // only at exit: what descriptors are now, as /proc shows them (struct rc_link_head); `field`
                       // (enum rc_links) says which
    RC_SHAPE_HEAD,     // bytes that are transferred, in the way that `field` (enum rc_head_in) says: only if they begin
                       // as a message of HTTP does, and then as RC_PIECE_HEAD
    RC_SHAPE_COUNT,
};
// Where the bytes of RC_SHAPE_HEAD are; RC_HEAD_RECEIVED besides: the call has received them. Above RC_HEAD_FLAGS: the
// argument with its flags of recv(2), 0: it has none. With MSG_PEEK nothing passes.
enum rc_head_in {
    RC_HEAD_IN_BUFFER,
    RC_HEAD_IN_VECTOR,  // struct iovec
    RC_HEAD_IN_MESSAGE, // struct msghdr
    RC_HEAD_UNSEEN,     // not in the program's memory, and passed over; the argument only has the name
    RC_HEAD_IN_COUNT,
};
enum { RC_HEAD_RECEIVED = 4, RC_HEAD_FLAGS = 3 };
// Whose links are read.
enum rc_links {
    RC_LINKS_OF_RESULT,   // of the number that the call has returned; the argument only has the name
    RC_LINKS_OF_FOLDER,   // of the working directory, which has the number AT_FDCWD; likewise
    RC_LINKS_OF_NUMBERS,  // of `count` numbers of 32 bits, at most RC_LINKS_OF_ARRAY, that the argument points to
    RC_LINKS_OF_MESSAGES, // of those in the control messages (SCM_RIGHTS) that a read before this one has found there
    RC_LINKS_COUNT,
};
enum { RC_LINKS_OF_ARRAY = 8 };
// How many units there are: `count` and, unless that is all, as many more as
enum rc_read_length {
    RC_LENGTH_CONSTANT,
    RC_LENGTH_ARGUMENT, // argument `of` says
    RC_LENGTH_RESULT,   // the result says; with RC_READ_BOUNDED at most argument `of`
    RC_LENGTH_POINTED,  // argument `of` points to it, 32 bits; at exit no more than it pointed to at entry, if that
                        // was read
    RC_LENGTH_FIELD,    // the 32-bit number at byte `of` of what is read
    RC_LENGTH_COUNT,
};
enum rc_read_flag {
    RC_READ_LAST = 1 << 0,       // no further read of this call
    RC_READ_CONTENTS = 1 << 1,   // what a program transfers: at most buffer_limit bytes a buffer; `field` may be
                                 // RC_CONTENTS_PACKET
    RC_READ_COMPAT = 1 << 2,     // pointers and sizes in its structs have 32 bits: i386, x32
    RC_READ_INT_LENGTH = 1 << 3, // only the lower 32 bits of argument `of` count
    RC_READ_BITS = 1 << 4,       // the length is in bits, rounded up to whole units
    RC_READ_BOUNDED = 1 << 5,    // the result may say more than there was room for
    RC_READ_IF = 1 << 6,         // only if the lower 32 bits of argument `if_arg` are `if_value`
    RC_READ_IF_BITS = 1 << 7,    // ... or have any of the bits of `if_value`
};
// If a buffer begins as a netlink message does (struct nlmsghdr), it is read as far as there is room for it.
enum { RC_CONTENTS_PACKET = 1 };
struct rc_read {
    uint8_t arg;
    uint8_t when;   // enum rc_read_when
    uint8_t shape;  // enum rc_read_shape
    uint8_t length; // enum rc_read_length
    uint8_t of;
    uint8_t flags; // enum rc_read_flag
    uint16_t unit; // bytes
    uint32_t count;
    uint32_t if_value;
    uint8_t if_arg;
    uint8_t field;       // RC_SHAPE_RECORDS, RC_SHAPE_INDIRECT and RC_SHAPE_POINTERS say what these three are
    uint8_t count_field;
    uint8_t count_width;
};

struct rc_plan {
    uint8_t table[RC_ABI_COUNT][RC_TABLE_SIZE];
    uint8_t exit_rule[RC_ABI_COUNT][RC_TABLE_SIZE]; // index of the rule of a call with RC_PLAN_AT_EXIT
    uint16_t first_read[RC_ABI_COUNT][RC_TABLE_SIZE]; // index of the first read of a call with RC_PLAN_READS_*
    struct rc_read reads[RC_READS];
    struct rc_exit_rule exit_rules[RC_EXIT_RULES];
    uint8_t unlisted; // plan byte of a number outside the tables: RC_PLAN_SKIP or 0
    uint8_t reserved[3];
};

enum rc_policy { RC_POLICY_BLOCK, RC_POLICY_DROP };

struct rc_options {
    struct rc_plan plan;
    enum rc_policy policy;
    uint64_t ring_events;  // power of two
    uint64_t side_bytes;   // power of two; with stack_bytes at least 128 KiB
    uint32_t string_limit; // 1..4096
    uint32_t buffer_limit; // of each buffer with RC_READ_CONTENTS; 0: none is read; at most 4096
    uint32_t stack_bytes;  // of the stack copied at each published call; 0: none; at most 32768, a multiple of 8
    bool follow_children;
    uint64_t deadline_ns;          // counted from open; 0: never
    uint64_t heartbeat_timeout_ns; // 0: never
    // Everything is detached (RC_DETACH_SLOWDOWN) when a thread was slowed down by more than this over a full second;
    // 0: never. After an attach the threads are not judged for the first second, which the attach itself disturbs.
    uint32_t max_slowdown_percent;
    // Instead, a thread beyond that bound is traced only part of the time, so that it keeps to the bound on average;
    // the windows are then a fifth of a second long, and the first one is judged too.
    bool duty_cycle;
    // Threads are kept on their tracer's CPU while they make many calls (colocate.h). The journal is a file to be
    // created for rc_affinity_recover; the path is read only during open; NULL: none.
    bool colocate;
    const char *journal;
    // No thread is moved before rc_session_permit allows it: the caller has then recorded where the thread belongs.
    bool ask_before_moving;
    bool thread_times; // RC_THREAD_TIME is published
    // State a launcher recorded (launch_state.h) or NULL; read only during open. Tracer threads keep to the CPU
    // affinity it names (the launcher widens its own, so that the other threads of this process stay off the traced
    // program's CPU).
    const char *inherited;
};

struct rc_stats {
    uint64_t calls;
    uint64_t published;
    uint64_t dropped;
    uint64_t side_lost;
    uint64_t tasks;
    uint64_t stops;
    // How much longer all processes together took than they would have taken untraced for the same work, since the
    // first was traced; 100 is twice the time. own_time.c explains how this is measured. Of all time, assuming that
    // what all of them waited for would have taken as long untraced: a lower bound. Of the time in which one of them
    // was at work, or of the thread hit hardest if that is more: an upper bound.
    uint32_t slowdown_percent;
    uint32_t work_slowdown_percent;
    // The first figure, of all processes together or of one of them, in the second in which it was greatest. It is
    // compared with the bound.
    uint32_t worst_slowdown_percent;
    uint64_t rests;        // how often a thread ran unwatched for a while (duty_cycle)
    uint64_t unwatched_ns; // ... for how long, all threads together, rests that have ended
    uint64_t watched_ns;   // ... and for how long they were watched before, in the windows that made them rest
    uint64_t moved; // how often a thread was moved to its tracer's CPU
    uint64_t contexts; // of threads, as their applications publish them (OTEP 4947)
    uint64_t contexts_unreadable; // an application published what cannot be read
    uint64_t contexts_unresolved; // how often a program had them where they cannot be found
    // Length of a stop as the task experiences it, including its time in our queue: median and 99th percentile.
    uint64_t stop_p50_ns;
    uint64_t stop_p99_ns;
};

// Why an attach or launch was refused, beyond errno.
enum rc_refusal {
    RC_OK = 0,
    RC_NO_SUCH_PROCESS,
    RC_ALREADY_TRACED, // detail: the tracer's pid
    RC_YAMA_DENIED,    // detail: ptrace_scope
    RC_PERMISSION_DENIED,
    RC_KERNEL_THREAD,
    RC_SELF,
    RC_ZOMBIE,
    RC_FORBIDDEN,
    RC_UNSUPPORTED,
    RC_PROGRAM_NOT_FOUND,
    RC_PROGRAM_NOT_EXECUTABLE,
    RC_RESOURCE,
    RC_OTHER,
    RC_IS_TRACER, // detail: the pid of a process that it traces itself
    RC_STOPPED, // the session was asked to end before that
    RC_KILLED,  // the child died before it became the program to launch; detail: the signal
    RC_FOREIGN_PROC, // /proc shows another PID namespace; detail: the pid it knows us by, -1: it is not mounted
};
struct rc_result {
    enum rc_refusal refusal;
    int error;   // errno, 0 if none
    long detail; // see rc_refusal
};

// What a launched program inherits; launch_state.h describes how it is recorded and parsed.
struct rc_launch {
    const char *file;
    char *const *argv;
    char *const *envp;
    const char *inherited; // recorded state or NULL
    bool filtered;         // gets a seccomp filter if that saves stops, see rc_session_bound; needs follow_children
};

struct rc_session; // opaque

int rc_session_open(const struct rc_options *options, struct rc_session **out);
// Attaches to the process pid belongs to. If this very process has started it (and not by rc_session_launch), the
// kernel gives its exit status to the tracer alone: the parent's own waitpid then finds no child.
struct rc_result rc_session_attach(struct rc_session *session, pid_t pid);
// The same for a process that has only just been created and so traces nobody; to find that out, rc_session_attach
// looks at every process there is.
struct rc_result rc_session_attach_new(struct rc_session *session, pid_t pid);
struct rc_result rc_session_launch(struct rc_session *session, const struct rc_launch *launch, pid_t *pid);
int rc_session_signal_launched(struct rc_session *session, int signal);
// Once the session is finished, waits for a launched program that was detached alive, until it ends or stops, as
// waitpid(2) reports it with WUNTRACED. Returns 0 or an errno value: ECHILD if there is none.
int rc_session_await_launched(struct rc_session *session, int *status);
// Job control: this whole process stops (SIGSTOP) as the launched program did, and continues when the program does;
// when somebody continues this process alone, it continues the program too. Does nothing if the program is not stopped.
// Returns 0 or an errno value.
int rc_session_sleep_with_launched(struct rc_session *session);
// Gives up the descriptors that this process has inherited for the program it has launched, as recorded
// (launch_state.h): the program is then the last to hold them, and the other end of a pipe sees the program close it.
// Descriptor 0 becomes /dev/null, and so does 1 unless it is to be kept; the others except 2 are closed. Returns 0 or
// an errno value.
int rc_give_up_inherited(const char *inherited, bool keep_output);
void rc_session_stop(struct rc_session *session, enum rc_detach_reason reason); // asynchronous
void rc_session_end(struct rc_session *session); // as rc_session_stop, and kills what cannot be detached; asynchronous
// Whether launched programs carry a seccomp filter of ours (launch.c). They end with the tracer; a stop does not detach
// them: nothing more is reported about them, and the session is finished when they have ended.
bool rc_session_bound(const struct rc_session *session);
bool rc_session_finished(const struct rc_session *session);
bool rc_session_await_finished(struct rc_session *session, uint64_t timeout_ns);
void rc_session_stats(const struct rc_session *session, struct rc_stats *out);
void rc_session_heartbeat(struct rc_session *session);
int64_t rc_session_epoch_offset_ns(const struct rc_session *session);
void *rc_session_ring(const struct rc_session *session, size_t *length); // the shared mapping
void rc_session_close(struct rc_session *session); // ends, waits up to 5 s, frees

// Gives threads that a killed tracer left on one CPU their own affinity back, and deletes its journal. Returns how
// many, or a negative errno value: -EBUSY while that tracer lives, -EINVAL for a file that is not a journal of this
// user.
int rc_affinity_recover(const char *journal);

// A thread that is, or is to be, kept on its tracer's CPU, and where it belongs.
enum { RC_PLACEMENTS = 64 }; // of a session: more than one CPU can serve are never moved
struct rc_placement {
    int32_t tgid;
    int32_t tid;
    uint64_t start; // of the thread, in clock ticks since boot (/proc/TID/stat); tids are used again
    uint64_t since; // when the move was asked for, likewise: threads that inherited the place were created later
    int32_t cpu;
    bool permitted;
    uint64_t own[16]; // the affinity it would have without us, as a cpu_set_t
};
// With ask_before_moving: the moves asked for, permitted or not, of threads that still live. Returns how many.
size_t rc_session_placements(struct rc_session *session, struct rc_placement out[RC_PLACEMENTS]);
// These are recorded: they may be carried out if nothing about them has changed since they were listed.
void rc_session_permit(struct rc_session *session, const struct rc_placement *recorded, size_t count);
// Why no thread can be moved, as far as is known.
enum rc_colocation_obstacle {
    RC_COLOCATION_POSSIBLE = 0,
    RC_COLOCATION_ONE_CPU,       // tracers may run on only one CPU
    RC_COLOCATION_NO_COMMON_CPU, // the target may not run on any CPU that its tracer may run on
    RC_COLOCATION_REFUSED,       // the kernel does not let us: CAP_SYS_NICE is missing
    RC_COLOCATION_NO_TIMER,
};
enum rc_colocation_obstacle rc_session_colocation_obstacle(const struct rc_session *session);
// Gives a thread that a dead tracer left on the CPU its own affinity back. Returns 1; 0 if there is nothing to do,
// because it is another thread, is elsewhere now or no longer exists; a negative errno if it stays on that CPU: EPERM
// without CAP_SYS_NICE, EINVAL if none of its own CPUs is in its cpuset any more.
int rc_placement_restore(const struct rc_placement *placement);

// Offsets and sizes of the ring format for the drift test of the Java side, in this order: RC_RING_VERSION; size of
// rc_ring_header and the offset of each of its fields except the pads, as declared; size and offsets of rc_event; size
// and offsets of rc_piece; RC_PIECE_TRUNCATED, RC_PIECE_UNREADABLE, RC_PIECE_AT_EXIT, RC_PIECE_STACK,
// RC_PIECE_CONTEXT. Returns how many there are, writes at most `capacity` of them.
size_t rc_layout(uint32_t *out, size_t capacity);

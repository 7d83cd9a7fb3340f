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

// What to do with a call: bits 0-5 mark arguments read as strings at entry, RC_PLAN_SKIP a call that is not published,
// RC_PLAN_AT_EXIT one that has a rule for its exit.
enum { RC_PLAN_SKIP = 0x40, RC_PLAN_AT_EXIT = 0x80 };
enum rc_abi { RC_ABI_X86_64, RC_ABI_I386, RC_ABI_AARCH64, RC_ABI_COUNT };

// What is done when a call has returned, if it meets the conditions: what it wrote is read, and a call with
// RC_PLAN_SKIP is published all the same, as RC_UNASKED.
enum { RC_EXIT_RULES = 16, RC_EXIT_CONDITIONS = 2, RC_EXIT_READ_MAX = 64 };
struct rc_exit_rule {
    int32_t when_arg[RC_EXIT_CONDITIONS]; // this argument has this value in its lower 32 bits; -1: no condition
    uint32_t when_value[RC_EXIT_CONDITIONS];
    int32_t read_arg;      // points to what is read if the call did not fail; -1: nothing is
    uint32_t read_bytes;   // at most so many
    int32_t length_arg;    // points to how many the call says it wrote, 32 bits; -1: all of them
    uint32_t failed_only;  // not 0: the call is to have failed
};

struct rc_plan {
    uint8_t table[RC_ABI_COUNT][RC_TABLE_SIZE];
    uint8_t exit_rule[RC_ABI_COUNT][RC_TABLE_SIZE]; // index of the rule of a call with RC_PLAN_AT_EXIT
    struct rc_exit_rule exit_rules[RC_EXIT_RULES];
    uint8_t unlisted; // plan byte of a number outside the tables; none of RC_PLAN_AT_EXIT
    uint8_t reserved[3];
};

enum rc_policy { RC_POLICY_BLOCK, RC_POLICY_DROP };

struct rc_options {
    struct rc_plan plan;
    enum rc_policy policy;
    uint64_t ring_events;  // power of two
    uint64_t side_bytes;   // power of two
    uint32_t string_limit; // 1..4096
    uint32_t stack_bytes;  // of the stack copied at each published call; 0: none; at most 32768, a multiple of 8
    bool follow_children;
    uint64_t deadline_ns;          // from open on; 0: never
    uint64_t heartbeat_timeout_ns; // 0: never
    // Everything is detached (RC_DETACH_SLOWDOWN) when a thread was slowed down more than this over a full second; 0:
    // never. Threads of a process attached to are not judged for the first second, which the attach itself disturbs.
    uint32_t max_slowdown_percent;
    // A thread beyond that bound is traced only part of the time instead, so that it keeps to the bound on average;
    // windows are a fifth of a second then, and the first one is judged too.
    bool duty_cycle;
    // Threads that make many calls are kept on their tracer's CPU meanwhile (colocate.h). The journal is a file to be
    // created for rc_affinity_recover, read during open only; NULL: none.
    bool colocate;
    const char *journal;
    // None is moved before rc_session_permit said so: whoever permits it has recorded where the thread belongs.
    bool ask_before_moving;
    // State a launcher recorded (launch_state.h) or NULL; read during open only. Tracer threads keep to the CPU
    // affinity it names (the launcher widens its own, so that everything else of this process stays off the traced
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
    // How much longer all processes together took than they would have untraced for what they did, since the first was
    // traced; 100 is twice the time. own_time.c tells how that is known. Of all time, as if what all of them waited for
    // would have taken as long untraced: it is at least so much. Of the time in which one of them was at work, or of
    // the thread hit hardest if that is more: it is at most so much.
    uint32_t slowdown_percent;
    uint32_t work_slowdown_percent;
    // The first figure, of all processes together or of one of them, in the second where that was greatest. It is held
    // against the bound.
    uint32_t worst_slowdown_percent;
    uint64_t rests;        // so many times a thread went on unwatched for a while (duty_cycle)
    uint64_t unwatched_ns; // ... for so long, all threads together, rests that are over
    uint64_t watched_ns;   // ... after they were watched for so long, in the windows that made them rest
    uint64_t moved; // so many times a thread was moved to its tracer's CPU
    // Length of a stop as the task feels it, time in the queue for us included: median and 99th percentile.
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
    RC_STOPPED, // the session was asked to end first
    RC_KILLED,  // the program to launch, before it was that program; detail: the signal
    RC_FOREIGN_PROC, // /proc shows another PID namespace; detail: the pid it knows us by, -1: it is not mounted
};
struct rc_result {
    enum rc_refusal refusal;
    int error;   // errno, 0 if none
    long detail; // see rc_refusal
};

// What a launched program inherits; see launch_state.h for how it is recorded and parsed.
struct rc_launch {
    const char *file;
    char *const *argv;
    char *const *envp;
    const char *inherited; // recorded state or NULL
    bool filtered;         // gets a seccomp filter where that spares stops, see rc_session_bound; needs follow_children
};

struct rc_session; // opaque

int rc_session_open(const struct rc_options *options, struct rc_session **out);
// Attaches to the process pid belongs to. The kernel gives the exit status of a process that this very process has
// started (and not by rc_session_launch) to the tracer alone: its parent's own waitpid then finds no child.
struct rc_result rc_session_attach(struct rc_session *session, pid_t pid);
// The same for one that has only just been made and so traces nobody: for that rc_session_attach looks at every process
// there is.
struct rc_result rc_session_attach_new(struct rc_session *session, pid_t pid);
struct rc_result rc_session_launch(struct rc_session *session, const struct rc_launch *launch, pid_t *pid);
int rc_session_signal_launched(struct rc_session *session, int signal);
// Waits for a launched program that was detached alive, once the session is finished: until it ends or stops, as
// waitpid(2) tells it with WUNTRACED. Returns 0 or an errno value: ECHILD if there is none.
int rc_session_await_launched(struct rc_session *session, int *status);
// Job control: this whole process stops (SIGSTOP) as the launched program has, and goes on when that does, or takes it
// along when somebody continues this process alone. Does nothing if the program is not stopped. Returns 0 or an errno
// value.
int rc_session_sleep_with_launched(struct rc_session *session);
// Gives up what this process has inherited for the program it has launched, as recorded (launch_state.h): the program
// is then the last to hold it, and who is at the other end of a pipe sees the program close it. Descriptor 0 becomes
// /dev/null, so does 1 unless it is to be kept, others are closed but 2. Returns 0 or an errno value.
int rc_give_up_inherited(const char *inherited, bool keep_output);
void rc_session_stop(struct rc_session *session, enum rc_detach_reason reason); // asynchronous
void rc_session_end(struct rc_session *session); // as rc_session_stop, and kills what cannot be detached; asynchronous
// Whether launched programs carry a seccomp filter of ours (launch.c). They end with the tracer; a stop does not let
// them go: nothing more is reported about them, and the session is finished when they have ended.
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

// A thread that is to be kept on its tracer's CPU, or is, and where it belongs.
enum { RC_PLACEMENTS = 64 }; // of a session: more than one CPU can serve
struct rc_placement {
    int32_t tgid;
    int32_t tid;
    uint64_t start; // of the thread, in clock ticks since boot (/proc/TID/stat): tells it from another with this tid
    uint64_t since; // when it was asked for, likewise: what has inherited the place was created later
    int32_t cpu;
    bool permitted;
    uint64_t own[16]; // its affinity but for us, as a cpu_set_t
};
// With ask_before_moving: what was asked for, permitted or not, of threads that live. Returns how many.
size_t rc_session_placements(struct rc_session *session, struct rc_placement out[RC_PLACEMENTS]);
// These are recorded: they may be carried out, as long as nothing of them has changed since they were listed.
void rc_session_permit(struct rc_session *session, const struct rc_placement *recorded, size_t count);
// Why no thread can be moved, as far as was seen.
enum rc_colocation_obstacle {
    RC_COLOCATION_POSSIBLE = 0,
    RC_COLOCATION_ONE_CPU,       // tracers may run on one CPU only
    RC_COLOCATION_NO_COMMON_CPU, // the target may not run on any CPU that its tracer may run on
    RC_COLOCATION_REFUSED,       // the kernel does not let us: CAP_SYS_NICE is missing
    RC_COLOCATION_NO_TIMER,
};
enum rc_colocation_obstacle rc_session_colocation_obstacle(const struct rc_session *session);
// Gives a thread that a dead tracer has left on the CPU its own affinity back. Returns 1; 0 if there is nothing to do,
// as it is another thread, sits elsewhere now or is not there any more; a negative errno if it stays on that CPU: EPERM
// without CAP_SYS_NICE, EINVAL if none of its own CPUs is in its cpuset any more.
int rc_placement_restore(const struct rc_placement *placement);

// Offsets and sizes of the ring format for the drift test of the Java side, in this order: RC_RING_VERSION; size of
// rc_ring_header and the offset of each of its fields but the pads, as declared; size and offsets of rc_event; size and
// offsets of rc_piece; RC_PIECE_TRUNCATED, RC_PIECE_UNREADABLE, RC_PIECE_STACK. Returns how many there are, writes at
// most `capacity` of them.
size_t rc_layout(uint32_t *out, size_t capacity);

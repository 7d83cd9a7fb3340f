// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Inside of a session: who owns which thread, and what they share. capture.h is the public door.
//
//   any thread   posts a command or a wish to stop under the session's lock, and waits
//   watchdog     rings the hands' doorbells until they have looked; enforces deadline and heartbeat
//   hand         an OS thread that waits for the stops of its own tracees and makes all ptrace requests for them, since the
//                kernel ties a tracee to the thread that attached. Hands of a tracer take turns: what they know of tasks, the
//                ring and all else in rc_tracer is one, and belongs to the hand whose turn it is (turn.c)
//
// Most sessions have one hand. waitpid looks at each tracee of the thread that calls it, so where many threads are attached to the
// idle ones are dealt out to more hands (dealing.c): a busy one is then not slowed down by them.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "capture.h"
#include "colocate.h"
#include "ring.h"
#include "slowdown.h"
#include "tasks.h"
#include "ticks.h"

// A ptrace-stop or a death, with the time it was collected at.
struct rc_stop {
    pid_t tid;
    int status;
    uint64_t time_ns;
    uint64_t idle_ns; // no stop was pending then: its task stopped later
    int64_t cpu_ns; // of a process that died: its CPU time; -1: not known
    bool waited; // it was collected before it could be looked at
};

// Stops collected before they could be looked at, oldest first; see stop_queue.c.
struct rc_stop_queue {
    struct rc_stop *stops;
    size_t first;
    size_t count;
    size_t capacity;
};

// Events that found no room when their task could not be kept waiting, oldest first; see publish.c.
struct rc_backlog {
    struct rc_late_event *first;
    struct rc_late_event **last;
};

enum rc_command_kind { RC_COMMAND_ATTACH, RC_COMMAND_LAUNCH };

// A request of another thread that only the first hand can carry out. Guarded by the session's lock but for the
// fields that hand alone uses while it works on it.
struct rc_command {
    enum rc_command_kind kind;
    pid_t pid;                      // attach: of whom; launch: of the new program
    const struct rc_launch *launch; // valid until the command is taken and the child forked
    struct rc_result result;
    bool taken;
    bool done;
};

struct rc_journal;
struct rc_placements;
struct rc_tracees;

// One OS thread of a tracer.
struct rc_hand {
    struct rc_tracer *tracer;
    unsigned index;
    pthread_t thread;
    void *(*run)(void *hand);
    _Atomic pid_t tid;       // 0 until the thread runs, and once it ends
    _Atomic bool attention;  // a command, a stop, a share or the end of the session waits to be looked at
    struct rc_stop_queue queue;
    unsigned served;         // stops in this turn
    unsigned uncollected;    // waits since stops were last collected
    uint64_t idle_ns;        // no stop of its tasks was pending then
    struct rc_ticks room_ticks; // while it waits for room in the ring
    struct rc_ticks turn_ticks; // while it waits for its turn
    struct rc_ticks held_ticks; // while tasks wait for their creators' events
    uint64_t held_until_ns; // 0: none waits
    _Atomic bool collecting; // ... in waitpid
    uint64_t look_ns;        // when to look next whose rest is over
    struct rc_ticks rest_ticks;
    unsigned moved;          // its tasks that were moved to its CPU (colocate.c)
    struct rc_share *share;  // threads it is to seize; NULL: none. Guarded by the session's lock
    pthread_cond_t its_turn; // signalled when it has come (turn.c)
    _Atomic bool granted;    // it has
    struct rc_hand *next;    // of those that wait for their turn
};

// Whose turn it is; see turn.c.
struct rc_turn {
    pthread_mutex_t lock;
    bool taken;
    struct rc_hand *first; // of those that wait
    struct rc_hand **last;
};

struct rc_launching {
    struct rc_command *command; // NULL: no launch is under way
    pid_t pid;
    int report; // read end of the pipe on which the child tells why it could not become the program
};

struct rc_tracer {
    struct rc_session *session;
    struct rc_ring ring;
    struct rc_tasks tasks;
    struct rc_hand hands[RC_HANDS];
    _Atomic unsigned hand_count;
    bool several; // there has been more than one hand: turns are to be taken
    unsigned hand; // whose turn it is
    struct rc_turn turn;
    struct rc_backlog backlog;
    struct rc_launching launching;
    struct rc_mappings *mappings; // NULL: no stacks are copied
    bool may_wait;     // a full ring may be waited for now
    bool leaving;      // a stop was asked for: every task is detached at its next stop
    bool bound;        // all tasks carry our seccomp filter, so none can be let go alive (launch.c)
    size_t held;       // tasks in RC_TASK_HELD
    bool released;     // at least one of those went on without its creator's event
    _Atomic uint64_t calls;
    _Atomic uint64_t published;
    _Atomic uint64_t side_lost;
    _Atomic uint64_t stops;
    _Atomic uint64_t task_count;
    _Atomic uint64_t moved;
    struct rc_slowdown slowdown;
    struct rc_colocation colocation;
    _Atomic int obstacle; // to co-location, enum rc_colocation_obstacle
    size_t resting; // tasks that go on unwatched for a while; see rest.c
    _Atomic uint64_t rest_count;
    _Atomic uint64_t unwatched_ns;
};

// Where many threads are to stop for us, stops are served after so many interrupts, or the first would wait for the last.
enum { RC_INTERRUPTED_AT_ONCE = 16 };

enum { RC_TRACERS = 1 }; // tracers, and so rings, of a session

struct rc_session {
    struct rc_options options;
    struct rc_tracer tracers[RC_TRACERS];
    pthread_t watchdog;
    pthread_mutex_t commander; // one command at a time
    pthread_mutex_t lock;
    pthread_cond_t changed;  // something below changed; waited on by callers and idle hands
    pthread_cond_t watchful; // wakes the watchdog
    struct rc_command *command;
    bool opened;   // an attach or launch was carried out
    _Atomic bool launched_stopped; // the launched program's leader is in a group-stop
    bool launched_ended; // it was let go before, and a hand has reaped it since; guarded by lock
    int launched_status; // then
    _Atomic bool finished; // no task is traced and everything is published
    bool quit;     // threads are to end
    _Atomic bool closing; // what cannot be let go is to be ended
    _Atomic bool bound;   // as in rc_tracer, for other threads
    _Atomic int stop_reason; // enum rc_detach_reason; 0: none asked for
    _Atomic uint64_t heartbeat_ns;
    uint64_t opened_ns;
    int64_t epoch_offset_ns;
    struct rc_journal *journal; // NULL: none
    struct rc_placements *placements; // NULL: threads are moved without asking
    struct rc_tracees *tracees;
    int launched_pidfd; // -1: nothing launched
    _Atomic pid_t launched_pid; // 0: nothing launched
};

// Whether it is one of the signals that stop a process.
static inline bool rc_is_stopping(int signal) {
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static inline uint64_t rc_now(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); // cannot fail: Linux always has this clock
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// A counter with one writer: no locked instruction.
static inline void rc_count(_Atomic uint64_t *counter, uint64_t more) {
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + more, memory_order_relaxed);
}

// ---- doorbell.c: a signal that ends waitpid
int rc_doorbell_install(void);
int rc_doorbell_signal(void);
void rc_doorbell_ring(const struct rc_hand *hand);

// ---- attention.c
// Everybody looks at the session anew. The lock is held.
void rc_session_draw_attention(struct rc_session *session);

// ---- watchdog.c
void *rc_watchdog_run(void *session);

// ---- turn.c: whose turn it is. Until a second hand comes nothing is to be taken.
int rc_turn_open(struct rc_tracer *tracer);
void rc_turn_close(struct rc_tracer *tracer);
// Returns whether it had to wait for another hand.
bool rc_turn_take(struct rc_hand *hand);
void rc_turn_give(struct rc_hand *hand);
// Without a turn: collects stops, so that their times are true, until something is over; the doorbell makes it look at once.
void rc_turn_await(struct rc_hand *hand, const _Atomic bool *over);
// Of a hand that ends: it is not to be rung for any more.
void rc_turn_end(struct rc_hand *hand);
// Lets those that wait have theirs.
void rc_turn_pass(struct rc_hand *hand);

// ---- hands.c: the OS threads of a tracer
static inline struct rc_hand *rc_hand_at_work(struct rc_tracer *tracer) {
    return &tracer->hands[tracer->hand];
}
// Whether a request for this task can be made: it is a tracee of the hand at work.
static inline bool rc_is_at_hand(const struct rc_tracer *tracer, const struct rc_task *task) {
    return task->hand == tracer->hand;
}
// Starts a thread that no signal of the program around us is delivered to, but the doorbell's and those of faults.
// A condition whose waits are timed by CLOCK_MONOTONIC; returns 0 or an errno value.
int rc_make_condition(pthread_cond_t *condition);
int rc_start_thread(pthread_t *thread, void *(*run)(void *), void *argument);
// Starts the next hand, whose life is `run`; returns 0 or an errno value.
int rc_hand_start(struct rc_tracer *tracer, void *(*run)(void *hand));
// Of a thread that has ended.
void rc_hand_close(struct rc_hand *hand);
// Has a hand look at what others want of it. The session's lock is held.
void rc_hand_call(struct rc_hand *hand);
// Has all hands but that at work look.
void rc_hands_call_others(struct rc_tracer *tracer);
// Whether this is the tid of a hand.
bool rc_is_hand(const struct rc_tracer *tracer, pid_t tid);

// ---- dealing.c: threads, dealt out to hands
struct rc_seizing;
// rc_seize_thread; the stops that have come are served after so many.
bool rc_seize_in_steps(void *seizing, pid_t tid);
void rc_deal_leader(struct rc_seizing *seizing, pid_t tgid);
// The other threads of a process, if there are too many for the hand at work.
void rc_deal(struct rc_seizing *seizing);
// What the hand at work was dealt.
void rc_share_take(struct rc_tracer *tracer);

// ---- tracer_thread.c: a hand's life
void *rc_hand_run(void *hand);

// ---- command.c
// Tells the caller who waits for it; the command is its own again.
void rc_command_finish(struct rc_session *session, struct rc_command *command, struct rc_result result);

// ---- failure.c
// Of the hand at work: all tasks are to be let go. The first failure is told.
void rc_engine_failure(struct rc_tracer *tracer, const char *request, int error);

// ---- stop_queue.c: stops of a hand, collected before they can be looked at
// Makes room for one more. Returns false without memory.
bool rc_stop_queue_reserve(struct rc_stop_queue *queue);
// Queues a stop just collected. idle_ns: as in rc_stop; 0: it was collected the moment it came. Returns false without memory.
bool rc_stop_queue_keep(struct rc_stop_queue *queue, pid_t tid, int status, uint64_t idle_ns);
// Takes the oldest one; there must be one.
struct rc_stop rc_stop_queue_take(struct rc_stop_queue *queue);
// As in rc_stop, of a stop or death with this status.
int64_t rc_cpu_of_dead(pid_t tid, int status);
// Queues a hand's next stop the moment it comes, or returns after a tick. Needs no turn. ticking: its waitpid is ended regularly.
void rc_stops_await(struct rc_hand *hand, bool ticking);

// ---- stops.c: which stop is looked at next
// Takes the oldest one collected, else waits, while others have their turn. Returns 0, or an errno value without one: ECHILD: the
// kernel has no tracee of the hand at work; EINTR: it was woken; any other ends the trace.
int rc_next_stop(struct rc_tracer *tracer, struct rc_stop *stop);
// Queues all stops that wait to be looked at; none is waited for.
void rc_stops_collect(struct rc_tracer *tracer);
// Whether the kernel has tracees of the hand at work that it does not know of: a child that asked for our trace itself (CLONE_PTRACE) may
// have been made by a task that was let go directly afterwards.
bool rc_stops_are_owed(struct rc_tracer *tracer);
// Takes the oldest one collected. Returns false if there is none.
bool rc_stops_take(struct rc_tracer *tracer, struct rc_stop *stop);

// ---- loop.c: the life of a stop
void rc_handle_stop(struct rc_tracer *tracer, const struct rc_stop *stop);
// Serves the stops that are there now; those that come meanwhile are left to the next time, or busy threads would keep us here.
void rc_serve_pending_stops(struct rc_tracer *tracer);
// Those of the hand at work that wait for their creators' events go on without them.
void rc_release_held(struct rc_tracer *tracer);
// ... that have waited long enough.
enum { RC_HELD_NS = 20000000 };
void rc_held_turn(struct rc_tracer *tracer, uint64_t now);

// ---- resume.c
// Lets a task go on with a signal (0: none) that stands in any stop but a group-stop.
void rc_go_on(struct rc_tracer *tracer, struct rc_task *task, int signal);
// Lets a stopped task go on with a signal (0: none), or detaches it if it is to be let go; it may be out of the table
// then.
void rc_resume(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now);
void rc_detach(struct rc_tracer *tracer, struct rc_task *task, int signal, uint64_t now);

// ---- plan.c
// The plan byte of a call.
uint8_t rc_plan_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr);
bool rc_exit_rules_are_sound(const struct rc_plan *plan);
// The rule for the exit of a call, or NULL.
const struct rc_exit_rule *rc_exit_rule_of(const struct rc_plan *plan, uint32_t arch, uint64_t nr);

// ---- exit_rules.c
// At the exit stop of a call with RC_PLAN_AT_EXIT, once call.result and call.flags tell how it ended.
void rc_apply_exit_rule(const struct rc_tracer *tracer, struct rc_task *task);

// ---- thread_group.c
// The process a living tracee belongs to; creator: who made it, 0: not known. Returns 0 if there is no such task.
pid_t rc_thread_group_of(const struct rc_tracer *tracer, pid_t tid, pid_t creator);
// Whether the calling hand traces this task, and its death was not yet told.
bool rc_is_tracee(pid_t tid);

// ---- request.c
// A ptrace request that is made again rather than fail. Returns false with errno if it cannot be made: ESRCH: the task was killed.
bool rc_request(int request, pid_t tid, void *address, void *data);

// ---- requests.c: what is done where even that fails
// PTRACE_DETACH of a stopped task. Returns false if it was killed, or goes on traced and will stop again to be let go.
bool rc_let_go(struct rc_tracer *tracer, struct rc_task *task, int signal);
// Lets a task go on that a request has just failed to, so that it is not left stopped whatever happened.
void rc_insist(struct rc_tracer *tracer, int request, struct rc_task *task, int signal);
// The same in a stop at a call that the kernel does not describe.
void rc_leave_unknown_stop(struct rc_tracer *tracer, struct rc_task *task);

// ---- births.c: tasks that come, change their program and go
// What is left to the loop.
enum rc_verdict {
    RC_NOTHING_MORE,
    RC_DISPATCH,     // what the task stopped for is to be looked at
    RC_RELEASE_HELD, // nothing would wake us for those that wait
};
// The first stop of a task (NULL: not in the table) that was not seized but born under trace.
enum rc_verdict rc_first_stop(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop);
// A creator's event. Returns the child if it waited for that: it is to be adopted.
struct rc_task *rc_task_created(struct rc_tracer *tracer, pid_t creator, pid_t child);
// Takes up a task that waited in RC_TASK_HELD. Returns whether what it stopped for, which this fills in, is to be looked at.
bool rc_adopt_held(struct rc_tracer *tracer, struct rc_task *task, struct rc_stop *stop);
// Before an exec stop is handled: a thread that executes a program takes over the pid of its leader.
void rc_take_over_leader(struct rc_tracer *tracer, const struct rc_stop *stop);
void rc_task_executed(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop);
// Returns whether those that wait for their creators' events are to go on without them: it may have been such a creator.
bool rc_task_died(struct rc_tracer *tracer, const struct rc_stop *stop);
// Gets rid of a stopped task that cannot be taken up. Returns false if it is no longer stopped: it was killed.
bool rc_give_up_task(const struct rc_tracer *tracer, const struct rc_stop *stop);

// ---- ends.c: tasks and processes that are no longer traced
// Tells nothing more about any process; they go on as if they had been let go.
void rc_fall_silent(struct rc_tracer *tracer, enum rc_detach_reason reason);
// Its tid passes to the thread of its process that executes a program.
void rc_leader_vanishes(struct rc_tracer *tracer, struct rc_task *leader, uint64_t now);
// Takes a task out of the table: dead, or detached alive.
void rc_task_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool alive);
// None of its tasks is left: tells how it went and forgets it.
void rc_process_gone(struct rc_tracer *tracer, struct rc_process *process, uint64_t now);
// Those of the hand at work: the kernel knows of none.
void rc_forget_all(struct rc_tracer *tracer);
void rc_forget_ghosts(struct rc_tracer *tracer);

// ---- announce.c: events about processes and threads
struct rc_announcement {
    struct rc_event event;
    uint32_t side_length;
    uint8_t side[RC_PIECE_ROOM(RC_COMM_SIZE) + RC_PIECE_ROOM(RC_EXE_SIZE)];
};
void rc_announce_process(struct rc_announcement *out, pid_t tgid, enum rc_kind kind, uint16_t flags, uint64_t time_ns);
void rc_announce_thread(struct rc_announcement *out, const struct rc_task *task, uint64_t time_ns);

// ---- publish.c
void rc_publish(struct rc_tracer *tracer, const struct rc_event *event, const uint8_t *side, uint32_t side_length);
void rc_publish_call(struct rc_tracer *tracer, struct rc_task *task);
void rc_publish_announcement(struct rc_tracer *tracer, const struct rc_announcement *announcement);
// Publishes what is late, waiting for room as long as the policy and the session's state allow.
void rc_publish_backlog(struct rc_tracer *tracer);
bool rc_backlog_is_empty(const struct rc_tracer *tracer);
void rc_publish_close(struct rc_tracer *tracer);

// ---- memory.c
void rc_read_strings(struct rc_task *task, uint32_t limit);
// Reads what a call wrote that the rule names, at its exit stop.
void rc_read_written(struct rc_task *task, const struct rc_exit_rule *rule);

// ---- stack.c
void rc_read_stack(struct rc_task *task, uint32_t bytes);

// ---- mappings.c
int rc_mappings_open(struct rc_tracer *tracer);
void rc_mappings_close(struct rc_tracer *tracer);
// Reads where the code of a stopped task's process is mapped; rc_mappings_publish tells it once the task goes on.
void rc_mappings_take(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
void rc_mappings_publish(struct rc_tracer *tracer);

// ---- refusal.c
static inline struct rc_result rc_refuse(enum rc_refusal refusal, int error, long detail) {
    return (struct rc_result){.refusal = refusal, .error = error, .detail = detail};
}
// Why the kernel refused to trace this process.
struct rc_result rc_refusal_of(pid_t pid, int error);
// What can be told without trying; RC_OK: nothing speaks against it. Fills status.
struct rc_result rc_examine(pid_t pid, struct rc_proc_status *status);
// Whether an errno value tells that memory or descriptors are short.
bool rc_is_shortage(int error);

// ---- seize.c
// An attach on its way.
struct rc_seizing {
    struct rc_tracer *tracer;
    struct rc_process *process;
    uint64_t began_ns;
    bool announced;    // the process was, with the first thread seized
    unsigned unserved; // threads seized since stops were last served
    unsigned found;    // new tasks in this pass
    long listed;       // all tasks in this pass
    int error;         // why a living thread could not be seized
};
// Options of every PTRACE_SEIZE: in SEIZE itself, so that no thread made meanwhile is missed.
uintptr_t rc_trace_options(const struct rc_tracer *tracer);
// PTRACE_INTERRUPT of a task that may have died, which waitpid tells. Returns false where it cannot be made; that ends the trace.
bool rc_interrupt(struct rc_tracer *tracer, pid_t tid);
// Interrupts a thread, with what it is doing noted first.
void rc_attach_interrupt(struct rc_tracer *tracer, struct rc_task *task);
// The same of a task that goes on unwatched: its next stop is as the first one after an attach.
void rc_seize_again(struct rc_tracer *tracer, struct rc_task *task);
// ... and of one that rests.
void rc_seize_rested(struct rc_tracer *tracer, struct rc_task *task);
// Makes a thread a tracee of the hand at work. Returns false where the attach is to end.
bool rc_seize_thread(void *seizing, pid_t tid);
// One pass over the threads, by rc_seize_thread or what calls it for each. Returns whether another is needed: new ones were found, or
// the list was cut short. (The kernel ends it early when the thread it stands at dies.)
bool rc_seize_listed(struct rc_seizing *seizing, bool (*seize)(void *seizing, pid_t tid));
// Seizes what came while a process was being attached to, once all its threads have stopped.
void rc_attach_late(struct rc_tracer *tracer, pid_t tgid);

// ---- attach.c
struct rc_result rc_attach_process(struct rc_tracer *tracer, pid_t pid);

// ---- rest.c
void rc_rest_open(struct rc_hand *hand);
void rc_rest_close(struct rc_hand *hand);
// At the exit stop of a call; the task is resumed by the caller.
void rc_rest_begin(struct rc_tracer *tracer, struct rc_task *task, uint64_t now);
void rc_rest_gone(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool alive);
// Whether it is time for the hand at work to look whose rest is over; it is for a while not, then.
bool rc_rest_look(struct rc_tracer *tracer, uint64_t now);
bool rc_rest_is_over(const struct rc_task *task, uint64_t now);

// ---- invisible.c: the first stop after an attach, the last one before a detach
// Settles what the task was doing when attach stopped it. Returns whether task->call is over and ready to be published.
bool rc_settle_attach(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop);
// At the exit stop of a task that is to be let go: makes a call that our interrupt ended go on unseen. Returns whether
// the call is not over.
bool rc_hide_at_exit(const struct rc_task *task, int64_t result);
// At an exit stop: makes a call go on that a signal ended which the program ignores. Returns its result.
int64_t rc_hide_ignored(struct rc_task *task, int64_t result);
// At a group-stop: takes that back.
void rc_show_hidden(struct rc_task *task);
// A call made to restart has not been made yet, and is to return EINTR after all.
void rc_undo_restart(struct rc_task *task);
// A signal came before it was made: gives the program its EINTR back if a handler runs.
void rc_take_back_restart(struct rc_task *task, int signal);

// ---- detach.c
void rc_leave_all(struct rc_tracer *tracer);
// Asks those of the hand at work that are to be let go to stop.
void rc_leave_at_hand(struct rc_tracer *tracer);
void rc_leave_process(struct rc_tracer *tracer, struct rc_process *process, enum rc_detach_reason reason);
// Ends what cannot be let go.
void rc_end_bound(struct rc_tracer *tracer);

// ---- launch.c
void rc_launch_begin(struct rc_tracer *tracer, struct rc_command *command);
void rc_launch_succeeded(struct rc_tracer *tracer);
void rc_launch_failed(struct rc_tracer *tracer, int status); // as waitpid(2) told it of the child
// The launched program has ended after it was let go.
void rc_launched_ended(struct rc_session *session, int status);
// Whether the tasks that come are bound.
void rc_launch_bind(struct rc_tracer *tracer, bool bound);

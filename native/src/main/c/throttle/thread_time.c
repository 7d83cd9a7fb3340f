// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Where a thread's time goes: what the scheduler says about it, from one stop to another.
//
// /proc/TID/schedstat has a thread's CPU time and the time in which it waited for a CPU. While the thread is in a stop
// both stand still, and are exact to the nanosecond. Reading them takes as long as a tenth of a stop. So they are read
// only where that tells something: when the thread has not stopped for LONG_NS, whether in a call or in its own code,
// every PERIOD_NS otherwise, and at its end. Between two readings there is then at most one long stretch, the last, and
// what the scheduler says can be said of that stretch. Nothing is lost between the readings: they are sums.
//
// A thread that rests (duty_cycle.c) has no stops. It is read as it runs, every REST_NS, to the length of a timer tick,
// so that little is not known if it dies in its rest; its calls are not seen.
//
// What is left when both are subtracted from the time that has passed is the time in which the thread waited for
// something else. The tracer has its share in it: from the time at which it sees a stop to the time at which it resumes
// the thread, which is known of every stop; and before and after that, as the kernel has to wake the tracer and then
// the thread. The latter two are sampled: a stretch of own code between two stops, read at both ends, shows how much
// later than its end the stop was seen, and how long the thread had to wait for its CPU. In calls the same is assumed.
#define _GNU_SOURCE
#include "throttle/thread_time.h"

#include <linux/futex.h>
#include <unistd.h>

#include "arch/arch.h"
#include "ring/publish.h"
#include "ring/ring.h"
#include "session.h"
#include "tracee/memory.h"
#include "tracee/proc/quota.h"
#include "tracee/tasks.h"
#include "throttle/stop_cost.h"

enum {
    LONG_NS = 100000,
    PERIOD_NS = 10000000,
    REST_NS = 100000000,
    QUOTA_NS = 1000000,   // who has waited for a CPU for so long may have been throttled
    LOOK_NS = 1000000000, // how long a process is believed to stay in its cgroup
    SAMPLE_EVERY = 64,
    SAMPLE_WEIGHT = 8,
    LATEST_NS = 200000, // a stop that is seen later is no sample
};

static bool is_followed(const struct rc_tracer *tracer, const struct rc_task *task) {
    return tracer->session->options.thread_times && task->process != NULL && !task->process->silent &&
           !task->launching;
}

static bool read_now(struct rc_task *task, uint64_t now) {
    struct rc_thread_time *time = &task->time;
    if (time->read_ns == now) {
        return true;
    }
    if (time->schedstat == 0) {
        const int fd = rc_schedstat_open(task->tid);
        time->schedstat = fd + 1;
    }
    const bool read = time->schedstat != 0 ? rc_schedstat_read(time->schedstat - 1, &time->read)
                                           : rc_schedstat_read_once(task->tid, &time->read);
    time->read_ns = read ? now : time->read_ns;
    return read;
}

static uint64_t since(int64_t before, int64_t now) {
    return now > before ? (uint64_t)(now - before) : 0;
}

static void look_up_quota(struct rc_tracer *tracer, struct rc_process *process, uint64_t now) {
    process->quota = rc_quota_of(&tracer->quotas, process->tgid);
    process->quota_ns = now;
}

// Counts from what the quota of its process had when it was last read, if that is another one than before.
static void follow_quota(struct rc_task *task) {
    struct rc_quota *quota = task->process->quota;
    if (task->time.quota != quota) {
        task->time.quota = quota;
        task->time.throttled_ns = quota == NULL ? 0 : rc_quota_last(quota);
    }
}

// For how long the thread waited for a CPU since its cgroup had used up a quota, at most: the cgroup's figure is the
// sum over CPUs. It is read when the thread has waited for long.
static uint64_t throttled(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    struct rc_thread_time *time = &task->time;
    struct rc_process *process = task->process;
    const uint64_t delayed = since(time->throttled_at, time->read.delayed_ns);
    if (delayed < QUOTA_NS) {
        return 0;
    }
    time->throttled_at = time->read.delayed_ns;
    if (now - process->quota_ns >= LOOK_NS) {
        look_up_quota(tracer, process, now);
    }
    follow_quota(task);
    if (process->quota == NULL) {
        return 0;
    }
    const uint64_t before = time->throttled_ns;
    time->throttled_ns = rc_quota_read(process->quota);
    const uint64_t throttled = time->throttled_ns > before ? time->throttled_ns - before : 0;
    return throttled < delayed ? throttled : delayed;
}

// The CPU time that is not read of any thread of a process, at most. Of our own child only the time of all children of
// ours is known once it has ended; theirs is in it.
static uint64_t most_unread(const struct rc_tracer *tracer, const struct rc_process *process) {
    const int64_t cpu = process->dead_cpu_ns >= 0 ? process->dead_cpu_ns : rc_process_cpu_ns(process->tgid);
    uint64_t used = since(process->first_cpu_ns, cpu);
    if (cpu < 0 && process->tgid == tracer->session->launched_pid) {
        used = since(process->children_cpu_ns, rc_children_cpu_ns());
    } else if (cpu < 0) {
        return INT64_MAX;
    }
    return used > process->read_cpu_ns ? used - process->read_cpu_ns : 0;
}

// What is known since from_ns, added to what is not told yet.
static void add(struct rc_tracer *tracer, struct rc_task *task, uint64_t now, bool read, uint64_t call_ns) {
    struct rc_thread_time *time = &task->time;
    struct rc_event *told = &time->told;
    if (!time->ready) {
        *told = (struct rc_event){
            .start_ns = time->from_ns,
            .tid = (uint32_t)task->tid,
            .tgid = (uint32_t)task->process->tgid,
            .nr = -1,
            .kind = RC_THREAD_TIME,
        };
    }
    told->end_ns = now > time->from_ns ? now : time->from_ns;
    if (read) {
        told->args[RC_TIME_RAN] += since(time->base.ran_ns, time->read.ran_ns);
        task->process->read_cpu_ns += since(time->base.ran_ns, time->read.ran_ns);
        told->args[RC_TIME_DELAYED] += since(time->base.delayed_ns, time->read.delayed_ns);
        time->base = time->read;
        told->args[RC_TIME_THROTTLED] += throttled(tracer, task, now);
    } else {
        told->args[RC_TIME_RAN] += most_unread(tracer, task->process);
    }
    told->args[RC_TIME_STOPPED] += time->stopped_ns;
    told->args[RC_TIME_IN_CALLS] += time->calls_ns;
    told->result += (int64_t)time->late_ns;
    told->ip += time->delay_ns;
    told->sp += time->cpu_ns;
    told->flags |= (read ? 0 : RC_UNREAD) | (time->unseen || tracer->bound ? RC_UNASKED : 0);
    if (now > time->from_ns) {
        told->args[RC_TIME_IN_LAST_CALL] = 0;
        told->nr = -1;
        told->aux = 0;
    }
    if (call_ns != 0) {
        told->args[RC_TIME_IN_LAST_CALL] = call_ns;
        told->nr = task->call.nr;
        told->arch = task->call.arch;
        told->aux = time->owner;
    }
    time->from_ns = told->end_ns;
    time->stopped_ns = time->calls_ns = time->late_ns = time->delay_ns = time->cpu_ns = 0;
    time->unseen = false;
    time->ready = true;
}

void rc_thread_time_begin(const struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    struct rc_process *process = task->process;
    if (task->time.from_ns == 0) {
        task->time.from_ns = now;
    }
    if (process != NULL && process->quota == NULL) {
        const struct rc_task *creator = rc_tasks_find(&tracer->tasks, task->creator);
        process->quota = creator == NULL || creator->process == NULL ? NULL : creator->process->quota;
    }
    if (process != NULL) {
        follow_quota(task);
    }
}

void rc_thread_time_executed(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    if (is_followed(tracer, task)) {
        look_up_quota(tracer, task->process, now);
        follow_quota(task);
    }
}

void rc_thread_time_begin_anew(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    struct rc_thread_time *time = &task->time;
    if (!tracer->session->options.thread_times) {
        return;
    }
    time->from_ns = now;
    time->base = read_now(task, now) ? time->read : (struct rc_cpu_use){0};
    if (task->process->quota_ns == 0) {
        task->process->first_cpu_ns = rc_process_cpu_ns(task->process->tgid);
        task->process->children_cpu_ns = rc_children_cpu_ns();
        look_up_quota(tracer, task->process, now);
    }
    follow_quota(task);
    time->throttled_at = time->base.delayed_ns;
    time->stopped_ns = time->calls_ns = time->late_ns = time->delay_ns = time->cpu_ns = time->call_ns = 0;
    time->ready = false;
}

// What glibc and the kernel keep of a lock's owner: of one with priority inheritance its word, of another mutex of
// glibc's what follows. What stands there is the program's own, and only shown.
static uint32_t owner_of(const struct rc_task *task) {
    enum { WAIT = 0, LOCK_PI = 6, LOCK_PI2 = 13, COMMAND = 0x7f, CONTENDED = 2, MOST = 1 << 20, KINDS = 0x3ff };
    struct {
        uint32_t lock;
        uint32_t count;
        uint32_t owner;
        uint32_t users;
        uint32_t kind;
    } mutex;
    const int command = (int)task->call.args[1] & COMMAND;
    const bool inherits = command == LOCK_PI || command == LOCK_PI2;
    if ((!inherits && (command != WAIT || (uint32_t)task->call.args[2] != CONTENDED)) ||
        rc_memory_read(task, task->call.args[0], &mutex, sizeof mutex) != (int)sizeof mutex) {
        return 0;
    }
    if (inherits) {
        return mutex.lock & FUTEX_TID_MASK;
    }
    const bool fits = mutex.lock == CONTENDED && mutex.count < MOST && mutex.users < MOST && (mutex.kind & ~KINDS) == 0;
    return fits && mutex.owner <= FUTEX_TID_MASK ? mutex.owner : 0;
}

void rc_thread_time_entered(struct rc_tracer *tracer, struct rc_task *task) {
    if (!is_followed(tracer, task)) {
        return;
    }
    if (rc_arch_is_exit(task->call.arch, task->call.nr)) {
        rc_thread_time_take(tracer, task, task->pace.stopped_ns);
    }
    task->time.owner = rc_arch_is_futex(task->call.arch, task->call.nr) ? owner_of(task) : 0;
}

void rc_thread_time_take(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    if (is_followed(tracer, task) && task->time.from_ns != 0) {
        add(tracer, task, now, read_now(task, now), 0);
    }
}

void rc_thread_time_rests(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    rc_thread_time_take(tracer, task, now);
    task->time.unseen = true;
}

// The mean of the samples, of which the later ones count more.
static uint64_t mean(const struct rc_thread_time *time, uint64_t before, uint64_t sample) {
    const uint64_t value = sample < LATEST_NS ? sample : LATEST_NS;
    return time->sampled ? (before * (SAMPLE_WEIGHT - 1) + value) / SAMPLE_WEIGHT : value;
}

static void end_sample(struct rc_task *task, uint64_t now, uint64_t stretch) {
    struct rc_thread_time *time = &task->time;
    time->sampling = false;
    if (stretch >= LONG_NS || !read_now(task, now)) {
        return;
    }
    const uint64_t ran = since(time->resumed.ran_ns, time->read.ran_ns);
    const uint64_t delayed = since(time->resumed.delayed_ns, time->read.delayed_ns);
    time->late_mean = mean(time, time->late_mean, stretch > ran + delayed ? stretch - ran - delayed : 0);
    time->delay_mean = mean(time, time->delay_mean, delayed);
    time->sampled = true;
}

void rc_thread_time_stopped(struct rc_tracer *tracer, struct rc_task *task, const struct rc_stop *stop) {
    struct rc_thread_time *time = &task->time;
    const uint64_t now = stop->time_ns;
    if (!is_followed(tracer, task)) {
        return;
    }
    if (time->from_ns == 0) {
        if (task->state == RC_TASK_SEIZED) {
            rc_thread_time_begin_anew(tracer, task, now);
        }
        return;
    }
    if (task->state == RC_TASK_RESTING) {
        return;
    }
    const struct rc_stop_cost *cost = tracer->slowdown.cost;
    const uint64_t resumed = task->pace.resumed_ns;
    const uint64_t stretch = now > resumed ? now - resumed : 0;
    time->call_ns = task->in_call ? time->call_ns + stretch : 0;
    time->calls_ns += task->in_call ? stretch : 0;
    if (time->sampling) {
        end_sample(task, now, stretch);
    }
    time->late_ns += time->late_mean;
    time->delay_ns += time->delay_mean;
    time->cpu_ns += (uint64_t)(task->in_call ? cost->call_cpu : cost->user_cpu);
    const bool is_long = stretch >= LONG_NS;
    if (is_long || task->state == RC_TASK_SEIZED || now - time->from_ns >= PERIOD_NS) {
        add(tracer, task, now, read_now(task, now), is_long ? time->call_ns : 0);
    }
}

void rc_thread_time_resuming(struct rc_tracer *tracer, struct rc_task *task) {
    struct rc_thread_time *time = &task->time;
    if (task->in_call || time->from_ns == 0 || !is_followed(tracer, task)) {
        return;
    }
    if (time->until > 0) {
        time->until--;
        return;
    }
    time->until = SAMPLE_EVERY;
    time->sampling = read_now(task, task->pace.stopped_ns);
    time->resumed = time->read;
}

static void publish(struct rc_tracer *tracer, struct rc_task *task) {
    task->time.ready = false;
    rc_publish(tracer, &task->time.told, NULL, 0);
}

// What finds no room is added to what comes next.
static void publish_if_room(struct rc_tracer *tracer, struct rc_task *task) {
    if (task->time.ready && rc_backlog_is_empty(tracer) && rc_ring_has_slot(&tracer->ring, RC_CALL)) {
        publish(tracer, task);
    }
}

void rc_thread_time_look(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    struct rc_thread_time *time = &task->time;
    if (task->state != RC_TASK_RESTING || !is_followed(tracer, task) || time->from_ns == 0 ||
        now < time->from_ns + REST_NS || !read_now(task, now)) {
        return;
    }
    add(tracer, task, now, true, 0);
    time->unseen = true; // it rests on
    publish_if_room(tracer, task);
}

static void close_schedstat(struct rc_task *task) {
    if (task->time.schedstat != 0) {
        (void)close(task->time.schedstat - 1);
        task->time.schedstat = 0;
    }
}

void rc_thread_time_resumed(struct rc_tracer *tracer, struct rc_task *task, uint64_t at) {
    struct rc_thread_time *time = &task->time;
    if (time->from_ns == 0) {
        return;
    }
    const uint64_t stopped = task->pace.stopped_ns;
    time->stopped_ns += stopped != 0 && at > stopped ? at - stopped : 0;
    publish_if_room(tracer, task);
}

void rc_thread_time_renamed(struct rc_task *task) {
    close_schedstat(task);
    task->time.told.tid = (uint32_t)task->tid;
}

void rc_thread_time_ended(struct rc_tracer *tracer, struct rc_task *task, uint64_t now) {
    struct rc_thread_time *time = &task->time;
    close_schedstat(task);
    if (time->from_ns == 0 || !is_followed(tracer, task)) {
        return;
    }
    const uint64_t resumed = task->pace.resumed_ns;
    if (now > time->from_ns) {
        // It died without a stop, so what it did since its last one cannot be read.
        const uint64_t stretch = task->in_call && task->pace.stopped_ns == 0 && now > resumed ? now - resumed : 0;
        time->calls_ns += stretch;
        if (time->ready) {
            publish(tracer, task);
        }
        add(tracer, task, now, false, stretch >= LONG_NS ? time->call_ns + stretch : 0);
    }
    if (time->ready) {
        publish(tracer, task);
    }
    time->from_ns = 0;
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// How much of its time a program would have needed untraced.
//
// No thread shows that by itself: a shell waits for the slowed-down work of its child, and a thread that waits for a
// lock may wait for one that is stopped. So all threads of a process, or of a session, are looked at together. At any
// time either at least one of them is at work (it runs its own code, is being served by the kernel or is stopped), or
// all of them wait in calls. Then they wait for somebody else. Whether they would also have waited untraced is not
// known: a client that sleeps would have slept; one that gets an answer later asks later. So two figures are reported:
//
//   slowdown of the work  = time at work / work without the stops
//   slowdown in all       = time / (time in which all wait + work without the stops)
//
// The truth lies between them. Work without the stops is CPU time: that of whole processes is known to the nanosecond,
// even of those that live for a millisecond, and what the stops cost a thread in CPU time is subtracted. CPU time is
// divided by the number of CPUs that could be used: one for each thread at work, at most all CPUs. A stretch of own
// code so long that no stop explains it counts whole: its thread waited for a CPU that others hold or that a quota has
// used up, as it would have untraced, or in calls that a filter lets pass unseen. Any number of threads can wait at a
// time, so such stretches are divided among all threads at work: of two hundred that compete for two CPUs and are
// mostly stopped, the few that wait are not typical of the rest.
//
// A call that ends within a few times the cost of a stop is work. Of a longer one, only its CPU time is (slowdown.c),
// and the time it takes to wake its thread for a stop.
#include "throttle/own_time.h"

#include <string.h>

#include "throttle/stop_cost.h"

void rc_activity_open_window(struct rc_activity *activity, uint64_t now) {
    *activity = (struct rc_activity){.at_work = activity->at_work, .since_ns = now, .start_ns = now};
}

static uint64_t pass(struct rc_activity *activity, uint64_t now) {
    if (now <= activity->since_ns) {
        return 0; // a stop was collected before another one and looked at after it
    }
    const uint64_t passed = now - activity->since_ns;
    activity->since_ns = now;
    return passed;
}

void rc_activity_settle(struct rc_activity *activity, uint64_t now) {
    const uint64_t passed = pass(activity, now);
    if (activity->at_work > 0) {
        activity->work_ns += passed;
    } else {
        activity->idle_ns += passed;
        activity->last_idle_ns = passed;
    }
}

void rc_activity_begin(struct rc_activity *activity, uint64_t now, uint64_t served_ns) {
    const uint64_t passed = pass(activity, now);
    const uint64_t served = activity->at_work > 0 || served_ns > passed ? passed : served_ns;
    activity->work_ns += served;
    if (passed > served) {
        activity->idle_ns += passed - served;
        activity->last_idle_ns = passed - served;
    }
    activity->at_work++;
}

void rc_activity_end(struct rc_activity *activity, uint64_t now) {
    activity->work_ns += pass(activity, now);
    activity->at_work--;
}

static double between(double value, double least, double most) {
    return value < least ? least : value > most ? most : value;
}

uint64_t rc_activity_own_ns(const struct rc_activity *activity, const struct rc_activity_cost *cost) {
    const struct rc_stop_cost *stop = cost->stop;
    const double users = (double)activity->users;
    const double calls = (double)activity->calls;
    const double user_cpu = (double)cost->user_cpu;
    const double call_cpu = user_cpu + (double)(stop->call_cpu - stop->user_cpu);
    const double cpu = (double)activity->cpu_ns - users * user_cpu - calls * call_cpu;
    // When calls follow each other at once, this is a small difference of large sums: each took at least as long as the
    // cheapest call.
    const double used = between(cpu, calls * (double)stop->bare_call, 1e18);
    const double work = (double)activity->work_ns;
    const double threads = work > 0 ? between((double)activity->thread_ns / work, 1, 1e18) : 1;
    const double computed = used / between(threads, 1, cost->cpus);
    const double lasted = (double)activity->long_ns / threads;
    return (uint64_t)between(computed > lasted ? computed : lasted, 1, work > 1 ? work : 1);
}

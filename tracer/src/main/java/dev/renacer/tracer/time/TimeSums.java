// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

/** Where time went, in nanoseconds summed over threads. Not thread-safe. */
public final class TimeSums {
    private final long[] blocked = new long[BlockedOn.COUNT];
    private final TopTimes files = new TopTimes();
    private final TopTimes peers = new TopTimes();
    private final TopTimes locks = new TopTimes();
    private final TopTimes holders = new TopTimes();
    private final TopTimes wakers = new TopTimes();
    private long since = Long.MAX_VALUE;
    private long until;
    private long wall;
    private long cpu;
    private long runnable;
    private long throttled;
    private long tracer;
    private long unknown;

    /** When the first stretch began, nanoseconds since the epoch. */
    public long sinceNanos() {
        return since;
    }

    /** When the last ended, likewise. */
    public long untilNanos() {
        return until;
    }

    /** Adds a stretch, without what it was blocked in. */
    void add(long startNanos, long wallNanos, Split split) {
        since = Math.min(since, startNanos);
        until = Math.max(until, startNanos + wallNanos);
        wall += wallNanos;
        cpu += split.cpu();
        runnable += split.runnable();
        throttled += split.throttled();
        tracer += split.tracer();
        unknown += split.unknown();
    }

    /** Adds some of what a stretch was blocked in. */
    void addBlocked(CallWait wait, long nanos) {
        blocked[wait.on().index()] += nanos;
        if (wait.target().isEmpty()) {
            return;
        }
        switch (wait.on()) {
            case FILE -> files.add(wait.target().get(), nanos);
            case SOCKET -> peers.add(wait.target().get(), nanos);
            case FUTEX -> locks.add(wait.target().get(), nanos);
            default -> {
                // It has no name that says more than its kind.
            }
        }
    }

    /** Adds for how long a lock was waited for that a thread held; 0: it is not known which. */
    void addHeld(int tid, long nanos) {
        if (tid != 0) {
            holders.add(Integer.toUnsignedString(tid), nanos);
        }
    }

    /** Adds a wait that this thread has ended. */
    void addWoken(String thread, long nanos) {
        wakers.add(thread, nanos);
    }

    /** Adds what another process has spent. */
    public void add(TimeSums other) {
        since = Math.min(since, other.since);
        until = Math.max(until, other.until);
        wall += other.wall;
        cpu += other.cpu;
        runnable += other.runnable;
        throttled += other.throttled;
        tracer += other.tracer;
        unknown += other.unknown;
        for (int kind = 0; kind < blocked.length; kind++) {
            blocked[kind] += other.blocked[kind];
        }
        files.add(other.files);
        peers.add(other.peers);
        locks.add(other.locks);
        holders.add(other.holders);
        wakers.add(other.wakers);
    }

    /** The whole time: what threads lived, as far as it is told. It is the sum of all below. */
    public long wallNanos() {
        return wall;
    }

    /** On a CPU. */
    public long cpuNanos() {
        return cpu;
    }

    /** Ready to run, and on no CPU. */
    public long runnableNanos() {
        return runnable;
    }

    /** Likewise, since a quota was used up. */
    public long throttledNanos() {
        return throttled;
    }

    /** Stopped by the tracer, and what that costs around it. */
    public long tracerNanos() {
        return tracer;
    }

    /** Not known. */
    public long unknownNanos() {
        return unknown;
    }

    /** Blocked, waiting for this. */
    public long blockedNanos(BlockedOn what) {
        return blocked[what.index()];
    }

    /** The files that were waited for. */
    public TopTimes files() {
        return files;
    }

    /** The other ends of sockets that were waited for. */
    public TopTimes peers() {
        return peers;
    }

    /** The addresses at which threads waited for others. */
    public TopTimes locks() {
        return locks;
    }

    /** The threads that held locks that were waited for, as the program numbers them. */
    public TopTimes holders() {
        return holders;
    }

    /** The threads that ended waits for others. */
    public TopTimes wakers() {
        return wakers;
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

/**
 * How many calls were in flight at evenly spaced instants. A call is only known when it is over, so the number at a time
 * is known only at the end; what is kept until then does not grow: when the trace outgrows the instants, every second
 * one is given up. Not thread-safe.
 */
final class CallsInFlight {
    /** How many instants there are at most. */
    static final int MOST = 1 << 16;

    /** Told the number from a time on. */
    @FunctionalInterface
    interface Receiver {
        void accept(long epochNanos, long calls);
    }

    private static final long FINEST_NANOS = 1_000;

    /** By instant, how many calls more there are than at the one before. */
    private final int[] changes = new int[MOST + 1];

    private long base = Long.MIN_VALUE;
    private long step = FINEST_NANOS;

    /** Time between two instants, in nanoseconds. */
    long stepNanos() {
        return step;
    }

    /** Counts a call; times are nanoseconds since the epoch. */
    void add(long start, long end) {
        if (base == Long.MIN_VALUE) {
            base = start;
        }
        while (end - base > step * (MOST - 1)) {
            halve();
        }
        changes[instant(start)]++;
        changes[instant(end)]--;
    }

    /** Gives each change of the number, in the order of time. */
    void each(Receiver receiver) {
        long calls = 0;
        for (int index = 0; index <= MOST; index++) {
            if (changes[index] != 0) {
                calls += changes[index];
                receiver.accept(base + index * step, calls);
            }
        }
    }

    /** The first instant at this time or after it. */
    private int instant(long time) {
        return (int) Math.ceilDiv(Math.max(0, time - base), step);
    }

    private void halve() {
        for (int index = 1; index <= MOST; index++) {
            int change = changes[index];
            changes[index] = 0;
            changes[Math.ceilDiv(index, 2)] += change;
        }
        step *= 2;
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import java.util.ArrayList;
import java.util.List;

/**
 * What is told of calls that are folded into one span: how many, how long they took, how many bytes went through them
 * and which files they were about. For one thread.
 */
public final class FoldStatistics {
    /** Upper bounds of the classes of durations, in nanoseconds: from 1 us to 10 s. */
    private static final long[] BOUNDS = {
        1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000L
    };

    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Double> BOUNDS_IN_SECONDS = boundsInSeconds();

    private final long[] classes = new long[BOUNDS.length + 1];
    private final PathCounts paths = new PathCounts();
    private long calls;
    private long minNanos = Long.MAX_VALUE;
    private long maxNanos;
    private long totalNanos;
    private long bytes;
    private long startNanos = Long.MAX_VALUE;
    private long endNanos = Long.MIN_VALUE;

    void add(FoldedCall call) {
        long nanos = call.endNanos() - call.startNanos();
        calls++;
        minNanos = Math.min(minNanos, nanos);
        maxNanos = Math.max(maxNanos, nanos);
        totalNanos += nanos;
        bytes += call.bytes();
        startNanos = Math.min(startNanos, call.startNanos());
        endNanos = Math.max(endNanos, call.endNanos());
        int index = 0;
        while (index < BOUNDS.length && nanos > BOUNDS[index]) {
            index++;
        }
        classes[index]++;
        String path = call.path();
        if (path != null) {
            paths.add(path);
        }
    }

    /** How many calls. */
    public long calls() {
        return calls;
    }

    /** The shortest, in nanoseconds. */
    public long minNanos() {
        return minNanos;
    }

    /** The longest, in nanoseconds. */
    public long maxNanos() {
        return maxNanos;
    }

    /** All together, in nanoseconds. */
    public long totalNanos() {
        return totalNanos;
    }

    /** What they transferred together. */
    public long bytes() {
        return bytes;
    }

    /** When the first began, nanoseconds since the epoch. */
    public long startNanos() {
        return startNanos;
    }

    /** When the last ended, nanoseconds since the epoch. */
    public long endNanos() {
        return endNanos;
    }

    /** Which files they were about. */
    public PathCounts paths() {
        return paths;
    }

    /** Upper bounds of {@link #cumulativeCounts()} but its last, in seconds. */
    public static List<Double> bucketBounds() {
        return BOUNDS_IN_SECONDS;
    }

    /** How many calls took at most as long as each bound says; finally, how many there are. */
    public List<Long> cumulativeCounts() {
        List<Long> counts = new ArrayList<>(classes.length);
        long sum = 0;
        for (long some : classes) {
            sum += some;
            counts.add(sum);
        }
        return List.copyOf(counts);
    }

    private static List<Double> boundsInSeconds() {
        List<Double> bounds = new ArrayList<>();
        for (long bound : BOUNDS) {
            bounds.add(bound / NANOS_PER_SECOND);
        }
        return List.copyOf(bounds);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long calls took, in nanoseconds: exact but for {@link Spread}'s percentiles. Not thread-safe.
 */
public final class Durations {
    /** Is told durations and how many there are of each. */
    @FunctionalInterface
    public interface Counted {
        /**
         * Takes note of some.
         *
         * @param nanos  their length, as exact as percentiles are
         * @param count  how many
         */
        void accept(long nanos, long count);
    }

    private final @Nullable Spread spread;
    private long count;
    private long total;
    private long shortest = Long.MAX_VALUE;
    private long longest;

    private Durations(@Nullable Spread spread) {
        this.spread = spread;
    }

    /** Without their spread: four numbers. */
    public static Durations plain() {
        return new Durations(null);
    }

    /**
     * With percentiles and the standard deviation.
     *
     * @param digits  significant decimal digits of percentiles, 1 to 5: 2 needs up to some 40 KiB, 3 up to 300 KiB
     */
    public static Durations spread(int digits) {
        return new Durations(new Spread(digits, true));
    }

    /** With percentiles alone, which takes half the time; otherwise as {@link #spread}. */
    public static Durations percentiles(int digits) {
        return new Durations(new Spread(digits, false));
    }

    /** Adds one; a negative one counts as 0. */
    public void add(long nanos) {
        long duration = Math.max(0, nanos);
        count++;
        total += duration;
        shortest = Math.min(shortest, duration);
        longest = Math.max(longest, duration);
        if (spread != null) {
            spread.add(duration);
        }
    }

    /** How many there are. */
    public long count() {
        return count;
    }

    /** Their sum. */
    public long totalNanos() {
        return total;
    }

    /** The shortest; 0 if there is none. */
    public long shortestNanos() {
        return count == 0 ? 0 : shortest;
    }

    /** The longest; 0 if there is none. */
    public long longestNanos() {
        return longest;
    }

    /** Their mean; 0 if there is none. */
    public double meanNanos() {
        return count == 0 ? 0 : (double) total / count;
    }

    /** Their sample standard deviation; empty if it is not kept. 0 of fewer than two. */
    public Optional<Double> deviationNanos() {
        return Optional.ofNullable(spread).flatMap(Spread::deviation);
    }

    /**
     * The smallest duration that at least this share of them does not exceed, as the histogram has it: of the exact one at
     * most one unit of its last significant digit above, and never more than the longest.
     *
     * @param percentile  0 to 100
     * @return empty if percentiles are not kept
     */
    public Optional<Long> percentileNanos(double percentile) {
        return Optional.ofNullable(spread)
                .map(known -> Math.clamp(known.percentile(percentile), shortestNanos(), longest));
    }

    /** Tells how they spread, the shortest first; nothing if percentiles are not kept. */
    public void each(Counted told) {
        if (spread != null) {
            spread.each(told);
        }
    }
}

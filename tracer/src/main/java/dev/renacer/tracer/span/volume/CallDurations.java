// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

/**
 * How long calls of one kind take, counted in steps of a quarter of a power of two; recent ones count more. For one
 * thread.
 */
public final class CallDurations {
    private static final int STEPS = 4 * 64;
    /** With fewer calls a 99th percentile is meaningless. */
    private static final int LEAST = 100;
    /** How often the percentile is computed anew. */
    private static final int EVERY = 256;
    /** At this number each count is halved. */
    private static final int MANY = 1 << 16;

    private final int[] counts = new int[STEPS];
    private int total;
    private int untilNext = LEAST;
    private int p99 = Integer.MAX_VALUE;

    /**
     * Counts a call.
     *
     * @return whether it took longer than 99 of 100 before it, by at least a step
     */
    public boolean isSlow(long nanos) {
        int step = step(nanos);
        boolean slow = step > p99;
        counts[step]++;
        total++;
        if (--untilNext <= 0) {
            untilNext = EVERY;
            findPercentile();
        }
        return slow;
    }

    private static int step(long nanos) {
        long value = Math.max(4, nanos);
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
        return 4 * power + (int) (value >>> (power - 2) & 3);
    }

    private void findPercentile() {
        int above = total / 100;
        int step = STEPS;
        while (step > 0 && above >= 0) {
            above -= counts[--step];
        }
        p99 = step;
        if (total >= MANY) {
            total = 0;
            for (int i = 0; i < STEPS; i++) {
                counts[i] /= 2;
                total += counts[i];
            }
        }
    }
}

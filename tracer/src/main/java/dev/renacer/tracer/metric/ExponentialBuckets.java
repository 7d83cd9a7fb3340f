// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

/**
 * The buckets of OpenTelemetry's exponential histogram (and of Prometheus's native one) at one scale, for durations in
 * whole nanoseconds: bucket {@code i} holds values above {@code 2^(i/8)} and up to {@code 2^((i+1)/8)} seconds, each 9 %
 * wider than the one before. From 1 ns to some 9 hours; what is longer falls into the last.
 */
public final class ExponentialBuckets {
    /** {@code base = 2^(2^-scale)}; also Prometheus's schema. */
    public static final int SCALE = 3;

    private static final int PER_OCTAVE = 1 << SCALE;
    private static final double NANOS_PER_SECOND = 1e9;
    /** 2^-30 s is just below 1 ns. */
    private static final int LOWEST_OCTAVE = -30;

    private static final int HIGHEST_OCTAVE = 15;

    /** The index of the first bucket. */
    static final int FIRST = LOWEST_OCTAVE * PER_OCTAVE;

    static final int COUNT = (HIGHEST_OCTAVE - LOWEST_OCTAVE) * PER_OCTAVE;

    /** The greatest number of nanoseconds in each. */
    private static final long[] GREATEST = greatest();
    /** Where to begin to look for a number with so many leading zeros. */
    private static final int[] BEGIN = begin();

    private ExponentialBuckets() {}

    /** Which of the {@link #COUNT} buckets a duration falls into. */
    static int of(long nanos) {
        int index = BEGIN[Long.numberOfLeadingZeros(nanos)];
        while (index < COUNT - 1 && nanos > GREATEST[index]) {
            index++;
        }
        return index;
    }

    /** The upper bound of a bucket by OpenTelemetry's index, in seconds. */
    public static double upperBound(int index) {
        return Math.pow(2, (index + 1.0) / PER_OCTAVE);
    }

    private static long[] greatest() {
        long[] greatest = new long[COUNT];
        for (int index = 0; index < COUNT; index++) {
            greatest[index] = (long) Math.floor(upperBound(FIRST + index) * NANOS_PER_SECOND);
        }
        return greatest;
    }

    private static int[] begin() {
        int[] begin = new int[Long.SIZE + 1];
        for (int zeros = 0; zeros < begin.length; zeros++) {
            long least = zeros >= Long.SIZE ? 0 : Long.MIN_VALUE >>> zeros;
            int index = 0;
            while (index < COUNT - 1 && least > GREATEST[index]) {
                index++;
            }
            begin[zeros] = index;
        }
        return begin;
    }
}

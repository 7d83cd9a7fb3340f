// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

/**
 * The mean and the deviation of the last durations: exact, by sums of whole numbers, so that what leaves the window leaves
 * nothing behind. Adding one takes the same few steps however large the window is. Not thread-safe.
 */
final class SlidingWindow {
    /** With more durations the sums below would not fit into 127 bits. */
    static final int MOST = 10_000;
    /** Some three days; what is longer counts as that. */
    private static final long LONGEST = (1L << 48) - 1;

    private static final double TWO_TO_64 = 0x1p64;

    private final long[] durations;
    private int next;
    private int count;
    private long sum;
    /** The sum of squares, in two halves. */
    private long squaresHigh;

    private long squaresLow;

    /**
     * @param size  how many are kept, 2 to {@link #MOST}
     */
    SlidingWindow(int size) {
        if (size < 2 || size > MOST) {
            throw new IllegalArgumentException("a window of " + size + " durations");
        }
        durations = new long[size];
    }

    /** Adds one, in nanoseconds; the oldest leaves a full window. */
    void add(long nanos) {
        long added = Math.clamp(nanos, 0, LONGEST);
        if (count == durations.length) {
            long oldest = durations[next];
            long before = squaresLow;
            squaresLow -= oldest * oldest;
            squaresHigh -= Math.multiplyHigh(oldest, oldest) + (Long.compareUnsigned(squaresLow, before) > 0 ? 1 : 0);
            sum -= oldest;
        } else {
            count++;
        }
        durations[next] = added;
        next = next + 1 == durations.length ? 0 : next + 1;
        sum += added;
        long before = squaresLow;
        squaresLow += added * added;
        squaresHigh += Math.multiplyHigh(added, added) + (Long.compareUnsigned(squaresLow, before) < 0 ? 1 : 0);
    }

    int count() {
        return count;
    }

    /** Their mean in nanoseconds; 0 if there is none. */
    double mean() {
        return count == 0 ? 0 : (double) sum / count;
    }

    /** Their sample standard deviation in nanoseconds; 0 of fewer than two. */
    double deviation() {
        if (count < 2) {
            return 0;
        }
        // count * squares - sum * sum, whole numbers of 128 bits: nothing is lost by a difference of doubles.
        long low = count * squaresLow;
        long high = count * squaresHigh + Math.unsignedMultiplyHigh(count, squaresLow);
        long takenLow = sum * sum;
        high -= Math.multiplyHigh(sum, sum) + (Long.compareUnsigned(low, takenLow) < 0 ? 1 : 0);
        low -= takenLow;
        double difference = high * TWO_TO_64 + unsigned(low);
        return Math.sqrt(difference / ((double) count * (count - 1)));
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (double) ((value >>> 1) | (value & 1)) * 2;
    }
}

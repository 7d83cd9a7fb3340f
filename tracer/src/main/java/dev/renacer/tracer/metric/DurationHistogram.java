// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

/** Counts durations by {@link ExponentialBuckets}. For one thread. */
final class DurationHistogram {
    private final long[] counts = new long[ExponentialBuckets.COUNT];
    private long zeros;
    private long count;
    private long sumNanos;
    private long minNanos = Long.MAX_VALUE;
    private long maxNanos;

    void add(long nanos) {
        count++;
        sumNanos += nanos;
        minNanos = Math.min(minNanos, nanos);
        maxNanos = Math.max(maxNanos, nanos);
        if (nanos <= 0) {
            zeros++;
        } else {
            counts[ExponentialBuckets.of(nanos)]++;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** What was counted so far. */
    DurationCounts counts() {
        int first = 0;
        while (first < counts.length && counts[first] == 0) {
            first++;
        }
        int end = counts.length;
        while (end > first && counts[end - 1] == 0) {
            end--;
        }
        long[] used = new long[end - first];
        System.arraycopy(counts, first, used, 0, used.length);
        return new DurationCounts(
                count, sumNanos, count == 0 ? 0 : minNanos, maxNanos, zeros, ExponentialBuckets.FIRST + first, used);
    }
}

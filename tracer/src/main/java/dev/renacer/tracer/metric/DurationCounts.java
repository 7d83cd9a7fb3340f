// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

/**
 * An exponential histogram of durations. The array is not shared.
 *
 * @param count     how many
 * @param sumNanos  all together
 * @param minNanos  the shortest; 0 if there is none
 * @param maxNanos  the longest
 * @param zeros     how many took no time that the clock can tell
 * @param offset    the index of the first of the buckets ({@link ExponentialBuckets})
 * @param buckets   how many others fell into each, from there on
 */
@SuppressWarnings("ArrayRecordComponent") // it is made for one reader
public record DurationCounts(
        long count, long sumNanos, long minNanos, long maxNanos, long zeros, int offset, long[] buckets) {}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

import java.util.Optional;

/**
 * What was measured of the calls of one name and error.
 *
 * @param name       of the call
 * @param errorType  name of the errno; empty: they did not fail
 * @param overflow   instead: of all calls beyond the limit of series
 * @param durations  how long they took
 * @param bytes      how many they transferred
 * @param slowest    the slowest of them that has a span
 */
public record CallSeries(
        String name,
        String errorType,
        boolean overflow,
        DurationCounts durations,
        long bytes,
        Optional<Exemplar> slowest) {
    /**
     * A call that has a span.
     *
     * @param traceId     32 hexadecimal digits
     * @param spanId      16 hexadecimal digits
     * @param nanos       how long it took
     * @param epochNanos  when it ended
     */
    public record Exemplar(String traceId, String spanId, long nanos, long epochNanos) {}
}

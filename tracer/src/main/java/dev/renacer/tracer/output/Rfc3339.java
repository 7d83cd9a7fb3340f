// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import java.time.Instant;

/**
 * Writes epoch times in the form of RFC 3339, in UTC with nanoseconds. Keeps the text of the last second. Not
 * thread-safe.
 */
public final class Rfc3339 {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private long second = Long.MIN_VALUE;
    private String prefix = "";

    /**
     * Appends a time.
     *
     * @param epochNanos  nanoseconds since the epoch
     */
    public void write(StringBuilder out, long epochNanos) {
        long now = Math.floorDiv(epochNanos, NANOS_PER_SECOND);
        if (now != second) {
            String text = Instant.ofEpochSecond(now).toString();
            prefix = text.substring(0, text.length() - 1);
            second = now;
        }
        out.append(prefix).append('.');
        Decimals.padded(out, Math.floorMod(epochNanos, NANOS_PER_SECOND), NANOS_PER_SECOND / 10);
        out.append('Z');
    }
}

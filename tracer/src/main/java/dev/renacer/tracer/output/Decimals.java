// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

/** Writes times without creating garbage. */
final class Decimals {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int NANOS_PER_MICRO = 1000;

    private Decimals() {}

    /** Nanoseconds as seconds with six decimals, cut as strace cuts them: {@code 0.000012}. */
    static void seconds(StringBuilder out, long nanos) {
        out.append(nanos / NANOS_PER_SECOND).append('.');
        padded(out, nanos % NANOS_PER_SECOND / NANOS_PER_MICRO, 100_000);
    }

    /** A number with leading zeros; {@code unit} is the weight of its first digit. */
    static void padded(StringBuilder out, long value, long unit) {
        for (long weight = unit; weight > 0; weight /= 10) {
            out.append((char) ('0' + value / weight % 10));
        }
    }
}

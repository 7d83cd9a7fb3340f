// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import java.util.Locale;

/** Times as tables have them. */
final class Units {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double PERCENT = 100;

    private Units() {}

    /** Microseconds, to a tenth. */
    static String micros(double nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / NANOS_PER_MICRO);
    }

    /** Likewise. */
    static String micros(long nanos) {
        return micros((double) nanos);
    }

    /** Seconds, to a microsecond. */
    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / NANOS_PER_SECOND);
    }

    /** A share in percent, to a hundredth; 0 of nothing. */
    static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.2f", whole == 0 ? 0 : PERCENT * part / whole);
    }
}

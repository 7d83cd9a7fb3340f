// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import org.HdrHistogram.Histogram;
import org.apache.commons.statistics.descriptive.LongVariance;

/** How durations spread. A class of its own: whoever wants no percentiles loads no library for them. Not thread-safe. */
final class Spread {
    /** Some 36 years: whatever is longer counts as that, so that the histogram's size has a bound. */
    private static final long LONGEST = 1L << 60;

    private final Histogram histogram;
    private final LongVariance variance = LongVariance.create();

    Spread(int digits) {
        histogram = new Histogram(digits); // grows with what it gets
    }

    void add(long nanos) {
        histogram.recordValue(Math.min(nanos, LONGEST));
        variance.accept(nanos);
    }

    long percentile(double percentile) {
        return histogram.getValueAtPercentile(percentile);
    }

    double deviation() {
        double value = variance.getAsDouble();
        return Double.isNaN(value) ? 0 : Math.sqrt(value);
    }
}

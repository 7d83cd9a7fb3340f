// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.apache.commons.statistics.descriptive.LongVariance;
import org.jspecify.annotations.Nullable;

/** How durations spread. A class of its own: whoever wants no percentiles loads no library for them. Not thread-safe. */
final class Spread {
    /** Some 36 years: whatever is longer counts as that, so that the histogram's size has a bound. */
    private static final long LONGEST = 1L << 60;

    private final Histogram histogram;
    private final @Nullable LongVariance variance;

    /**
     * @param digits     of percentiles
     * @param deviation  whether the deviation is kept as well
     */
    Spread(int digits, boolean deviation) {
        histogram = new Histogram(digits); // grows with what it gets
        variance = deviation ? LongVariance.create() : null;
    }

    void add(long nanos) {
        histogram.recordValue(Math.min(nanos, LONGEST));
        if (variance != null) {
            variance.accept(nanos);
        }
    }

    long percentile(double percentile) {
        return histogram.getValueAtPercentile(percentile);
    }

    /** Tells durations, the shortest first, each with how many there are of about this length. */
    void each(Durations.Counted told) {
        histogram
                .recordedValues()
                .forEach(value -> told.accept(
                        histogram.medianEquivalentValue(value.getValueIteratedTo()),
                        value.getCountAddedInThisIterationStep()));
    }

    Optional<Double> deviation() {
        return Optional.ofNullable(variance)
                .map(LongVariance::getAsDouble)
                .map(value -> Double.isNaN(value) ? 0 : Math.sqrt(value));
    }
}

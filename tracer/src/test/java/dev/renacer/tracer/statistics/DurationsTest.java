// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class DurationsTest {
    private static final int COUNT = 100_000;
    private final Random random = new Random(16);

    @Test
    void percentilesOfAUniformDistributionAreTheExactOnesToATenthOfAPercent() {
        comparePercentiles(() -> 1_000 + random.nextLong(1_000_000));
    }

    @Test
    void percentilesOfALongTailAreTheExactOnesToATenthOfAPercent() {
        comparePercentiles(() -> (long) Math.exp(9 + 3 * random.nextGaussian()));
    }

    @Test
    void percentilesOfTwoPeaksAreTheExactOnesToATenthOfAPercent() {
        comparePercentiles(() -> random.nextInt(10) == 0 ? 50_000_000 + random.nextLong(1_000) : 500);
    }

    private void comparePercentiles(LongSupplier distribution) {
        long[] values = LongStream.generate(distribution).limit(COUNT).toArray();
        Durations durations = Durations.spread(3);
        Arrays.stream(values).forEach(durations::add);
        Arrays.sort(values);
        for (int percentile : new int[] {50, 75, 90, 95, 99}) {
            long exact = values[(int) Math.ceil(percentile / 100.0 * COUNT) - 1]; // the nearest rank
            assertThat(durations.percentileNanos(percentile).orElseThrow())
                    .as("p%d", percentile)
                    .isCloseTo(exact, Percentage.withPercentage(0.1));
        }
        assertThat(durations.shortestNanos()).isEqualTo(values[0]);
        assertThat(durations.longestNanos()).isEqualTo(values[COUNT - 1]);
        assertThat(durations.percentileNanos(100)).contains(values[COUNT - 1]);
        assertThat(durations.totalNanos()).isEqualTo(LongStream.of(values).sum());
        double mean = LongStream.of(values).average().orElseThrow();
        double variance = LongStream.of(values)
                        .mapToDouble(value -> (value - mean) * (value - mean))
                        .sum()
                / (COUNT - 1);
        assertThat(durations.meanNanos()).isCloseTo(mean, within(1e-6 * mean));
        assertThat(durations.deviationNanos().orElseThrow())
                .isCloseTo(Math.sqrt(variance), Percentage.withPercentage(1e-6));
    }

    @Test
    void theDeviationOfDaysThatDifferByNanosecondsIsExact() {
        Durations durations = Durations.spread(3);
        long day = 86_400_000_000_000L;
        durations.add(day - 1);
        durations.add(day);
        durations.add(day + 1);

        assertThat(durations.deviationNanos()).contains(1.0);
    }

    @Test
    void ofOneCallEverythingIsItsDuration() {
        Durations durations = Durations.spread(3);
        durations.add(1_234_567);

        assertThat(durations.percentileNanos(50)).contains(1_234_567L);
        assertThat(durations.percentileNanos(99)).contains(1_234_567L);
        assertThat(durations.deviationNanos()).contains(0.0);
    }

    @Test
    void ofNoCallEverythingIsZero() {
        Durations durations = Durations.spread(3);

        assertThat(durations.shortestNanos()).isZero();
        assertThat(durations.meanNanos()).isZero();
        assertThat(durations.percentileNanos(99)).contains(0L);
        assertThat(durations.deviationNanos()).contains(0.0);
    }

    @Test
    void withoutSpreadThereAreNoPercentiles() {
        assertThat(Durations.plain().percentileNanos(50)).isEmpty();
        assertThat(Durations.plain().deviationNanos()).isEmpty();
    }
}

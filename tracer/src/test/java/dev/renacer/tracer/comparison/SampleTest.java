// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static Sample of(long from, long to) {
        Sample sample = new Sample();
        for (long value = from; value < to; value++) {
            sample.add(value);
        }
        return sample;
    }

    private static double mean(Sample sample) {
        return Arrays.stream(sample.values()).average().orElseThrow();
    }

    @Test
    void fewDurationsAreAllInIt() {
        assertThat(of(0, 40).values()).hasSize(40).contains(0, 39);
    }

    @Test
    void ofManyEachIsAsLikelyInIt() {
        Sample sample = of(0, 100_000);

        assertThat(sample.values()).hasSize(Sample.MOST);
        // The mean of 500 of a uniform distribution deviates by 1,291 from the middle; five times that is no chance.
        assertThat(mean(sample)).isCloseTo(50_000, within(5 * 1_291.0));
    }

    @Test
    void theSameDurationsGiveTheSameSample() {
        assertThat(of(0, 100_000).values()).isEqualTo(of(0, 100_000).values());
    }

    @Test
    void twoMergedStandForAllThatBothHaveSeen() {
        Sample most = of(0, 90_000);
        most.merge(of(1_000_000, 1_010_000));

        assertThat(most.seen()).isEqualTo(100_000);
        long fromOther =
                Arrays.stream(most.values()).filter(value -> value >= 1_000_000).count();
        assertThat(most.values()).hasSize(Sample.MOST);
        assertThat((double) fromOther).isCloseTo(50, within(34.0));
    }

    @Test
    void fewThatAreMergedAreAllInIt() {
        Sample sample = of(0, 10);
        sample.merge(of(10, 30));
        sample.merge(new Sample());

        assertThat(sample.values()).hasSize(30);
        sample.add(99);
        assertThat(sample.values()).hasSize(31).contains(99);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ExponentialBucketsTest {
    @Test
    void eachDurationLiesInItsBucketAsTheSpecificationDefinesIt() {
        Random random = new Random(3);
        for (int round = 0; round < 100_000; round++) {
            long nanos = 1 + (random.nextLong() >>> 1 >>> random.nextInt(60)) % 30_000_000_000_000L;
            int index = ExponentialBuckets.FIRST + ExponentialBuckets.of(nanos);
            double seconds = nanos / 1e9;
            double slack = 1e-9; // of rounding
            assertThat(seconds).isLessThanOrEqualTo(ExponentialBuckets.upperBound(index) * (1 + slack));
            assertThat(seconds).isGreaterThan(ExponentialBuckets.upperBound(index - 1) * (1 - slack) - 1e-9);
        }
    }

    @Test
    void whatIsLongerThanTheLastBucketFallsIntoThatOne() {
        assertThat(ExponentialBuckets.of(Long.MAX_VALUE)).isEqualTo(ExponentialBuckets.COUNT - 1);
        assertThat(ExponentialBuckets.of(1)).isGreaterThanOrEqualTo(0);
    }

    @Test
    void aPowerOfTwoSecondsIsTheLastOfItsBucket() {
        assertThat(ExponentialBuckets.FIRST + ExponentialBuckets.of(1_000_000_000L))
                .isEqualTo(-1);
        assertThat(ExponentialBuckets.FIRST + ExponentialBuckets.of(1_000_000_001L))
                .isEqualTo(0);
        assertThat(ExponentialBuckets.FIRST + ExponentialBuckets.of(2_000_000_000L))
                .isEqualTo(7);
    }
}

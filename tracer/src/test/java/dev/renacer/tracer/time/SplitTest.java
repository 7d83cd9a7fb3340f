// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.ThreadTime;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplitTest {
    @Test
    void whatIsLeftWasBlocked() {
        ThreadTime time =
                Times.between(1_000, 2_000).ran(300).delayed(200).stopped(100).build();

        assertThat(Split.of(time)).isEqualTo(new Split(300, 200, 0, 400, 100, 0));
    }

    @Test
    void aQuotaHasItsPartOfTheWaitForACpu() {
        ThreadTime time =
                Times.between(0, 1_000).ran(500).delayed(400).throttled(350).build();

        assertThat(Split.of(time)).isEqualTo(new Split(500, 50, 350, 100, 0, 0));
    }

    @Test
    void moreThanTheWaitForACpuIsNotThrottled() {
        ThreadTime time =
                Times.between(0, 1_000).ran(500).delayed(100).throttled(5_000).build();

        assertThat(Split.of(time)).isEqualTo(new Split(500, 0, 100, 400, 0, 0));
    }

    @Test
    void theTracerHasItsShareOfEverything() {
        ThreadTime time = Times.between(0, 1_000)
                .ran(300)
                .delayed(200)
                .stopped(100)
                .stops(30, 20, 10)
                .build();

        assertThat(Split.of(time)).isEqualTo(new Split(290, 180, 0, 370, 160, 0));
    }

    @Test
    void ofAThreadThatEndedUnreadItIsUnknownWhatItMayHaveRun() {
        ThreadTime time = Times.between(0, 1_000).ran(50).stopped(100).unread().build();

        assertThat(Split.of(time)).isEqualTo(new Split(0, 0, 0, 850, 100, 50));
    }

    @Test
    void ifItMayHaveRunAllTheTimeNothingIsKnown() {
        ThreadTime time = Times.between(0, 1_000).ran(Long.MAX_VALUE).unread().build();

        assertThat(Split.of(time)).isEqualTo(new Split(0, 0, 0, 0, 0, 1_000));
    }

    @Test
    void thePartsAreTheWholeWhateverTheFiguresAre() {
        Random random = new Random(7);
        for (int round = 0; round < 10_000; round++) {
            ThreadTime time = Times.between(0, random.nextLong(1_000))
                    .ran(random.nextLong(1_000))
                    .delayed(random.nextLong(1_000))
                    .throttled(random.nextLong(1_000))
                    .stopped(random.nextLong(1_000))
                    .stops(random.nextLong(100), random.nextLong(100), random.nextLong(100))
                    .build();

            Split split = Split.of(time);

            assertThat(new long[] {
                        split.cpu(),
                        split.runnable(),
                        split.throttled(),
                        split.blocked(),
                        split.tracer(),
                        split.unknown()
                    })
                    .satisfies(parts -> {
                        long sum = 0;
                        for (long part : parts) {
                            assertThat(part).isNotNegative();
                            sum += part;
                        }
                        assertThat(sum).isEqualTo(time.wallNanos());
                    });
        }
    }
}

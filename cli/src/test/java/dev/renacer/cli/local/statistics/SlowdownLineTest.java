// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureStats;
import org.junit.jupiter.api.Test;

class SlowdownLineTest {
    private static final String STOPS = "; half of the stops took at most 8 us, 99 % at most 22 us";

    private static String line(int least, int most, int worst, boolean bounded) {
        return SlowdownLine.of(
                new CaptureStats(9, 9, 0, 0, 1, 18, least, most, worst, 8, 22, 0, 0, 0, 0, CaptureStats.Contexts.NONE),
                bounded);
    }

    @Test
    void saysWhatIsKnownAndWhatIsPossible() {
        assertThat(line(5, 52, 0, false)).isEqualTo("slowdown: at least 5 % longer (at most 52 % longer)" + STOPS);
    }

    @Test
    void beyondWhatCanBeMeasuredItIsOnlyMore() {
        assertThat(line(5, 10_001, 0, false))
                .isEqualTo("slowdown: at least 5 % longer (perhaps more than 100 times as long)" + STOPS);
        assertThat(line(10_001, 20_000, 0, false)).isEqualTo("slowdown: more than 100 times as long" + STOPS);
    }

    @Test
    void theWorstSecondIsWhatABoundIsComparedWith() {
        assertThat(line(5, 52, 80, false))
                .isEqualTo(
                        "slowdown: at least 5 % longer (at most 52 % longer); in the worst second at least 80 % longer"
                                + STOPS);
        assertThat(line(5, 52, 10_001, true))
                .isEqualTo(
                        "slowdown: at least 5 % longer (at most 52 % longer); in the worst second more than 100 times"
                                + " as long, which --max-slowdown is compared with" + STOPS);
    }
}

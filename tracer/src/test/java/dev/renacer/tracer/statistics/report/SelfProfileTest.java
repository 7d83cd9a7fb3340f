// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureStats;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SelfProfileTest {
    private static final CaptureStats STATS =
            new CaptureStats(2_000, 2_000, 0, 0, 1, 4_000, 5, 52, 5, 8, 22, 0, 0, 0, 0, CaptureStats.Contexts.NONE);

    @Test
    void readsWhatProcSaysOfAProcessWithAnyName() {
        SelfProfile profile = SelfProfile.parse(
                "71 (a) b (c) S 1 71 71 0 -1 4194560 5 0 0 0 31 5 7 8 20 0 1 0 100 0 0",
                "Name:\ta\nVmPeak:\t  900 kB\nVmHWM:\t  83968 kB\n");

        assertThat(profile).isEqualTo(new SelfProfile(0.31, 0.05, 83_968));
    }

    @Test
    void tellsWhatTheTraceCostBothSides() {
        assertThat(new SelfProfile(0.31, 0.05, 83_968).lines(STATS, 412_000_000))
                .containsExactly(
                        "renacer: profile: 2000 calls, 4000 stops in 0.412 s",
                        "renacer: profile: own CPU 0.36 s (0.31 s user, 0.05 s system; its start-up is in it), 180.0 us a"
                                + " call; at most 82 MiB resident",
                        "renacer: profile: the program took at least 5 % and at most 52 % longer; half of its stops took"
                                + " at most 8 us, 99 % at most 22 us");
    }

    @Test
    void aTraceWithoutCallsIsNoDivisionByZero() {
        CaptureStats none = new CaptureStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, CaptureStats.Contexts.NONE);

        assertThat(new SelfProfile(0.1, 0, 1).lines(none, 1).get(1)).contains(" 0.0 us a call");
    }

    @Test
    void thisProcessHasUsedMemory() throws IOException {
        assertThat(SelfProfile.now().peakKibibytes()).isPositive();
    }
}

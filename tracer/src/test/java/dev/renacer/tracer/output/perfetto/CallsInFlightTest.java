// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallsInFlightTest {
    private static final long BASE = 1_700_000_000_000_000_000L;
    private static final long MICRO = 1_000;

    private final CallsInFlight calls = new CallsInFlight();

    @Test
    void countsTheCallsAtEachInstant() {
        calls.add(BASE, BASE + 10 * MICRO);
        calls.add(BASE + 2 * MICRO, BASE + 4 * MICRO);

        assertThat(changes()).containsExactly("0:1", "2:2", "4:1", "10:0");
    }

    @Test
    void aCallBetweenTwoInstantsIsInNone() {
        calls.add(BASE, BASE);
        calls.add(BASE + 100, BASE + 900);

        assertThat(changes()).isEmpty();
    }

    @Test
    void aLongTraceHasFewerInstantsButStillTheRightNumbers() {
        long end = 10L * CallsInFlight.MOST * MICRO;
        calls.add(BASE, BASE);
        calls.add(BASE + 16 * MICRO, BASE + 48 * MICRO);
        calls.add(BASE + 17 * MICRO, BASE + end);

        assertThat(calls.stepNanos()).isEqualTo(16 * MICRO);
        assertThat(changes())
                .startsWith("16:1", "32:2", "48:1")
                .last()
                .asString()
                .endsWith(":0");
    }

    @Test
    void whatBeganBeforeTheFirstCallThatWasReportedCountsFromThere() {
        calls.add(BASE, BASE + 5 * MICRO);
        calls.add(BASE - 90 * MICRO, BASE + 7 * MICRO);

        assertThat(changes()).containsExactly("0:2", "5:1", "7:0");
    }

    /** By microsecond since the base. */
    private List<String> changes() {
        List<String> changes = new ArrayList<>();
        calls.each((time, number) -> changes.add((time - BASE) / MICRO + ":" + number));
        return changes;
    }
}

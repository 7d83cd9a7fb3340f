// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnomalyReportTest {
    private final List<String> lines = new ArrayList<>();
    private final AnomalyReport report = new AnomalyReport(3, 100, lines::add);

    @Test
    void eachIsALineAtOnceAndTheEndCountsThem() {
        for (int index = 0; index < 10; index++) {
            report.onCall(call("write").nanos(index % 2 == 0 ? 99_000 : 101_000).build());
        }
        report.onCall(call("write").nanos(5_234_000).thread(41).build());
        assertThat(lines)
                .containsExactly("renacer: anomaly: write took 5234.0 us, 4870.5 sigma above its baseline of 100.0 us"
                        + " (sigma 1.1 us): High [pid 41]");
        report.onEnd();

        assertThat(lines.subList(1, lines.size()))
                .containsExactly(
                        "renacer: anomalies: 1 (Low 0, Medium 0, High 1) among 1 calls that were compared; 10 were not,"
                                + " as the first ones of their name",
                        "  write took 5234.0 us, 4870.5 sigma above its baseline of 100.0 us (sigma 1.1 us): High");
    }

    @Test
    void aQuietTraceSaysSo() {
        report.onEnd();

        assertThat(lines)
                .containsExactly("renacer: anomalies: 0 among 0 calls that were compared; 0 were not, as the first"
                        + " ones of their name");
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceTotals;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EarlierReportTest {
    private static final TraceTotals STAYED = new TraceTotals(1, 2, 30, 25, 5);
    private static final TraceTotals LEFT = new TraceTotals(1, 1, 10, 10, 0);

    @Test
    void splitsTheFiguresIntoThoseOfContainersStillThereAndThoseThatLeft() {
        Optional<NodeTraceStatus> reported = Optional.of(new NodeTraceStatus(
                1L, "Tracing", null, List.of(container("stayed", STAYED)), STAYED.plus(LEFT), null, null));
        List<Target> current = List.of(new Target("p", "u", null, "ns", "c", "stayed", null, null));

        assertThat(EarlierReport.byContainer(reported)).containsEntry(new ContainerCgroup("u", "stayed"), STAYED);
        assertThat(EarlierReport.departed(reported, current)).isEqualTo(LEFT);
        assertThat(EarlierReport.departed(reported, List.of())).isEqualTo(STAYED.plus(LEFT));
    }

    @Test
    void remembersWhomAnEarlierAgentLetGoForItsSlowdown() {
        Optional<NodeTraceStatus> reported = Optional.of(new NodeTraceStatus(
                1L,
                "Tracing",
                null,
                List.of(
                        new TargetStatus("u", "c", "slowed", "Failed", "SlowdownExceeded", "by 730 %", null, STAYED),
                        new TargetStatus("u", "c", "denied", "Failed", "YamaDenied", "scope 3", null, STAYED)),
                STAYED,
                null,
                null));
        assertThat(EarlierReport.slowedDown(reported))
                .containsExactly(Map.entry(
                        new ContainerCgroup("u", "slowed"), new Refusal(Reason.SlowdownExceeded, "by 730 %")));
    }

    @Test
    void nothingReportedIsNothing() {
        assertThat(EarlierReport.byContainer(Optional.empty())).isEmpty();
        assertThat(EarlierReport.departed(Optional.empty(), List.of())).isEqualTo(TraceTotals.NONE);
    }

    private static TargetStatus container(String id, TraceTotals totals) {
        return new TargetStatus("u", "c", id, "Tracing", null, null, null, totals);
    }
}

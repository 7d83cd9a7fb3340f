// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceTotals;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.refusal.Refusal;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreviousStatusTest {
    private static final TraceTotals STAYED = new TraceTotals(1, 2, 30, 25, 5, 0, 0, 0, 0, 0, 0, null, 3);
    private static final TraceTotals LEFT = new TraceTotals(1, 1, 10, 10, 0, 0, 0, 0, 0, 0, 0, null, 4);

    @Test
    void splitsTheFiguresIntoThoseOfContainersStillThereAndThoseThatLeft() {
        Optional<NodeTraceStatus> reported = Optional.of(new NodeTraceStatus(
                1L, "Tracing", null, List.of(container("stayed", STAYED)), STAYED.plus(LEFT), null, null));
        List<Target> current = List.of(new Target("p", "u", null, "ns", "c", "stayed", null, null));

        assertThat(PreviousStatus.byContainer(reported)).containsEntry(new ContainerCgroup("u", "stayed"), STAYED);
        assertThat(PreviousStatus.departed(reported, current)).isEqualTo(LEFT);
        assertThat(PreviousStatus.departed(reported, List.of())).isEqualTo(STAYED.plus(LEFT));
    }

    @Test
    void whatIsMissingOfTheApplicationsTracesIsSplitToo() {
        TraceTotals stayed =
                Serialization.unmarshal("--- {calls: 5, contexts: {unsampledCalls: 3}}", TraceTotals.class);
        TraceTotals left =
                Serialization.unmarshal("--- {calls: 4, contexts: {encryptedConnections: 2}}", TraceTotals.class);
        Optional<NodeTraceStatus> reported = Optional.of(new NodeTraceStatus(
                1L, "Tracing", null, List.of(container("stayed", stayed)), stayed.plus(left), null, null));
        List<Target> current = List.of(new Target("p", "u", null, "ns", "c", "stayed", null, null));

        assertThat(PreviousStatus.departed(reported, current)).isEqualTo(left);
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
        assertThat(PreviousStatus.slowedDown(reported))
                .containsExactly(Map.entry(
                        new ContainerCgroup("u", "slowed"), new Refusal(Reason.SlowdownExceeded, "by 730 %")));
    }

    @Test
    void anAgentThatWasKilledBeforeItTracedAnythingIsOneThatWasKilled() {
        assertThat(killed("Waiting", "NotRunning")).contains(new NodeTraceStatus.KilledAgents(1, 5_000));
        assertThat(killed("Waiting", "ProcessNotMatched")).isPresent();
        assertThat(killed("Waiting", "AgentStopped")).isEmpty();
        assertThat(killed("Waiting", "InternalError"))
                .as("the same agent tries again")
                .isEmpty();
        assertThat(killed("Failed", "YamaDenied")).isEmpty();
    }

    private static Optional<NodeTraceStatus.KilledAgents> killed(String state, String reason) {
        TargetStatus target = new TargetStatus("u", "c", "id", state, reason, "", null, TraceTotals.NONE);
        return PreviousStatus.killed(
                Optional.of(new NodeTraceStatus(
                        1L, "Assigned", "2026-01-01T00:00:00Z", List.of(target), TraceTotals.NONE, null, null)),
                Instant.parse("2026-01-01T00:00:05Z"));
    }

    @Test
    void nothingReportedIsNothing() {
        assertThat(PreviousStatus.byContainer(Optional.empty())).isEmpty();
        assertThat(PreviousStatus.departed(Optional.empty(), List.of())).isEqualTo(TraceTotals.NONE);
    }

    private static TargetStatus container(String id, TraceTotals totals) {
        return new TargetStatus("u", "c", id, "Tracing", null, null, null, totals);
    }
}

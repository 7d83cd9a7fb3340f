// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import static dev.renacer.operator.status.ReportedTraces.SOME;
import static dev.renacer.operator.status.ReportedTraces.finished;
import static dev.renacer.operator.status.ReportedTraces.report;
import static dev.renacer.operator.status.ReportedTraces.says;
import static dev.renacer.operator.status.ReportedTraces.trace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a status says once the window is over. */
class StatusAtTheEndTest {
    @Test
    void theEndTellsWhatWasSeen() {
        TraceRequestStatus status = report(
                List.of(finished(trace("node-1", TargetState.Finished, null, SOME, null, List.of()))),
                Map.of(),
                new Explanation(Reason.DeadlineReached, "The window is over."),
                true);

        assertThat(says(status, ConditionType.Tracing)).isEqualTo("False DeadlineReached The window is over.");
        assertThat(says(status, ConditionType.Succeeded))
                .isEqualTo("True Completed 30 calls of 2 processes seen, 30 spans delivered, 0 lost");
        assertThat(says(status, ConditionType.Degraded)).startsWith("False");
        assertThat(status.completionTime()).isNotNull();
    }

    @Test
    void anAgentThatDidNotReportTheEndIsTold() {
        TraceRequestStatus status = report(
                List.of(trace("node-1", TargetState.Tracing, null, SOME, null, List.of())),
                Map.of(),
                new Explanation(Reason.Stopped, "stopped"),
                true);

        assertThat(says(status, ConditionType.Degraded)).startsWith("True DetachTimedOut The agent of node node-1 ");
        assertThat(says(status, ConditionType.Succeeded)).startsWith("True Completed At least ");
        assertThat(Objects.requireNonNull(status.totals()).isLeast()).isTrue();
    }

    @Test
    void atTheEndWhyNothingWasTracedSaysMoreThanTheDeadline() {
        TraceRequestStatus status = report(
                List.of(trace("node-1", TargetState.Failed, Reason.AlreadyTraced, TraceTotals.NONE, null, List.of())),
                Map.of(),
                new Explanation(Reason.DeadlineReached, "The window is over."),
                true);

        assertThat(says(status, ConditionType.Tracing)).startsWith("False AlreadyTraced pod-on-node-1/app: ");
        assertThat(says(status, ConditionType.Succeeded)).startsWith("False NothingTraced pod-on-node-1/app: ");
    }

    @Test
    void theEndTellsTheCostToTheTarget() {
        TraceTotals costly = new TraceTotals(1, 2, 30, 30, 0, 180, 42).withSlowdown(90, 300);

        assertThat(says(
                        report(
                                List.of(finished(trace("node-1", TargetState.Finished, null, costly, null, List.of()))),
                                Map.of(),
                                new Explanation(Reason.DeadlineReached, "The window is over."),
                                true),
                        ConditionType.Succeeded))
                .isEqualTo("True Completed 30 calls of 2 processes seen, 30 spans delivered, 0 lost; slowed down by"
                        + " at least 90 % (at most 300 %), in the worst second by at least 180 %, which the bound of 100 % is"
                        + " compared with; 99 % of the stops within 42 us");
    }

    @Test
    void whatAnOlderAgentDoesNotTellIsNotMadeUp() {
        TraceTotals rested = new TraceTotals(1, 2, 30, 30, 0, 50, 60, 50, 42, 64_500, 0, null, 0);

        assertThat(rested.watchedShare()).contains("part of the time (64.5 s not)");
    }

    @Test
    void howMuchOfTheirTimeBusyThreadsWereWatchedIsTold() {
        TraceTotals rested = new TraceTotals(1, 2, 30, 30, 0, 50, 60, 50, 42, 64_500, 1_500, null, 0);
        TraceRequestStatus status = report(
                List.of(finished(trace("node-1", TargetState.Finished, null, rested, null, List.of()))),
                Map.of(),
                new Explanation(Reason.DeadlineReached, "The window is over."),
                true);

        assertThat(says(status, ConditionType.Succeeded))
                .endsWith("99 % of the stops within 42 us; to keep to the bound busy threads were watched 2.3 % of the"
                        + " time (1.5 of 66.0 s)");
        assertThat(says(status, ConditionType.Degraded))
                .isEqualTo("True PartlyWatched To keep to the slowdown bound, busy threads were watched 2.3 % of the"
                        + " time (1.5 of 66.0 s); the calls they made in the rest of the time are not in the trace");
    }

    @Test
    void callsOfTracesThatTheApplicationDoesNotRecordAreAccountedForAndTheRemedyIsTold() {
        TraceTotals unrecorded = Serialization.unmarshal(
                "--- {targets: 1, processes: 2, calls: 30, spans: 0, lost: 0, contexts: {unsampledCalls: 30}}",
                TraceTotals.class);
        TraceRequestStatus status = report(
                List.of(finished(trace("node-1", TargetState.Finished, null, unrecorded, null, List.of()))),
                Map.of(),
                new Explanation(Reason.DeadlineReached, "The window is over."),
                true);

        assertThat(says(status, ConditionType.Succeeded))
                .isEqualTo("True Completed 30 calls of 2 processes seen, 0 spans delivered, 30 calls of traces that the"
                        + " application does not record left out, 0 lost");
        assertThat(says(status, ConditionType.Exporting))
                .isEqualTo(
                        "Unknown NotStarted No span has been sent yet. 30 calls left out: the application does not record"
                                + " the traces they were made for; spec.unsampled: Keep gives them spans");
        assertThat(ContextCounts.of(Objects.requireNonNull(status.totals()).contexts())
                        .unsampledCalls())
                .isEqualTo(30);
    }

    @Test
    void theMessageSaysWhyCallsStayUnderTheirProcess() {
        TraceTotals encrypted = Serialization.unmarshal(
                "--- {targets: 1, processes: 2, calls: 30, spans: 30, lost: 0, contexts: {encryptedConnections: 4,"
                        + " handedOverRequests: 1}}",
                TraceTotals.class);
        TraceRequestStatus status = report(
                List.of(finished(trace("node-1", TargetState.Finished, null, encrypted, null, List.of()))),
                Map.of(),
                new Explanation(Reason.DeadlineReached, "The window is over."),
                true);

        assertThat(says(status, ConditionType.Succeeded))
                .endsWith("0 lost; for which request calls were made is not known where there were 4 served connections"
                        + " encrypted, 1 request of a process whose threads hand them over: such calls stay under their"
                        + " process");
    }

    @Test
    void aTraceOfWhichNoSpanArrivedDidNotSucceed() {
        TraceTotals lost = new TraceTotals(1, 2, 30, 0, 30);

        assertThat(says(
                        report(
                                List.of(finished(trace(
                                        "node-1", TargetState.Finished, null, lost, "connection refused", List.of()))),
                                Map.of(),
                                new Explanation(Reason.DeadlineReached, "The window is over."),
                                true),
                        ConditionType.Succeeded))
                .isEqualTo("False SpansLost Not one of 30 spans was delivered; the sink does not accept them, see"
                        + " Exporting");
    }

    @Test
    void aPatternNoAgentUnderstandsIsRefusedLikeAnUnknownName() {
        TraceRequestStatus status =
                report(List.of(), Map.of(), new Explanation(Reason.InvalidProcessPattern, "missing closing )"), true);

        assertThat(says(status, ConditionType.Accepted)).isEqualTo("False InvalidProcessPattern missing closing )");
        assertThat(says(status, ConditionType.Succeeded)).isEqualTo("False InvalidProcessPattern missing closing )");
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import static dev.renacer.operator.status.ReportedTraces.SOME;
import static dev.renacer.operator.status.ReportedTraces.START;
import static dev.renacer.operator.status.ReportedTraces.report;
import static dev.renacer.operator.status.ReportedTraces.says;
import static dev.renacer.operator.status.ReportedTraces.situation;
import static dev.renacer.operator.status.ReportedTraces.trace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceRequestStatus.Example;
import dev.renacer.crds.TraceRequestStatus.Skipped;
import dev.renacer.crds.TraceTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StatusReportTest {
    @Test
    void addsTheNodesUpAndTakesTraceIdsInTurns() {
        TraceRequestStatus status = report(
                List.of(
                        trace("node-1", TargetState.Tracing, null, SOME, null, List.of("a1", "a2")),
                        trace("node-2", TargetState.Tracing, null, SOME, null, List.of("b1"))),
                Map.of(),
                null,
                false);

        assertThat(status.totals()).isEqualTo(SOME.plus(SOME));
        assertThat(status.firstTraceIds()).containsExactly("a1", "b1", "a2");
        assertThat(status.nodes()).isEqualTo(2);
        assertThat(says(status, ConditionType.Tracing))
                .isEqualTo(
                        "True Tracing 2 containers on 2 nodes until 2026-01-01T00:01:00Z; what is slowed down by more than"
                                + " 100 % is traced only part of the time (TracePolicy \"default\"); spans say nothing of their"
                                + " calls' arguments");
        assertThat(says(status, ConditionType.Exporting)).startsWith("True Exporting");
        assertThat(says(status, ConditionType.Degraded)).startsWith("False AsExpected");
        assertThat(says(status, ConditionType.Succeeded)).startsWith("Unknown InProgress");
        assertThat(status.completionTime()).isNull();
    }

    @Test
    void keepsTheTimeOfTheLastTransition() {
        NodeTrace tracing = trace("node-1", TargetState.Tracing, null, SOME, null, List.of());
        TraceRequestStatus before = report(List.of(tracing), Map.of(), null, false);

        TraceRequestStatus after =
                StatusReport.of(situation(START.plusSeconds(30), List.of(tracing), Map.of(), null, false), before);

        assertThat(after.conditions()).isEqualTo(before.conditions());
    }

    @Test
    void thatNoPodMatchesIsToldWithWhatWasLookedForAndWhere() {
        assertThat(says(report(List.of(), Map.of(), null, false), ConditionType.Tracing))
                .isEqualTo("False NoPodMatches There is no pod matching app=a in namespace \"shop\"; one that starts"
                        + " before 2026-01-01T00:01:00Z is traced");
    }

    @Test
    void aSinkThatCannotBeReachedIsToldWithItsCause() {
        TraceRequestStatus status = report(
                List.of(trace("node-1", TargetState.Tracing, null, SOME, "connection refused", List.of())),
                Map.of(),
                null,
                false);

        assertThat(says(status, ConditionType.Exporting))
                .isEqualTo("False ExportFailed From node node-1: connection refused");
    }

    @Test
    void coLocationThatIsNotPossibleIsTold() {
        NodeTrace trace = colocated(new Colocation(0, "the agent may run on only one CPU", null));

        assertThat(says(report(List.of(trace), Map.of(), null, false), ConditionType.Degraded))
                .startsWith("True ColocationUnavailable ")
                .endsWith(" is traced without co-location: the agent may run on only one CPU");
    }

    @Test
    void whatAKilledAgentDidNotReportIsToldWithItsLengthAndTheFiguresAreTheLeast() {
        NodeTrace trace = trace("node-1", TargetState.Tracing, null, SOME.asLeast(), null, List.of());
        NodeTraceStatus told = trace.getStatus();
        trace.setStatus(new NodeTraceStatus(
                told.observedGeneration(),
                told.phase(),
                told.updateTime(),
                told.targets(),
                told.totals(),
                null,
                told.firstTraceIds(),
                new NodeTraceStatus.KilledAgents(1, 11_400),
                null));

        TraceRequestStatus status = report(List.of(trace), Map.of(), null, false);
        assertThat(says(status, ConditionType.Degraded))
                .isEqualTo("True AgentRestarted The agent of node node-1 was killed once: what it traced in 12 s is not"
                        + " known, and all figures are at least this high");
        assertThat(Objects.requireNonNull(status.totals()).isLeast()).isTrue();
    }

    @Test
    void threadsThatAKilledAgentLeftOnOneCpuComeBeforeAllElse() {
        NodeTrace trace = colocated(new Colocation(0, null, null, "thread 21 of process 20 stays on CPU 3"));

        assertThat(says(
                        report(
                                List.of(trace),
                                Map.of("node-2", new Explanation(Reason.AgentMissing, "no agent")),
                                null,
                                false),
                        ConditionType.Degraded))
                .startsWith("True AffinityNotRestored ")
                .endsWith(": thread 21 of process 20 stays on CPU 3");
    }

    @Test
    void callsThatMayBeMissingBecauseTheirDescriptorsAreNotKnownAreTold() {
        TraceTotals some = new TraceTotals(1, 2, 30, 30, 0, 0, 0, 0, 0, 0, 0, null, 2);
        NodeTrace first = trace("node-1", TargetState.Tracing, null, some, null, List.of());
        NodeTrace second = trace("node-2", TargetState.Tracing, null, some, null, List.of());

        TraceRequestStatus status = report(List.of(first, second), Map.of(), null, false);

        assertThat(Objects.requireNonNull(status.totals()).failedLookups()).isEqualTo(4);
        assertThat(says(status, ConditionType.Degraded))
                .isEqualTo(
                        "True CallsOverlooked 4 look-ups of descriptors failed (closed or ended by then, or not to be"
                                + " looked at): calls about these may be missing");
    }

    @Test
    void locksWhoseHoldersAreNotKnownAreToldAfterAllElse() {
        String why = "/proc/locks cannot be read: permission denied";
        NodeTrace first = withoutLockHolders("node-1", why);
        NodeTrace second = withoutLockHolders("node-2", why);

        assertThat(says(report(List.of(first), Map.of(), null, false), ConditionType.Degraded))
                .isEqualTo(
                        "True LockHoldersUnknown No span from node node-1 says who held the lock of a file that was waited"
                                + " for: /proc/locks cannot be read: permission denied");
        assertThat(says(report(List.of(second, first), Map.of(), null, false), ConditionType.Degraded))
                .endsWith("permission denied (and 1 more nodes)");
        assertThat(says(
                        report(
                                List.of(first),
                                Map.of("node-2", new Explanation(Reason.AgentMissing, "no agent")),
                                null,
                                false),
                        ConditionType.Degraded))
                .startsWith("True AgentMissing ");
    }

    private static NodeTrace withoutLockHolders(String node, String why) {
        NodeTrace trace = trace(node, TargetState.Tracing, null, SOME, null, List.of());
        NodeTraceStatus told = trace.getStatus();
        trace.setStatus(new NodeTraceStatus(
                1L, told.phase(), told.updateTime(), told.targets(), told.totals(), null, List.of(), null, why));
        return trace;
    }

    private static NodeTrace colocated(Colocation colocation) {
        NodeTrace trace = trace("node-1", TargetState.Tracing, null, SOME, null, List.of());
        NodeTraceStatus told = trace.getStatus();
        TargetStatus target = Objects.requireNonNull(told.targets()).getFirst();
        trace.setStatus(new NodeTraceStatus(
                1L,
                told.phase(),
                told.updateTime(),
                List.of(new TargetStatus(
                        target.podUid(),
                        target.containerName(),
                        target.containerId(),
                        target.state(),
                        null,
                        null,
                        target.since(),
                        target.totals(),
                        colocation)),
                told.totals(),
                null,
                List.of()));
        return trace;
    }

    @Test
    void lossIsToldWithWhatToDo() {
        TraceRequestStatus status = report(
                List.of(trace(
                        "node-1", TargetState.Tracing, null, new TraceTotals(1, 1, 100, 60, 40), null, List.of())),
                Map.of(),
                null,
                false);

        assertThat(says(status, ConditionType.Degraded))
                .isEqualTo("True SpansLost 40 of 100 spans were lost; over the budget (narrow spec.syscalls or raise"
                        + " spec.maxSpansPerSecond) or while the sink was unreachable");
    }

    @Test
    void lossToASinkThatDoesNotAnswerIsNotBlamedOnTheRequest() {
        TraceRequestStatus status = report(
                List.of(trace(
                        "node-1",
                        TargetState.Tracing,
                        null,
                        new TraceTotals(1, 1, 100, 0, 101),
                        "connection refused",
                        List.of())),
                Map.of(),
                null,
                false);

        assertThat(says(status, ConditionType.Degraded))
                .isEqualTo("True SpansLost 101 of 101 spans were lost; the sink does not accept them, see Exporting");
    }

    @Test
    void oneContainerRefusedAmongOthersIsADegradation() {
        TraceRequestStatus status = report(
                List.of(
                        trace("node-1", TargetState.Tracing, null, SOME, null, List.of()),
                        trace("node-2", TargetState.Failed, Reason.YamaDenied, TraceTotals.NONE, null, List.of())),
                Map.of(),
                null,
                false);

        assertThat(says(status, ConditionType.Tracing)).startsWith("True Tracing 1 container on 1 node");
        assertThat(says(status, ConditionType.Degraded))
                .startsWith("True TargetsFailed YamaDenied: pod-on-node-2/app: ");
    }

    @Test
    void aSilentNodeIsTheAnswerWhileNothingIsTraced() {
        TraceRequestStatus status = report(
                List.of(trace("node-1", null, null, TraceTotals.NONE, null, List.of())),
                Map.of("node-1", new Explanation(Reason.AgentMissing, "no agent")),
                null,
                false);

        assertThat(says(status, ConditionType.Tracing)).isEqualTo("False AgentMissing no agent");
        assertThat(says(status, ConditionType.Degraded)).isEqualTo("True AgentMissing no agent");
    }

    @Test
    void whatIsSkippedIsCountedByReasonAndAllReasonsHaveExamples() {
        List<NodeTrace> traces = new ArrayList<>();
        for (int i = 10; i < 30; i++) {
            traces.add(trace("node-" + i, TargetState.Failed, Reason.AlreadyTraced, TraceTotals.NONE, null, List.of()));
        }
        traces.add(trace("node-30", TargetState.Failed, Reason.YamaDenied, TraceTotals.NONE, null, List.of()));
        traces.add(trace("node-31", TargetState.Tracing, null, SOME, null, List.of()));
        traces.add(trace("node-32", null, null, TraceTotals.NONE, null, List.of()));

        List<Skipped> skipped = Objects.requireNonNull(report(
                        traces,
                        Map.of("node-32", new Explanation(Reason.NodeLost, "Node node-32 is gone")),
                        null,
                        false)
                .skipped());

        assertThat(skipped).extracting(Skipped::reason).containsExactly("AlreadyTraced", "YamaDenied", "NodeLost");
        assertThat(skipped).extracting(Skipped::count).containsExactly(20, 1, 1);
        assertThat(skipped)
                .extracting(entry -> Objects.requireNonNull(entry.examples()).size())
                .containsExactly(8, 1, 1);
        assertThat(skipped.getLast().examples())
                .containsExactly(new Example("pod-on-node-32", "app", "node-32", "Node node-32 is gone"));
    }

    @Test
    void whatCameUpLateIsNotSkippedBeforeTheEnd() {
        NodeTrace waiting = trace("node-1", TargetState.Waiting, Reason.NotRunning, TraceTotals.NONE, null, List.of());

        assertThat(report(List.of(waiting), Map.of(), null, false).skipped()).isNull();
        assertThat(report(List.of(waiting), Map.of(), new Explanation(Reason.Stopped, "stopped"), true)
                        .skipped())
                .extracting(Skipped::reason)
                .containsExactly("NotRunning");
    }

    @Test
    void aRequestThatWaitsTellsItsPlace() {
        TraceRequestStatus status = StatusReport.queued("Number 2 in the queue", 1, START, null);

        assertThat(says(status, ConditionType.Accepted)).isEqualTo("Unknown Queued Number 2 in the queue");
        assertThat(says(status, ConditionType.Tracing)).isEqualTo("False Queued Number 2 in the queue");
        assertThat(status.startTime()).isNull();
    }
}

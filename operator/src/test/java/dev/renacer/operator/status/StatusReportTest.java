// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceRequestStatus.Example;
import dev.renacer.crds.TraceRequestStatus.Skipped;
import dev.renacer.crds.TraceTotals;
import dev.renacer.operator.plan.SlowdownBound;
import dev.renacer.operator.plan.TargetPlan;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusReportTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant DEADLINE = START.plusSeconds(60);
    private static final TraceTotals SOME = new TraceTotals(1, 2, 30, 30, 0);

    private static final Optional<SlowdownBound> BOUND =
            Optional.of(new SlowdownBound(100, "DutyCycle", Optional.of("default")));

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
                                + " 100 % is traced only part of the time (TracePolicy \"default\")");
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
                new NodeTraceStatus.KilledAgents(1, 11_400)));

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
                        + " 90 to 300 %, in the worst second by 180 % at least, 99 % of the stops within 42 us");
    }

    @Test
    void whatAnOlderAgentDoesNotTellIsNotMadeUp() {
        TraceTotals rested = new TraceTotals(1, 2, 30, 30, 0, 50, 60, 50, 42, 64_500, 0, null);

        assertThat(rested.watchedShare()).contains("part of the time (64.5 s not)");
    }

    @Test
    void howMuchOfTheirTimeBusyThreadsWereWatchedIsTold() {
        TraceTotals rested = new TraceTotals(1, 2, 30, 30, 0, 50, 60, 50, 42, 64_500, 1_500, null);
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

    @Test
    void silenceIsTenSecondsForTheFirstReportAndTwoAndAHalfMinutesLater() {
        NodeTrace fresh = trace("node-1", null, null, TraceTotals.NONE, null, List.of());
        NodeTrace reported = trace("node-1", TargetState.Tracing, null, SOME, null, List.of());

        assertThat(AgentSilence.isSilent(fresh, START.plusSeconds(9))).isFalse();
        assertThat(AgentSilence.isSilent(fresh, START.plusSeconds(10))).isTrue();
        assertThat(AgentSilence.nextCheck(List.of(fresh, reported), START)).contains(START.plusSeconds(10));
        assertThat(AgentSilence.isSilent(reported, START.plusSeconds(149))).isFalse();
        assertThat(AgentSilence.isSilent(reported, START.plusSeconds(150))).isTrue();
        assertThat(AgentSilence.isSilent(finished(reported), START.plusSeconds(9999)))
                .isFalse();
    }

    private static TraceRequestStatus report(
            List<NodeTrace> traces, Map<String, Explanation> silent, @Nullable Explanation ending, boolean over) {
        return StatusReport.of(situation(START.plusSeconds(5), traces, silent, ending, over), null);
    }

    private static Situation situation(
            Instant now,
            List<NodeTrace> traces,
            Map<String, Explanation> silent,
            @Nullable Explanation ending,
            boolean over) {
        TreeMap<String, List<Target>> targets = new TreeMap<>();
        TreeSet<String> pods = new TreeSet<>();
        for (NodeTrace trace : traces) {
            targets.put(trace.getSpec().nodeName(), trace.getSpec().targets());
            pods.add(trace.getSpec().targets().getFirst().podName());
        }
        TargetPlan plan = new TargetPlan(
                targets,
                new TreeMap<>(),
                List.of(),
                pods,
                new TreeSet<>(),
                new TreeSet<>(List.of("app")),
                "pod matching app=a");
        return new Situation(
                now,
                1,
                START,
                DEADLINE,
                plan,
                traces,
                "default",
                List.of(),
                BOUND,
                silent,
                Optional.ofNullable(ending),
                over);
    }

    /** An NodeTrace of one container; without a state its agent has not reported. */
    private static NodeTrace trace(
            String node,
            @Nullable TargetState state,
            @Nullable Reason reason,
            TraceTotals totals,
            @Nullable String exportFailure,
            List<String> traceIds) {
        Target target = new Target("pod-on-" + node, "u-" + node, null, "shop", "app", "c-" + node, "app", null);
        NodeTrace trace = new NodeTrace();
        trace.setMetadata(new ObjectMetaBuilder()
                .withName("r-" + node)
                .withCreationTimestamp(START.toString())
                .build());
        trace.setSpec(new NodeTraceSpec(
                node,
                "r",
                "uid",
                List.of(target),
                DEADLINE.toString(),
                Profile.everything(2000),
                new Sink("default", "http://collector:4317", "grpc", null),
                null,
                null,
                null));
        if (state != null) {
            trace.setStatus(new NodeTraceStatus(
                    1L,
                    "Tracing",
                    START.toString(),
                    List.of(new TargetStatus(
                            target.podUid(),
                            target.containerName(),
                            target.containerId(),
                            state.name(),
                            reason == null ? null : reason.name(),
                            reason == null ? null : reason.meaning(),
                            totals.processes() > 0 ? START.toString() : null,
                            totals)),
                    totals,
                    exportFailure,
                    traceIds));
        }
        return trace;
    }

    private static NodeTrace finished(NodeTrace trace) {
        NodeTraceStatus status = trace.getStatus();
        trace.setStatus(new NodeTraceStatus(
                status.observedGeneration(),
                "Finished",
                status.updateTime(),
                status.targets(),
                status.totals(),
                status.exportFailure(),
                status.firstTraceIds()));
        return trace;
    }

    private static String says(TraceRequestStatus status, ConditionType type) {
        Condition condition = Conditions.of(status, type).orElseThrow();
        return condition.getStatus() + " " + condition.getReason() + " " + condition.getMessage();
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.operator.plan.SlowdownBound;
import dev.renacer.operator.plan.TargetPlan;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What agents of a request have reported, and the status that comes of it. */
final class ReportedTraces {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant DEADLINE = START.plusSeconds(60);
    static final TraceTotals SOME = new TraceTotals(1, 2, 30, 30, 0);

    static final Optional<SlowdownBound> BOUND =
            Optional.of(new SlowdownBound(100, "DutyCycle", Optional.of("default")));

    private ReportedTraces() {}

    static TraceRequestStatus report(
            List<NodeTrace> traces, Map<String, Explanation> silent, @Nullable Explanation ending, boolean over) {
        return StatusReport.of(situation(START.plusSeconds(5), traces, silent, ending, over), null);
    }

    static Situation situation(
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
                "shop",
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
    static NodeTrace trace(
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

    static NodeTrace finished(NodeTrace trace) {
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

    static String says(TraceRequestStatus status, ConditionType type) {
        Condition condition = Conditions.of(status, type).orElseThrow();
        return condition.getStatus() + " " + condition.getReason() + " " + condition.getMessage();
    }
}

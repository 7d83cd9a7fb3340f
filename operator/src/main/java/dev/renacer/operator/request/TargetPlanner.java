// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.operator.agents.AbsentAgents;
import dev.renacer.operator.agents.OutdatedAgents;
import dev.renacer.operator.plan.Acceptance;
import dev.renacer.operator.plan.EffectivePolicy;
import dev.renacer.operator.plan.Skip;
import dev.renacer.operator.plan.TargetPlan;
import dev.renacer.operator.pods.PodWatches;
import dev.renacer.operator.pods.SandboxedRuntimes;
import dev.renacer.operator.queue.RequestQueue;
import dev.renacer.operator.request.Admission.Verdict;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an admitted request should trace now: its containers, except those that lost nodes, full nodes and policies
 * leave out.
 */
final class TargetPlanner {
    private final PodWatches pods;
    private final AbsentAgents absent;
    private final OutdatedAgents outdated;
    private final SandboxedRuntimes sandboxes;
    private final RequestQueue queue;

    TargetPlanner(
            PodWatches pods,
            AbsentAgents absent,
            OutdatedAgents outdated,
            SandboxedRuntimes sandboxes,
            RequestQueue queue) {
        this.pods = pods;
        this.absent = absent;
        this.outdated = outdated;
        this.sandboxes = sandboxes;
        this.queue = queue;
    }

    /** The plan of a request that was admitted. */
    TargetPlan of(Reconciliation look, Verdict.Admitted admitted) {
        TraceRequest request = look.request();
        List<NodeTrace> known = look.traces();
        EffectivePolicy policy = admitted.policy();
        Set<String> assigned = known.stream().flatMap(TargetPlanner::containers).collect(Collectors.toSet());
        Set<String> names =
                new LinkedHashSet<>(Objects.requireNonNullElse(look.spec().containers(), List.of()));
        TargetPlan plan = TargetPlan.of(
                new TargetPlan.Scope(admitted.selection(), names, policy, sandboxes),
                pods.pods(look.namespace(), ResourceID.fromResource(request), admitted.selection()),
                assigned);
        TargetPlan present = look.spec().isLook() ? there(plan, known).running() : there(plan, known);
        TargetPlan roomy = withRoom(request, policy, able(look.spec(), present));
        return policy.maxTargets()
                .map(limit -> roomy.limitedTo(
                        limit.value(),
                        assigned,
                        "TracePolicy \"" + limit.policy() + "\" allows " + limit.value() + " containers per request"))
                .orElse(roomy);
    }

    /** The assigned containers, and awaited ones that started and were traced before their pod listed them. */
    private static Stream<String> containers(NodeTrace trace) {
        Stream<String> assigned = trace.getSpec().targets().stream().map(Target::containerId);
        Stream<String> traced = trace.getStatus() == null || trace.getStatus().targets() == null
                ? Stream.empty()
                : trace.getStatus().targets().stream()
                        .filter(status -> status.since() != null)
                        .map(TargetStatus::containerId);
        return Stream.concat(assigned, traced);
    }

    /** Without the lost nodes, unless they are assigned already. */
    private TargetPlan there(TargetPlan plan, List<NodeTrace> known) {
        Set<String> assigned =
                known.stream().map(trace -> trace.getSpec().nodeName()).collect(Collectors.toSet());
        Set<String> lost = plan.nodes().stream()
                .filter(node -> !assigned.contains(node) && absent.isLost(node))
                .collect(Collectors.toSet());
        return plan.without(lost, Reason.NodeLost, "The node is gone or not ready");
    }

    /** Without the nodes whose agents would do something else, even those that are assigned: such an agent may have taken over. */
    private TargetPlan able(TraceRequestSpec spec, TargetPlan plan) {
        TargetPlan able = plan;
        for (NeededFeature needed : NeededFeature.of(spec)) {
            able = able.without(outdated.without(able.nodes(), needed.name()), Reason.AgentOutdated, needed.message());
        }
        return able;
    }

    /** When to look again whether an agent that left out containers has been updated. */
    static Optional<Instant> nextLook(TargetPlan plan, Instant now) {
        return plan.skipped().stream().anyMatch(skip -> skip.reason() == Reason.AgentOutdated)
                ? Optional.of(now.plus(OutdatedAgents.KNOWN_FOR))
                : Optional.empty();
    }

    private TargetPlan withRoom(TraceRequest request, EffectivePolicy policy, TargetPlan plan) {
        Set<String> full = queue.fullNodes(request, plan.nodes(), policy.maxRequestsPerNode());
        return policy.maxRequestsPerNode()
                .map(limit -> plan.without(
                        full,
                        Reason.LimitReached,
                        "As many requests run on the node as TracePolicy \"" + limit.policy() + "\" allows: "
                                + limit.value()))
                .orElse(plan);
    }

    /** A request that names only what a policy forbids is refused, not left waiting. */
    static Optional<Acceptance.Refused> forbidden(TargetPlan plan, List<NodeTrace> known) {
        return known.isEmpty() && plan.nodes().isEmpty()
                ? plan.skipped().stream()
                        .filter(skip -> skip.reason() == Reason.DeniedByPolicy)
                        .findFirst()
                        .map((Skip skip) -> new Acceptance.Refused(
                                skip.reason(), skip.podName() + "/" + skip.containerName() + ": " + skip.message()))
                : Optional.empty();
    }
}

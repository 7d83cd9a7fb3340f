// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.agents;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.operator.agents.NodeAgents.Presence;
import dev.renacer.operator.status.AgentSilence;
import dev.renacer.operator.status.Explanation;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which nodes' agents are absent, judging by their pods and by their silence, and what the user can do about it. Safe
 * for use by many threads.
 */
public final class AbsentAgents {
    /** The time within which an agent that is being stopped detaches and reports. */
    public static final Duration FINAL_REPORT_WITHIN = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final NodeAgents agents;

    /**
     * @param client  reads the report of a node whose agent is silent
     * @param agents  what is known from their pods
     */
    public AbsentAgents(KubernetesClient client, NodeAgents agents) {
        this.client = client;
        this.agents = agents;
    }

    /** By node, what is wrong there, for the nodes of those NodeTraces that are not finished. */
    public SortedMap<String, Explanation> of(List<NodeTrace> traces, Instant now) {
        SortedMap<String, Explanation> absent = new TreeMap<>();
        for (NodeTrace trace : traces) {
            String node = trace.getSpec().nodeName();
            if (!AgentSilence.isFinished(trace)) {
                absence(node)
                        .or(() -> AgentSilence.isSilent(trace, now) ? Optional.of(silence(node)) : Optional.empty())
                        .ifPresent(explanation -> absent.put(node, explanation));
            }
        }
        return absent;
    }

    /** Whether the node is gone, as far as can be known. */
    public boolean isLost(String node) {
        return agents.on(node) == Presence.NODE_LOST;
    }

    /**
     * Whether the last report of this NodeTrace has come or is not worth waiting for.
     *
     * @param since  when the agents were told to end, or should have ended by themselves
     */
    public boolean isDone(NodeTrace trace, Instant since, Instant now) {
        if (AgentSilence.isFinished(trace) || AgentSilence.isSilent(trace, now)) {
            return true;
        }
        return switch (agents.on(trace.getSpec().nodeName())) {
            case NODE_LOST, ABSENT -> true;
            case NOT_READY -> !now.isBefore(since.plus(FINAL_REPORT_WITHIN));
            case READY, UNKNOWN -> false;
        };
    }

    /** Whether one of these agents is ending or starting: then look again after {@link #FINAL_REPORT_WITHIN}. */
    public boolean anyNotReady(List<NodeTrace> traces) {
        return traces.stream().anyMatch(trace -> agents.on(trace.getSpec().nodeName()) == Presence.NOT_READY);
    }

    private Optional<Explanation> absence(String node) {
        return switch (agents.on(node)) {
            case NODE_LOST ->
                Optional.of(new Explanation(
                        Reason.NodeLost,
                        "Node " + node + " is gone or not ready: see 'kubectl get node " + node
                                + "'; its traces may continue until the deadline, but nothing is heard of them"));
            case ABSENT ->
                Optional.of(new Explanation(
                        Reason.AgentMissing,
                        "Node " + node
                                + " has no agent: see why the DaemonSet has no pod there (node selector, taints)"));
            case NOT_READY ->
                Optional.of(new Explanation(
                        Reason.AgentMissing,
                        "The agent of node " + node + " is not ready: see its pod's state and log; it continues the"
                                + " trace once it is, within the window"));
            case READY, UNKNOWN -> Optional.empty();
        };
    }

    private Explanation silence(String node) {
        TraceNode agent = client.resources(TraceNode.class).withName(node).get();
        TraceNodeStatus status = agent == null ? null : agent.getStatus();
        if (status == null) {
            return new Explanation(
                    Reason.AgentMissing,
                    "No agent has ever reported from node " + node
                            + ": see why the DaemonSet has no pod there, or what that pod's log says");
        }
        return new Explanation(
                Reason.AgentMissing,
                "The agent of node " + node + " does not report, last seen "
                        + Objects.requireNonNullElse(status.updateTime(), "at an unknown time")
                        + ": see its pod's state and log");
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import dev.renacer.cli.kubectl.api.Lookup;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether the agents' pods are ready; what a TraceNode says is stale if the pod it names is not. */
public final class AgentReadiness {
    /** As the chart labels the pods of its components. */
    static final Map<String, String> LABELS =
            Map.of("app.kubernetes.io/name", "renacer", "app.kubernetes.io/component", "agent");

    /** How a node's agent is. */
    public enum State {
        READY,
        STALE,
        UNKNOWN
    }

    private final Lookup<Map<String, Boolean>> readiness;

    private AgentReadiness(Lookup<Map<String, Boolean>> readiness) {
        this.readiness = readiness;
    }

    /** Asks once for all of them. */
    public static AgentReadiness read(KubernetesClient client) {
        return new AgentReadiness(Lookup.of(() ->
                byName(client.pods().inAnyNamespace().withLabels(LABELS).list().getItems())));
    }

    private static Map<String, Boolean> byName(List<Pod> pods) {
        return pods.stream()
                .collect(Collectors.toMap(
                        pod -> pod.getMetadata().getName(), AgentReadiness::isReady, Boolean::logicalOr));
    }

    private static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    /** How the agent that wrote this is now. */
    public State of(TraceNode node) {
        Optional<String> pod = Optional.ofNullable(node.getStatus()).map(TraceNodeStatus::agentPod);
        Optional<Map<String, Boolean>> known = readiness.found().filter(pods -> !pods.isEmpty());
        if (pod.isEmpty() || known.isEmpty()) {
            return State.UNKNOWN;
        }
        return known.get().getOrDefault(pod.get(), false) ? State.READY : State.STALE;
    }
}

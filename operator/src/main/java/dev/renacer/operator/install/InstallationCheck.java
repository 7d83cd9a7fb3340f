// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.install;

import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.definition.Definitions;
import dev.renacer.operator.agents.AgentSelector;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether an installation works, as {@code helm test} asks: by the operator's rights and settings, reading only. */
public final class InstallationCheck {
    /**
     * What was found.
     *
     * @param passed   whether it is as it should be
     * @param message  one line; if it is not as it should be, with the next step
     */
    public record Result(boolean passed, String message) {
        @Override
        public String toString() {
            return (passed ? "ok    " : "FAIL  ") + message;
        }
    }

    private final KubernetesClient client;
    private final boolean hasDefaultSink;
    private final Optional<AgentSelector> agents;

    /**
     * @param hasDefaultSink  whether there should be a TraceSink {@code default}
     * @param agents          how to find the agents' pods; empty: they are not looked at
     */
    public InstallationCheck(KubernetesClient client, boolean hasDefaultSink, Optional<AgentSelector> agents) {
        this.client = client;
        this.hasDefaultSink = hasDefaultSink;
        this.agents = agents;
    }

    /** Every check, each on its own: one that fails does not hide another. */
    public List<Result> run() {
        List<Result> results = new ArrayList<>();
        for (Class<? extends HasMetadata> type : Definitions.TYPES) {
            results.add(definition(type));
        }
        if (results.stream().allMatch(Result::passed)) {
            if (hasDefaultSink) {
                results.add(defaultSink());
            }
            agents.ifPresent(where -> results.addAll(agents(where)));
        }
        return results;
    }

    private Result definition(Class<? extends HasMetadata> type) {
        String plural = HasMetadata.getPlural(type);
        if (client.supports(Renacer.GROUP + "/" + Renacer.VERSION, HasMetadata.getKind(type))) {
            return new Result(true, plural + " are served");
        }
        return new Result(false, plural + " are not served: upgrade the chart with crds.install=true");
    }

    private Result defaultSink() {
        TraceSink sink =
                client.resources(TraceSink.class).withName(Renacer.DEFAULT_SINK).get();
        if (sink == null) {
            return new Result(false, "there is no TraceSink default: look at the operator's log");
        }
        return new Result(true, "TraceSink default sends to " + sink.getSpec().endpoint());
    }

    /** Whether there are agents, and each is ready and has reported. */
    List<Result> agents(AgentSelector where) {
        List<Pod> pods;
        Set<String> reporting;
        try {
            pods = client.pods()
                    .inNamespace(where.namespace())
                    .withLabels(where.selector())
                    .list()
                    .getItems();
            reporting = client.resources(TraceNode.class).list().getItems().stream()
                    .map(TraceNode::getStatus)
                    .filter(status -> status != null && status.agentPod() != null)
                    .map(TraceNodeStatus::agentPod)
                    .collect(Collectors.toSet());
        } catch (KubernetesClientException refused) {
            return List.of(new Result(false, "cannot look at the agents: " + refused.getMessage()));
        }
        if (pods.isEmpty()) {
            return List.of(new Result(
                    false,
                    "there is no agent in namespace " + where.namespace()
                            + ": look at the DaemonSet's events (Pod Security admits only privileged namespaces)"));
        }
        return pods.stream().map(pod -> agent(pod, reporting)).toList();
    }

    private static Result agent(Pod pod, Set<String> reporting) {
        String name = pod.getMetadata().getName();
        @Nullable String node = pod.getSpec().getNodeName();
        if (!Readiness.isPodReady(pod)) {
            return new Result(
                    false, "agent " + name + " on node " + node + " is not ready: look at its events and log");
        }
        if (!reporting.contains(name)) {
            return new Result(false, "agent " + name + " has not reported on node " + node + ": look at its log");
        }
        return new Result(true, "agent " + name + " is ready and has reported on node " + node);
    }
}

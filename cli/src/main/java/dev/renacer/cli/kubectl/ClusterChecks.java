// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.ProjectVersion;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TraceSink;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the installation can trace on this cluster's nodes and send somewhere. */
final class ClusterChecks {
    /** kernel.yama.ptrace_scope that forbids every attachment. */
    private static final int YAMA_NO_ATTACH = 3;

    private final KubernetesClient client;

    ClusterChecks(KubernetesClient client) {
        this.client = client;
    }

    /** The findings. */
    List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        Lookup<List<TraceNode>> read =
                Lookup.of(() -> client.resources(TraceNode.class).list().getItems());
        if (read instanceof Lookup.Unreadable<List<TraceNode>>) {
            findings.add(Finding.unreadableKind("node", "tracenodes"));
        } else {
            List<TraceNode> reported = read.found().orElse(List.of());
            findings.addAll(nodes(reported));
            findings.addAll(versions(reported));
        }
        findings.addAll(sinks());
        findings.add(policies());
        return findings;
    }

    private List<Finding> nodes(List<TraceNode> reported) {
        Map<String, TraceNode> known = reported.stream()
                .collect(Collectors.toMap(node -> node.getMetadata().getName(), Function.identity()));
        Lookup<List<Node>> nodes = Lookup.of(() -> client.nodes().list().getItems());
        List<Finding> findings = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(known.keySet());
        if (nodes instanceof Lookup.Found<List<Node>>(List<Node> found)) {
            names.clear();
            found.stream()
                    .filter(node -> node.getSpec() == null
                            || !Boolean.TRUE.equals(node.getSpec().getUnschedulable()))
                    .forEach(node -> names.add(node.getMetadata().getName()));
        } else {
            findings.add(Finding.unreadable("nodes", "nodes: one without an agent would not be noticed"));
        }
        AgentPods agents = AgentPods.read(client);
        for (String name : names) {
            Finding finding = TargetChecks.ofNode("node", name, known.get(name), agents);
            findings.add(finding.verdict() == Finding.Verdict.OK ? withKernel(finding, known.get(name)) : finding);
        }
        return findings;
    }

    /** Of a node that can be traced: what its kernel is like. */
    private static Finding withKernel(Finding finding, @Nullable TraceNode node) {
        TraceNodeStatus status = node == null ? null : node.getStatus();
        if (node == null || status == null) {
            return finding;
        }
        if (status.yamaPtraceScope() != null && status.yamaPtraceScope() >= YAMA_NO_ATTACH) {
            return Finding.no(
                    "node",
                    "node " + node.getMetadata().getName() + ": kernel.yama.ptrace_scope is "
                            + status.yamaPtraceScope(),
                    "set it to 2 or less in the node's configuration, and restart the node");
        }
        String kernel = ", kernel " + status.kernelVersion() + ", cgroup " + status.cgroupMode()
                + (status.yamaPtraceScope() == null ? "" : ", yama " + status.yamaPtraceScope());
        return Finding.ok("node", finding.message() + kernel);
    }

    private static List<Finding> versions(List<TraceNode> reported) {
        TreeSet<String> agents = reported.stream()
                .flatMap(node -> Optional.ofNullable(node.getStatus()).map(TraceNodeStatus::agentVersion).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        String plugin = ProjectVersion.current();
        if (agents.isEmpty()) {
            return List.of();
        }
        return List.of(
                agents.size() == 1 && agents.contains(plugin)
                        ? Finding.ok("versions", "plugin and agents are " + plugin)
                        : Finding.no(
                                "versions",
                                "plugin " + plugin + ", agents " + String.join(", ", agents),
                                "upgrade whichever is older; while an upgrade rolls out this passes"));
    }

    private List<Finding> sinks() {
        return switch (Lookup.of(() -> client.resources(TraceSink.class).list().getItems())) {
            case Lookup.Unreadable<List<TraceSink>> _ -> List.of(Finding.unreadable("sink", "tracesinks"));
            case Lookup.Absent<List<TraceSink>> _ -> List.of(noSink());
            case Lookup.Found<List<TraceSink>>(List<TraceSink> found) ->
                found.isEmpty()
                        ? List.of(noSink())
                        : found.stream()
                                .map(sink -> PolicyChecks.ofSink("sink", sink))
                                .toList();
        };
    }

    private static Finding noSink() {
        return Finding.no(
                "sink",
                "there is no TraceSink: every request would be refused",
                "create one named default, or set defaultSink in the chart's values");
    }

    private Finding policies() {
        return switch (Lookup.of(
                () -> client.resources(TracePolicy.class).list().getItems())) {
            case Lookup.Unreadable<List<TracePolicy>> _ -> Finding.unreadable("policies", "tracepolicies");
            case Lookup.Absent<List<TracePolicy>> _ ->
                Finding.ok("policies", "none: requests are limited by the schema alone");
            case Lookup.Found<List<TracePolicy>>(List<TracePolicy> found) ->
                Finding.ok(
                        "policies",
                        found.isEmpty()
                                ? "none: requests are limited by the schema alone"
                                : found.stream()
                                        .map(policy -> policy.getMetadata().getName())
                                        .collect(Collectors.joining(", ")));
        };
    }
}

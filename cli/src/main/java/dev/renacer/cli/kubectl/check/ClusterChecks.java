// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import dev.renacer.cli.ProjectVersion;
import dev.renacer.cli.kubectl.api.Lookup;
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
public final class ClusterChecks {
    /** kernel.yama.ptrace_scope that forbids every attachment. */
    private static final int YAMA_NO_ATTACH = 3;

    private final KubernetesClient client;

    /** Makes no request yet. */
    public ClusterChecks(KubernetesClient client) {
        this.client = client;
    }

    /** The results. */
    public List<CheckResult> run() {
        List<CheckResult> results = new ArrayList<>();
        Lookup<List<TraceNode>> read =
                Lookup.of(() -> client.resources(TraceNode.class).list().getItems());
        if (read instanceof Lookup.Unreadable<List<TraceNode>>) {
            results.add(CheckResult.unreadableKind("node", "tracenodes"));
        } else {
            List<TraceNode> reported = read.found().orElse(List.of());
            results.addAll(nodes(reported));
            results.addAll(versions(reported));
        }
        results.addAll(sinks());
        results.add(policies());
        return results;
    }

    private List<CheckResult> nodes(List<TraceNode> reported) {
        Map<String, TraceNode> known = reported.stream()
                .collect(Collectors.toMap(node -> node.getMetadata().getName(), Function.identity()));
        Lookup<List<Node>> nodes = Lookup.of(() -> client.nodes().list().getItems());
        List<CheckResult> results = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(known.keySet());
        if (nodes instanceof Lookup.Found<List<Node>>(List<Node> found)) {
            names.clear();
            found.stream()
                    .filter(node -> node.getSpec() == null
                            || !Boolean.TRUE.equals(node.getSpec().getUnschedulable()))
                    .forEach(node -> names.add(node.getMetadata().getName()));
        } else {
            results.add(CheckResult.unreadable("nodes", "nodes: one without an agent would not be noticed"));
        }
        AgentReadiness agents = AgentReadiness.read(client);
        for (String name : names) {
            CheckResult result = TargetChecks.ofNode("node", name, known.get(name), agents);
            results.add(result.verdict() == CheckResult.Verdict.OK ? withKernel(result, known.get(name)) : result);
        }
        return results;
    }

    /** Of a node that can be traced: what its kernel is like. */
    private static CheckResult withKernel(CheckResult result, @Nullable TraceNode node) {
        TraceNodeStatus status = node == null ? null : node.getStatus();
        if (node == null || status == null) {
            return result;
        }
        if (status.yamaPtraceScope() != null && status.yamaPtraceScope() >= YAMA_NO_ATTACH) {
            return CheckResult.no(
                    "node",
                    "node " + node.getMetadata().getName() + ": kernel.yama.ptrace_scope is "
                            + status.yamaPtraceScope(),
                    "set it to 2 or less in the node's configuration, and restart the node");
        }
        String kernel = ", kernel " + status.kernelVersion() + ", cgroup " + status.cgroupMode()
                + (status.yamaPtraceScope() == null ? "" : ", yama " + status.yamaPtraceScope());
        return CheckResult.ok("node", result.message() + kernel);
    }

    private static List<CheckResult> versions(List<TraceNode> reported) {
        TreeSet<String> agents = reported.stream()
                .flatMap(node -> Optional.ofNullable(node.getStatus()).map(TraceNodeStatus::agentVersion).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        String plugin = ProjectVersion.current();
        if (agents.isEmpty()) {
            return List.of();
        }
        return List.of(
                agents.size() == 1 && agents.contains(plugin)
                        ? CheckResult.ok("versions", "plugin and agents are " + plugin)
                        : CheckResult.no(
                                "versions",
                                "plugin " + plugin + ", agents " + String.join(", ", agents),
                                "upgrade whichever is older; while an upgrade rolls out this passes"));
    }

    private List<CheckResult> sinks() {
        return switch (Lookup.of(() -> client.resources(TraceSink.class).list().getItems())) {
            case Lookup.Unreadable<List<TraceSink>> _ -> List.of(CheckResult.unreadable("sink", "tracesinks"));
            case Lookup.Absent<List<TraceSink>> _ -> List.of(noSink());
            case Lookup.Found<List<TraceSink>>(List<TraceSink> found) ->
                found.isEmpty()
                        ? List.of(noSink())
                        : found.stream()
                                .map(sink -> PolicyChecks.ofSink("sink", sink))
                                .toList();
        };
    }

    private static CheckResult noSink() {
        return CheckResult.no(
                "sink",
                "there is no TraceSink: every request would be refused",
                "create one named default, or set defaultSink in the chart's values");
    }

    private CheckResult policies() {
        return switch (Lookup.of(
                () -> client.resources(TracePolicy.class).list().getItems())) {
            case Lookup.Unreadable<List<TracePolicy>> _ -> CheckResult.unreadable("policies", "tracepolicies");
            case Lookup.Absent<List<TracePolicy>> _ ->
                CheckResult.ok("policies", "none: requests are limited by the schema alone");
            case Lookup.Found<List<TracePolicy>>(List<TracePolicy> found) ->
                CheckResult.ok(
                        "policies",
                        found.isEmpty()
                                ? "none: requests are limited by the schema alone"
                                : found.stream()
                                        .map(policy -> policy.getMetadata().getName())
                                        .collect(Collectors.joining(", ")));
        };
    }
}

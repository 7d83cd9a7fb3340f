// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import dev.renacer.cli.kubectl.api.Lookup;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the pods that are meant can be traced where they are. */
public final class TargetChecks {
    private final KubernetesClient client;

    /** Makes no request yet. */
    public TargetChecks(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The results.
     *
     * @param what  how the user named the pods
     */
    public List<CheckResult> run(Lookup<List<Pod>> pods, String what, String namespace) {
        return switch (pods) {
            case Lookup.Unreadable<List<Pod>> _ ->
                List.of(CheckResult.unreadable("pods", what + " in namespace " + namespace));
            case Lookup.Absent<List<Pod>> _ ->
                List.of(CheckResult.no(
                        "pods",
                        "there is no " + what + " in namespace " + namespace,
                        "check its name and the namespace (-n)"));
            case Lookup.Found<List<Pod>>(List<Pod> found) ->
                found.isEmpty()
                        ? List.of(CheckResult.no(
                                "pods",
                                what + " has no pods in namespace " + namespace + " now",
                                "a request waits for pods that start within its window; see: kubectl get pods -n "
                                        + namespace))
                        : ofPods(found);
        };
    }

    private List<CheckResult> ofPods(List<Pod> pods) {
        List<CheckResult> results = new ArrayList<>();
        pods.forEach(pod -> results.add(ofPod(pod)));
        SortedSet<String> nodes = pods.stream()
                .map(pod -> pod.getSpec().getNodeName())
                .filter(node -> node != null)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!nodes.isEmpty()) {
            results.addAll(ofNodes(nodes));
        }
        return results;
    }

    private static CheckResult ofPod(Pod pod) {
        String node = pod.getSpec().getNodeName();
        String name = pod.getMetadata().getName() + (node == null ? "" : " on " + node);
        Map<String, String> annotations = pod.getMetadata().getAnnotations() == null
                ? Map.of()
                : pod.getMetadata().getAnnotations();
        if ("true".equals(annotations.get(Renacer.DENY_ANNOTATION))) {
            return CheckResult.no(
                    "pod",
                    name + " is annotated " + Renacer.DENY_ANNOTATION + ": \"true\"",
                    "ask its owner to take the annotation away");
        }
        String runtime = pod.getSpec().getRuntimeClassName();
        String sandbox = runtime == null ? "" : runtime.toLowerCase(Locale.ROOT);
        if (sandbox.contains("gvisor") || sandbox.contains("runsc") || sandbox.contains("kata")) {
            return CheckResult.no(
                    "pod",
                    name + " runs in a sandbox (RuntimeClass " + runtime + "), whose processes the node cannot trace",
                    "trace a replica that runs without it");
        }
        String phase = pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? "Unknown"
                : pod.getStatus().getPhase();
        return phase.equals("Running")
                ? CheckResult.ok("pod", name + " is running")
                : CheckResult.no(
                        "pod",
                        name + " is " + phase,
                        "see: kubectl describe pod " + pod.getMetadata().getName());
    }

    private List<CheckResult> ofNodes(SortedSet<String> nodes) {
        Lookup<List<TraceNode>> read =
                Lookup.of(() -> client.resources(TraceNode.class).list().getItems());
        if (read instanceof Lookup.Unreadable<List<TraceNode>>) {
            return List.of(CheckResult.unreadableKind("agent", "tracenodes"));
        }
        AgentReadiness agents = AgentReadiness.read(client);
        Map<String, TraceNode> known = read.found().orElse(List.of()).stream()
                .collect(Collectors.toMap(node -> node.getMetadata().getName(), Function.identity()));
        return nodes.stream()
                .map(node -> ofNode("agent", node, known.get(node), agents))
                .toList();
    }

    /** Whether the agent of a node can trace there. */
    static CheckResult ofNode(String subject, String node, @Nullable TraceNode trace, AgentReadiness agents) {
        if (trace == null || trace.getStatus() == null) {
            return CheckResult.no(
                    subject,
                    "node " + node + " has no agent that has reported",
                    "ask a cluster admin why: kubectl get pods -A -l app.kubernetes.io/component=agent"
                            + " --field-selector spec.nodeName=" + node);
        }
        if (Boolean.FALSE.equals(trace.getStatus().ptraceAllowed())) {
            return CheckResult.no(
                    subject,
                    "node " + node + ": " + trace.getStatus().ptraceMessage(),
                    "ask a cluster admin; 'kubectl renacer nodes -o wide' shows what the agent may");
        }
        String version = trace.getStatus().agentVersion();
        return switch (agents.of(trace)) {
            case READY -> CheckResult.ok(subject, "node " + node + " has a ready agent " + version);
            case STALE ->
                CheckResult.no(
                        subject,
                        "node " + node + " has an agent that is not ready",
                        "ask a cluster admin to see: kubectl get pods -A -l app.kubernetes.io/component=agent"
                                + " --field-selector spec.nodeName=" + node);
            case UNKNOWN ->
                CheckResult.unknown(
                        subject,
                        "node " + node + " had an agent " + version + " that could trace, at "
                                + trace.getStatus().updateTime() + "; whether it is ready now cannot be seen",
                        "a request shows WaitingForAgent or AgentMissing");
        };
    }
}

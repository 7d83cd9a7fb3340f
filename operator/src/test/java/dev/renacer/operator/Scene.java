// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkSpec;
import dev.renacer.operator.kube.JsonPatch;
import dev.renacer.operator.kube.UnreadableParts;
import dev.renacer.operator.metrics.OperatorMetrics;
import dev.renacer.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/**
 * An operator at work in one namespace and what a test does around it: the user's and kubelet's part through the API, and the
 * agents', which is to write a NodeTrace's status.
 */
final class Scene implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final KubernetesClient client;
    private final String namespace;
    private final Settings settings;
    private TraceOperator operator;

    Scene(KubernetesClient client, String namespace) {
        this(client, namespace, Settings.NONE);
    }

    Scene(KubernetesClient client, String namespace, Settings settings) {
        this.client = client;
        this.namespace = namespace;
        this.settings = settings;
        operator = startOperator();
    }

    @Override
    public void close() {
        operator.close();
    }

    /** As a crash and a new pod would. */
    void restartOperator() {
        operator.close();
        operator = startOperator();
    }

    private TraceOperator startOperator() {
        KubernetesClient own = new KubernetesClientBuilder()
                .withConfig(client.getConfiguration())
                .withKubernetesSerialization(UnreadableParts.tolerant())
                .build();
        TraceOperator started = new TraceOperator(
                own,
                own,
                new OperatorConfig(
                        Optional.of(namespace),
                        "operator-under-test",
                        Optional.empty(),
                        0,
                        false,
                        Level.INFO,
                        settings),
                Optional.empty(),
                new OperatorMetrics("test"),
                Assertions::fail);
        started.start();
        return started;
    }

    void sink(String name, String endpoint) {
        TraceSink sink = new TraceSink();
        sink.setMetadata(new ObjectMetaBuilder().withName(name).build());
        sink.setSpec(new TraceSinkSpec(endpoint, null, null));
        client.resource(sink).create();
    }

    TraceRequest request(String name, String spec) {
        return client.resource(Serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: TraceRequest
            metadata: {name: %s, namespace: %s}
            spec: %s
            """.formatted(name, namespace, spec), TraceRequest.class))
                .create();
    }

    void stop(String name) {
        client.resources(TraceRequest.class)
                .inNamespace(namespace)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
    }

    void delete(String name) {
        client.resources(TraceRequest.class)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    Optional<TraceRequest> find(String name) {
        return Optional.ofNullable(client.resources(TraceRequest.class)
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    /** A pod as scheduler and kubelet leave it once its container runs. */
    Pod runningPod(String name, String node, Map<String, String> labels, String container, String containerId) {
        return runningPod(name, node, labels, Map.of(), container, containerId);
    }

    /** As above, with annotations. */
    Pod runningPod(
            String name,
            String node,
            Map<String, String> labels,
            Map<String, String> annotations,
            String container,
            String containerId) {
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .withLabels(labels)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .withAutomountServiceAccountToken(false)
                        .addNewContainer()
                        .withName(container)
                        .withImage("localhost/pause:1")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        return running(name, container, containerId);
    }

    /** The container runs under this ID, as after a restart. */
    Pod running(String name, String container, String containerId) {
        Pod pod = client.pods().inNamespace(namespace).withName(name).require();
        PodStatus status = new PodStatusBuilder()
                .withPhase("Running")
                .withPodIP("10.1.2.3")
                .addNewContainerStatus()
                .withName(container)
                .withImage("localhost/pause:1")
                .withImageID("")
                .withReady(true)
                .withRestartCount(0)
                .withContainerID("containerd://" + containerId)
                .withNewState()
                .withNewRunning()
                .withStartedAt(Instant.now().toString())
                .endRunning()
                .endState()
                .endContainerStatus()
                .build();
        // Not an update: a controller may write the pod's metadata meanwhile, as that of Jobs does.
        return JsonPatch.sendStatus(client, new Pod(), pod.getMetadata(), JsonPatch.put("/status", status));
    }

    void deletePod(String name) {
        client.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
    }

    /** The request's NodeTraces, by node. */
    List<NodeTrace> nodeTraces(String request) {
        return client.resources(NodeTrace.class).inNamespace(namespace).list().getItems().stream()
                .filter(trace -> trace.getSpec().requestName().equals(request))
                .sorted(Comparator.comparing(trace -> trace.getSpec().nodeName()))
                .toList();
    }

    NodeTrace awaitNodeTrace(String request, String node) {
        return awaitNodeTrace(request, node, trace -> true);
    }

    NodeTrace awaitNodeTrace(String request, String node, Predicate<NodeTrace> condition) {
        return await("assignment of " + request + " to " + node)
                .until(
                        () -> nodeTraces(request).stream()
                                .filter(trace -> trace.getSpec().nodeName().equals(node))
                                .filter(condition)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** The agent traces every container of its NodeTrace. */
    void agentTraces(NodeTrace trace, TraceTotals totals) {
        agentReports(trace, NodeTracePhase.Tracing, TargetState.Tracing, null, null, totals, null);
    }

    /** The agent traces, but the sink does not take its spans. */
    void agentCannotExport(NodeTrace trace, TraceTotals totals, String why) {
        agentReports(trace, NodeTracePhase.Tracing, TargetState.Tracing, null, null, totals, why);
    }

    void agentFinishes(NodeTrace trace, TraceTotals totals) {
        agentReports(trace, NodeTracePhase.Finished, TargetState.Finished, null, null, totals, null);
    }

    void agentRefuses(NodeTrace trace, Reason reason, String message) {
        agentReports(trace, NodeTracePhase.Assigned, TargetState.Failed, reason, message, TraceTotals.NONE, null);
    }

    private void agentReports(
            NodeTrace trace,
            NodeTracePhase phase,
            TargetState state,
            @Nullable Reason reason,
            @Nullable String message,
            TraceTotals totals,
            @Nullable String exportFailure) {
        List<TargetStatus> targets = trace.getSpec().targets().stream()
                .map((Target target) -> new TargetStatus(
                        target.podUid(),
                        target.containerName(),
                        target.containerId(),
                        state.name(),
                        reason == null ? null : reason.name(),
                        message,
                        totals.processes() > 0 ? Instant.now().toString() : null,
                        totals))
                .toList();
        NodeTraceStatus status = new NodeTraceStatus(
                trace.getMetadata().getGeneration(),
                phase.name(),
                Instant.now().toString(),
                targets,
                totals,
                exportFailure,
                totals.spans() > 0 ? List.of("0af7651916cd43dd8448eb211c80319c") : List.of());
        client.resources(NodeTrace.class)
                .inNamespace(namespace)
                .withName(trace.getMetadata().getName())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON), JsonPatch.of(JsonPatch.put("/status", status)));
    }

    /** The agent has looked at the containers of its NodeTrace. */
    void agentLooked(NodeTrace trace, ContainerLook found) {
        NodeTraceStatus status = new NodeTraceStatus(
                trace.getMetadata().getGeneration(),
                NodeTracePhase.Finished.name(),
                Instant.now().toString(),
                List.of(),
                new TraceTotals(1, found.processes().size(), 0, 0, 0),
                null,
                null,
                null,
                null,
                List.of(found));
        client.resources(NodeTrace.class)
                .inNamespace(namespace)
                .withName(trace.getMetadata().getName())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON), JsonPatch.of(JsonPatch.put("/status", status)));
    }

    /** Waits until the sink's condition Ready has this value and reason. */
    Condition awaitSink(String name, String value, Reason reason) {
        return await("sink " + name + " Ready=" + value + " " + reason)
                .until(
                        () -> Optional.ofNullable(client.resources(TraceSink.class)
                                        .withName(name)
                                        .get())
                                .map(TraceSink::getStatus)
                                .flatMap(status ->
                                        Objects.requireNonNullElse(status.conditions(), List.<Condition>of()).stream()
                                                .filter(condition ->
                                                        condition.getType().equals("Ready"))
                                                .findFirst())
                                .orElse(null),
                        condition -> condition != null
                                && condition.getStatus().equals(value)
                                && condition.getReason().equals(reason.name()));
    }

    /** Waits until a condition has this value and reason. */
    Condition await(String request, ConditionType type, String value, Reason reason) {
        return await(request + " " + type + "=" + value + " " + reason)
                .until(
                        () -> find(request)
                                .flatMap(found -> Conditions.of(found.getStatus(), type))
                                .orElse(null),
                        condition -> condition != null
                                && condition.getStatus().equals(value)
                                && condition.getReason().equals(reason.name()));
    }

    void awaitGone(String request) {
        await(request + " gone")
                .until(() -> find(request).isEmpty() && nodeTraces(request).isEmpty());
    }

    void awaitNoNodeTraces(String request) {
        await("no assignments of " + request).until(() -> nodeTraces(request).isEmpty());
    }

    /** Reasons of the Events on a request, in the order they were written. */
    List<String> eventReasons(String request) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getName().equals(request))
                .sorted(Comparator.comparing(
                        (Event event) -> event.getMetadata().getName()))
                .map(Event::getReason)
                .toList();
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(100));
    }
}

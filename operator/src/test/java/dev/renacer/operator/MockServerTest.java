// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceTotals;
import dev.renacer.operator.kube.UnreadableParts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The operator against fabric8's mock server, which holds no schema: an object that a real one refuses is served here as a real one serves
 * what it stored under an earlier definition.
 */
@EnableKubernetesMockClient(crud = true)
class MockServerTest {
    private static final TraceTotals SOME = new TraceTotals(1, 1, 10, 10, 0);

    @SuppressWarnings("NullAway.Init") // set by the extension, anew for each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient tolerant;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Scene scene;

    @BeforeEach
    void startOperator() {
        tolerant = new KubernetesClientBuilder()
                .withConfig(client.getConfiguration())
                .withKubernetesSerialization(UnreadableParts.tolerant())
                .build();
        scene = new Scene(tolerant, "demo");
    }

    @AfterEach
    void stopOperator() {
        scene.close();
        tolerant.close();
    }

    @Test
    void tracesUntilStoppedAndLeavesNothingButTheRequest() {
        scene.sink(Renacer.DEFAULT_SINK, "http://127.0.0.1:4317");
        scene.runningPod("app", "node-1", Map.of("app", "demo"), "main", "0123");
        scene.request("demo", "{selector: {matchLabels: {app: demo}}}");

        NodeTrace trace = scene.awaitNodeTrace("demo", "node-1");
        assertThat(trace.getSpec().profile().maxSpansPerSecond()).isEqualTo(2000);
        scene.agentTraces(trace, SOME);
        scene.await("demo", ConditionType.Tracing, "True", Reason.Tracing);

        scene.stop("demo");
        scene.agentFinishes(
                scene.awaitNodeTrace(
                        "demo",
                        "node-1",
                        now -> Boolean.TRUE.equals(now.getSpec().stop())),
                SOME);
        scene.await("demo", ConditionType.Succeeded, "True", Reason.Completed);
        scene.awaitNoNodeTraces("demo");
        assertThat(scene.find("demo").orElseThrow().getStatus().totals()).isEqualTo(SOME);
        scene.delete("demo");
        scene.awaitGone("demo");
    }

    @Test
    void saysThatThereIsNoDefaultSink() {
        scene.request("sinkless", "{podName: app}");

        assertThat(scene.await("sinkless", ConditionType.Accepted, "False", Reason.NoDefaultSink)
                        .getMessage())
                .startsWith("There is no TraceSink \"default\": ");
        scene.delete("sinkless");
        scene.awaitGone("sinkless");
    }

    @Test
    void aRequestWithAFieldOfTheWrongTypeIsRefusedAndTheOthersAreServed() {
        var requests = client.genericKubernetesResources(ResourceDefinitionContext.fromResourceType(TraceRequest.class))
                .inNamespace("demo");
        requests.resource(Serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: TraceRequest
            metadata: {name: wrong, namespace: demo}
            spec: {podName: app, durationSeconds: ten}
            """, GenericKubernetesResource.class))
                .create();

        Awaitility.await("refused")
                .until(() ->
                        Serialization.asJson(requests.withName("wrong").get()).contains(Reason.InvalidSpec.name()));
        scene.request("right", "{podName: app}");
        scene.await("right", ConditionType.Accepted, "False", Reason.NoDefaultSink);
    }

    @Test
    void aReportWithAFieldOfTheWrongTypeIsPassedOverAndTheNextIsHeard() {
        scene.sink(Renacer.DEFAULT_SINK, "http://127.0.0.1:4317");
        scene.runningPod("app", "node-1", Map.of("app", "demo"), "main", "0123");
        scene.request("demo", "{podName: app}");
        NodeTrace trace = scene.awaitNodeTrace("demo", "node-1");
        client.genericKubernetesResources(ResourceDefinitionContext.fromResourceType(NodeTrace.class))
                .inNamespace("demo")
                .withName(trace.getMetadata().getName())
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON),
                        "[{\"op\": \"add\", \"path\": \"/status\", \"value\": {\"observedGeneration\": \"one\"}}]");

        scene.agentTraces(trace, SOME);
        scene.await("demo", ConditionType.Tracing, "True", Reason.Tracing);
    }
}

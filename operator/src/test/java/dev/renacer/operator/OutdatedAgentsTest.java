// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent that is older than its operator does not see a request's paths and peers, and would make spans of all calls. */
@EnableKubernetesMockClient(crud = true)
class OutdatedAgentsTest {
    private static final String ABLE = "features: {agentPod: agent-1, names: [PathsAndPeers]}";

    @SuppressWarnings("NullAway.Init") // set by the extension, anew for each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Scene scene;

    @BeforeEach
    void startOperator() {
        scene = new Scene(client, "demo");
        scene.sink(Renacer.DEFAULT_SINK, "http://127.0.0.1:4317");
        scene.runningPod("old", "node-1", Map.of("app", "demo"), "main", "0123");
        scene.runningPod("new", "node-2", Map.of("app", "demo"), "main", "4567");
    }

    @AfterEach
    void stopOperator() {
        scene.close();
    }

    @Test
    void aNodeWhoseAgentDoesNotKnowPathsIsLeftOutAndTheReasonIsTold() {
        agent("node-1", "agentVersion: 0.9.0");
        agent("node-2", ABLE);
        scene.request("some", "{selector: {matchLabels: {app: demo}}, paths: [/etc/hosts]}");

        NodeTrace trace = scene.awaitNodeTrace("some", "node-2");
        scene.agentTraces(trace, new TraceTotals(1, 1, 10, 10, 0));

        assertThat(scene.await("some", ConditionType.Degraded, "True", Reason.AgentOutdated)
                        .getMessage())
                .isEqualTo(
                        "1 container left out, such as old/main: The node's agent has not said that it knows spec.paths and"
                                + " spec.peers; one that does not know them would make spans of all calls");
        assertThat(scene.nodeTraces("some"))
                .extracting(one -> one.getSpec().nodeName())
                .containsExactly("node-2");
    }

    @Test
    void anOlderAgentThatTookOverTheNodeDoesNotInheritWhatTheNewerOneCould() {
        agent("node-1", "agentPod: agent-0, features: {agentPod: agent-1, names: [PathsAndPeers]}");
        scene.request("back", "{podName: old, peers: [':53']}");

        assertThat(scene.await("back", ConditionType.Tracing, "False", Reason.AgentOutdated)
                        .getMessage())
                .startsWith("old/main: The node's agent has not said");
        assertThat(scene.nodeTraces("back")).isEmpty();
    }

    @Test
    void withoutPathsAndPeersAnyAgentWillDo() {
        agent("node-1", "agentVersion: 0.9.0");
        scene.request("all", "{podName: old}");

        scene.awaitNodeTrace("all", "node-1");
    }

    private void agent(String node, String status) {
        client.resource(Serialization.unmarshal(
                        """
            apiVersion: renacer.dev/v1alpha1
            kind: TraceNode
            metadata: {name: %s}
            status: {agentPod: agent-1, %s}
            """.formatted(node, status).replace("agentPod: agent-1, agentPod", "agentPod"),
                        TraceNode.class))
                .create();
    }
}

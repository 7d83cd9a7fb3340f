// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.operator.agents.AgentSelector;
import dev.renacer.operator.request.RequestFinalizer;
import dev.renacer.operator.status.LoggedLines;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A live trace whose node or agent goes: it is reported, and its end waits for nobody. */
@EnableKubernetesMockClient(crud = true)
class LostAgentsTest {
    private static final TraceTotals SOME = new TraceTotals(1, 1, 10, 10, 0);
    private static final String HOME = "renacer-system";
    /** Shorter than the time for which the last report of an agent that is there would be waited for. */
    private static final Duration WITHOUT_WAITING = RequestFinalizer.GRACE.dividedBy(2);

    @SuppressWarnings("NullAway.Init") // set by the extension, anew for each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Scene scene;

    private final LoggedLines warnings = new LoggedLines("", Level.WARNING);

    @BeforeEach
    void traceOnANodeWithAnAgent() {
        warnings.start();
        client.resource(Serialization.unmarshal("""
            apiVersion: v1
            kind: Node
            metadata: {name: node-1}
            status: {conditions: [{type: Ready, status: 'True'}]}
            """, Node.class)).create();
        client.resource(Serialization.unmarshal("""
            apiVersion: v1
            kind: Pod
            metadata: {name: agent-1, namespace: %s, labels: {app: agent}}
            spec: {nodeName: node-1, containers: [{name: agent}]}
            status: {conditions: [{type: Ready, status: 'True'}]}
            """.formatted(HOME), Pod.class)).create();
        scene = new Scene(
                client,
                "demo",
                new Settings(
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        false,
                        Optional.of(new AgentSelector(HOME, Map.of("app", "agent")))));
        scene.sink(Renacer.DEFAULT_SINK, "http://127.0.0.1:9");
        scene.runningPod("app", "node-1", Map.of(), "main", "0123");
        scene.request("live", "{podName: app}");
        NodeTrace trace = scene.awaitNodeTrace("live", "node-1");
        scene.agentTraces(trace, SOME);
        scene.await("live", ConditionType.Tracing, "True", Reason.Tracing);
        scene.await("live", ConditionType.Degraded, "False", Reason.AsExpected);
    }

    @AfterEach
    void stopOperator() {
        scene.close();
        warnings.close();
    }

    /** They are heard of before requests are. */
    @Test
    void agentsThatAreThereBeforeTheOperatorAreNoError() {
        assertThat(warnings.lines()).isEmpty();
    }

    @Test
    void anAgentThatIsGoneIsToldAtOnceAndItsLastReportNotWaitedFor() {
        client.pods().inNamespace(HOME).withName("agent-1").delete();

        assertThat(scene.await("live", ConditionType.Degraded, "True", Reason.AgentMissing)
                        .getMessage())
                .startsWith("Node node-1 has no agent: ");

        scene.stop("live");
        awaitEnd();
        assertThat(scene.await("live", ConditionType.Degraded, "True", Reason.DetachTimedOut)
                        .getMessage())
                .contains("Node node-1 has no agent: ");
    }

    @Test
    void aNodeThatIsGoneIsToldAtOnceAndItsLastReportNotWaitedFor() {
        client.nodes().withName("node-1").delete();
        client.pods().inNamespace(HOME).withName("agent-1").delete();

        assertThat(scene.await("live", ConditionType.Degraded, "True", Reason.NodeLost)
                        .getMessage())
                .startsWith("Node node-1 is gone or not ready: ");

        scene.stop("live");
        awaitEnd();
    }

    private void awaitEnd() {
        Awaitility.await("end of the request")
                .atMost(WITHOUT_WAITING)
                .until(() -> Optional.ofNullable(
                                scene.find("live").orElseThrow().getStatus())
                        .map(TraceRequestStatus::completionTime)
                        .isPresent());
        assertThat(scene.find("live").orElseThrow().getStatus().totals())
                .as("figures last heard of")
                .isEqualTo(SOME.asLeast());
        scene.awaitNoNodeTraces("live");
    }
}

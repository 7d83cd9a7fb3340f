// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator against the server that stands in for the API server in the quickstart: no schema, no apply, no garbage collector. */
@EnableKubernetesMockClient(crud = true)
class StandInServerTest {
    private static final TraceTotals SOME = new TraceTotals(1, 1, 10, 10, 0);

    @SuppressWarnings("NullAway.Init") // set by the extension, anew for each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Scene scene;

    @BeforeEach
    void startOperator() {
        scene = new Scene(client, "demo");
    }

    @AfterEach
    void stopOperator() {
        scene.close();
    }

    @Test
    void tracesUntilStoppedAndLeavesNothingButTheRequest() {
        scene.sink(Renacer.DEFAULT_SINK, "http://127.0.0.1:4317");
        scene.runningPod("app", "node-1", Map.of("app", "demo"), "main", "0123");
        scene.request("demo", "{selector: {matchLabels: {app: demo}}}");

        NodeTrace assignment = scene.awaitAssignment("demo", "node-1");
        assertThat(assignment.getSpec().profile().maxSpansPerSecond()).isEqualTo(2000);
        scene.agentTraces(assignment, SOME);
        scene.await("demo", ConditionType.Tracing, "True", Reason.Tracing);

        scene.stop("demo");
        scene.agentFinishes(
                scene.awaitAssignment(
                        "demo",
                        "node-1",
                        trace -> Boolean.TRUE.equals(trace.getSpec().stop())),
                SOME);
        scene.await("demo", ConditionType.Succeeded, "True", Reason.Completed);
        scene.awaitNoAssignments("demo");
        assertThat(scene.find("demo").orElseThrow().getStatus().totals()).isEqualTo(SOME);
        scene.delete("demo");
        scene.awaitGone("demo");
    }

    @Test
    void holdsTheSchemasRulesWhereTheServerDoesNot() {
        scene.request("bad", "{durationSeconds: 0, syscalls: ['open at']}");

        assertThat(scene.await("bad", ConditionType.Accepted, "False", Reason.InvalidSpec)
                        .getMessage())
                .isEqualTo("exactly one of podName, selector and workloadRef must be set;"
                        + " durationSeconds is 0: it must be between 1 and 3600;"
                        + " syscalls: \"open at\" is neither a name, a class nor a /regular expression/");
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
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Somebody restored a backup, or copied a NodeTrace under another name. */
@EnableKubernetesMockClient(crud = true)
class SecondNodeTraceTest {
    @SuppressWarnings("NullAway.Init") // set by the extension
    private KubernetesClient client;

    @Test
    void aSecondNodeTraceOfOneNodeIsDeletedAndTheRequestGoesOn() {
        try (Scene scene = new Scene(client, "demo")) {
            scene.sink(Renacer.DEFAULT_SINK, "http://127.0.0.1:9");
            scene.runningPod("app", "node-1", Map.of(), "main", "0123");
            scene.request("live", "{podName: app}");
            NodeTrace own = scene.awaitNodeTrace("live", "node-1");
            scene.agentTraces(own, new TraceTotals(1, 1, 10, 10, 0));
            scene.await("live", ConditionType.Tracing, "True", Reason.Tracing);

            NodeTrace copy = new NodeTrace();
            copy.setMetadata(new ObjectMetaBuilder(own.getMetadata())
                    .withName("a-copy")
                    .withUid(null)
                    .withResourceVersion(null)
                    .build());
            copy.setSpec(own.getSpec());
            client.resource(copy).create();

            scene.running("app", "main", "4567");
            scene.awaitNodeTrace(
                    "live",
                    "node-1",
                    trace -> trace.getMetadata()
                                    .getName()
                                    .equals(own.getMetadata().getName())
                            && trace.getSpec().targets().stream()
                                    .map(Target::containerId)
                                    .toList()
                                    .equals(List.of("4567")));
            Awaitility.await("the copy is gone")
                    .untilAsserted(() -> assertThat(scene.nodeTraces("live"))
                            .extracting(trace -> trace.getMetadata().getName())
                            .containsExactly(own.getMetadata().getName()));
        }
    }
}

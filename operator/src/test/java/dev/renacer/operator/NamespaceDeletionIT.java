// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.operator.status.LoggedLines;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A namespace deleted while its pods are traced: nothing holds it up, and nobody keeps trying. */
@Tag(RealApiServer.TAG)
class NamespaceDeletionIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final TraceTotals SOME = new TraceTotals(1, 2, 300, 300, 0);

    @Test
    void theNamespaceGoesAndTheLogStaysQuiet() {
        String namespace = SERVER.namespace();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> SERVER.client()
                                .serviceAccounts()
                                .inNamespace(namespace)
                                .withName("default")
                                .get()
                        != null);
        LoggedLines warnings = new LoggedLines("", Level.WARNING);
        try (Scene scene = new Scene(SERVER.client(), namespace)) {
            scene.sink(namespace, "http://127.0.0.1:9");
            scene.runningPod("app", "node-a", Map.of("app", "a"), "main", "0123");
            scene.request("live", "{selector: {matchLabels: {app: a}}, sinkRef: {name: " + namespace + "}}");
            scene.request("waiting", "{podName: nobody, sinkRef: {name: " + namespace + "}}");
            scene.agentTraces(scene.awaitNodeTrace("live", "node-a"), SOME);
            scene.await("live", ConditionType.Tracing, "True", Reason.Tracing);
            scene.await("waiting", ConditionType.Tracing, "False", Reason.NoPodMatches);

            warnings.start();
            SERVER.client().namespaces().withName(namespace).delete();
            Awaitility.await("namespace gone")
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            SERVER.client().namespaces().withName(namespace).get() == null);
        } finally {
            warnings.close();
            SERVER.client().resources(TraceSink.class).withName(namespace).delete();
        }
        assertThat(warnings.lines()).isEmpty();
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a TraceSink's condition Ready says, from the first look at its address to what the agents report. */
@EnableKubernetesMockClient(crud = true)
class SinkHealthTest {
    private static final TraceTotals SOME = new TraceTotals(1, 1, 10, 10, 0);

    @SuppressWarnings("NullAway.Init") // set by the extension, anew for each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Scene scene;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ServerSocket collector;

    @BeforeEach
    void start() throws IOException {
        collector = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        scene = new Scene(client, "demo");
    }

    @AfterEach
    void stop() throws IOException {
        scene.close();
        collector.close();
    }

    @Test
    void aNewSinkIsReachableIfItsAddressAnswers() {
        scene.sink("main", address());

        scene.awaitSink("main", "True", Reason.Reachable);
    }

    @Test
    void aNewSinkIsUnreachableIfNobodyListens() throws IOException {
        collector.close();
        scene.sink("main", address());

        assertThat(scene.awaitSink("main", "False", Reason.Unreachable).getMessage())
                .startsWith("127.0.0.1:" + collector.getLocalPort() + " refuses connections");
    }

    @Test
    void whatAgentsReportSaysMore() {
        scene.sink("main", address());
        scene.awaitSink("main", "True", Reason.Reachable);
        scene.runningPod("app", "node-1", Map.of(), "main", "0123");
        scene.request("live", "{podName: app, sinkRef: {name: main}}");
        NodeTrace trace = scene.awaitNodeTrace("live", "node-1");

        scene.agentCannotExport(trace, TraceTotals.NONE, "UNAUTHENTICATED: no token");
        assertThat(scene.awaitSink("main", "False", Reason.ExportFailed).getMessage())
                .isEqualTo("From node node-1: UNAUTHENTICATED: no token");

        scene.agentTraces(trace, SOME);
        scene.awaitSink("main", "True", Reason.Exported);
    }

    private String address() {
        return "http://127.0.0.1:" + collector.getLocalPort();
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.operator.scale.OperatorProcess;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas as processes of their own: one serves, the other takes over. */
@Tag(RealApiServer.TAG)
class LeaderElectionIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final RealOperators OPERATORS = new RealOperators(SERVER);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path logs;

    @AfterEach
    void deleteWhatLiesOutsideTheNamespace() {
        OPERATORS.deleteLease();
        SERVER.client().resources(TraceSink.class).withName(SERVER.namespace()).delete();
    }

    @Test
    void theStandbyCarriesALiveRequestOnWhenTheLeaderIsKilled() throws Exception {
        try (OperatorProcess first = replica("first")) {
            until("first ready", first::ready);
            until("first leads", () -> OPERATORS.holder().equals("first"));
            try (OperatorProcess second = replica("second")) {
                until("second stands by", second::ready);
                OPERATORS.create(TraceSink.class, "metadata: {name: NS}\nspec: {endpoint: 'http://127.0.0.1:9'}");
                OPERATORS.awaitServiceAccount();
                OPERATORS.runningPod("app", "app", "node-of-the-lease-test");
                OPERATORS.create(TraceRequest.class, """
                    metadata: {name: live, namespace: NS}
                    spec: {podName: app, sinkRef: {name: NS}}
                    """);
                until("assigned", () -> trace().isPresent());
                // Else it might be silent for too long by the time the lease has passed on, and would not be waited
                // for.
                SERVER.client()
                        .resource(trace().orElseThrow())
                        .subresource("status")
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"status\":{\"phase\":\"Tracing\",\"updateTime\":\"" + Instant.now() + "\"}}");
                assertThat(OPERATORS.holder()).isEqualTo("first");

                first.process().destroyForcibly().waitFor();
                SERVER.client()
                        .resources(TraceRequest.class)
                        .inNamespace(SERVER.namespace())
                        .withName("live")
                        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");

                until(
                        "second tells the agent to detach",
                        () -> trace().filter(trace ->
                                        Boolean.TRUE.equals(trace.getSpec().stop()))
                                .isPresent());
                assertThat(OPERATORS.holder()).isEqualTo("second");
            }
            // A clean stop gives the lease back: the next need not wait.
            assertThat(OPERATORS.holder()).isEmpty();
        }
    }

    @Test
    void aLeaderWhosePacketsAreDroppedIsGoneBeforeAnotherLeads() throws Exception {
        URI server = URI.create(SERVER.client().getConfiguration().getMasterUrl());
        try (DroppingProxy proxy = new DroppingProxy(new InetSocketAddress(server.getHost(), server.getPort()));
                OperatorProcess first = replica("first", proxied(proxy))) {
            until("first leads", () -> first.ready() && OPERATORS.holder().equals("first"));
            try (OperatorProcess second = replica("second")) {
                until("second stands by", second::ready);
                proxy.drop();
                until("second leads", () -> OPERATORS.holder().equals("second"));

                assertThat(first.process().isAlive()).isFalse();
                assertThat(first.process().exitValue()).isOne();
                assertThat(logs.resolve("first")).content().contains("lost the lease renacer-operator");
            }
        }
    }

    private Path proxied(DroppingProxy proxy) throws IOException {
        return Files.writeString(
                logs.resolve("kubeconfig"),
                Files.readString(SERVER.kubeconfig())
                        .replaceAll(
                                "server: *\"?https://[^\\s\",}]+\"?",
                                "server: \"https://127.0.0.1:" + proxy.port() + "\""));
    }

    private OperatorProcess replica(String name) throws IOException {
        return replica(name, SERVER.kubeconfig());
    }

    private OperatorProcess replica(String name, Path kubeconfig) throws IOException {
        return OPERATORS.replica(name, kubeconfig, logs.resolve(name));
    }

    private Optional<NodeTrace> trace() {
        return SERVER.client().resources(NodeTrace.class).inNamespace(SERVER.namespace()).list().getItems().stream()
                .findFirst();
    }

    private static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(condition);
    }
}

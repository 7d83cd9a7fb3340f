// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceSink;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.operator.scale.OperatorProcess;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas as processes of their own: one serves, the other takes over. */
class LeaderElectionIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    /** Not the traced namespace: an operator never traces its own. */
    private static final String LEASES = "kube-node-lease";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path logs;

    @AfterEach
    void deleteWhatLiesOutsideTheNamespace() {
        SERVER.client()
                .leases()
                .inNamespace(LEASES)
                .withName(LeaderElection.LEASE)
                .delete();
        SERVER.client().resources(TraceSink.class).withName(SERVER.namespace()).delete();
    }

    @Test
    void theStandbyCarriesALiveRequestOnWhenTheLeaderIsKilled() throws Exception {
        try (OperatorProcess first = replica("first")) {
            until("first ready", first::ready);
            until("first leads", () -> holder().equals("first"));
            try (OperatorProcess second = replica("second")) {
                until("second stands by", second::ready);
                create(TraceSink.class, "metadata: {name: NS}\nspec: {endpoint: 'http://127.0.0.1:9'}");
                runningPod();
                create(TraceRequest.class, """
                    metadata: {name: live, namespace: NS}
                    spec: {podName: app, sinkRef: {name: NS}}
                    """);
                until("assigned", () -> assignment().isPresent());
                // Else it might be silent for too long by the time the lease has passed on, and would not be waited
                // for.
                SERVER.client()
                        .resource(assignment().orElseThrow())
                        .subresource("status")
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"status\":{\"phase\":\"Tracing\",\"updateTime\":\"" + Instant.now() + "\"}}");
                assertThat(holder()).isEqualTo("first");

                first.process().destroyForcibly().waitFor();
                SERVER.client()
                        .resources(TraceRequest.class)
                        .inNamespace(SERVER.namespace())
                        .withName("live")
                        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");

                until(
                        "second tells the agent to detach",
                        () -> assignment()
                                .filter(trace ->
                                        Boolean.TRUE.equals(trace.getSpec().stop()))
                                .isPresent());
                assertThat(holder()).isEqualTo("second");
            }
            // A clean stop gives the lease back: the next need not wait.
            assertThat(holder()).isEmpty();
        }
    }

    @Test
    void aLeaderWhosePacketsAreDroppedIsGoneBeforeAnotherLeads() throws Exception {
        URI server = URI.create(SERVER.client().getConfiguration().getMasterUrl());
        try (DroppingProxy proxy = new DroppingProxy(new InetSocketAddress(server.getHost(), server.getPort()));
                OperatorProcess first = replica("first", proxied(proxy))) {
            until("first leads", () -> first.ready() && holder().equals("first"));
            try (OperatorProcess second = replica("second")) {
                until("second stands by", second::ready);
                proxy.drop();
                until("second leads", () -> holder().equals("second"));

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
        return new OperatorProcess(
                kubeconfig,
                Path.of("../libexec/operator.jvm-options"),
                logs.resolve(name),
                freePort(),
                Map.of(
                        "POD_NAME",
                        name,
                        "POD_NAMESPACE",
                        LEASES,
                        "RENACER_WATCH_NAMESPACE",
                        SERVER.namespace(),
                        "RENACER_LEADER_ELECTION",
                        "true"));
    }

    private String holder() {
        Lease lease = SERVER.client()
                .leases()
                .inNamespace(LEASES)
                .withName(LeaderElection.LEASE)
                .get();
        return lease == null
                ? ""
                : Optional.ofNullable(lease.getSpec().getHolderIdentity()).orElse("");
    }

    private Optional<NodeTrace> assignment() {
        return SERVER.client().resources(NodeTrace.class).inNamespace(SERVER.namespace()).list().getItems().stream()
                .findFirst();
    }

    private void runningPod() {
        Pod pod = create(Pod.class, """
            metadata: {name: app, namespace: NS}
            spec:
              nodeName: node-of-the-lease-test
              automountServiceAccountToken: false
              containers: [{name: main, image: 'localhost/pause:1'}]
            """);
        pod.setStatus(Serialization.unmarshal("""
            phase: Running
            containerStatuses:
            - {name: main, image: i, imageID: '', ready: true, restartCount: 0, containerID: 'containerd://0123',
               state: {running: {startedAt: '2026-01-01T00:00:00Z'}}}
            """, io.fabric8.kubernetes.api.model.PodStatus.class));
        SERVER.client().resource(pod).updateStatus();
    }

    private static <T extends io.fabric8.kubernetes.api.model.HasMetadata> T create(Class<T> type, String yaml) {
        return SERVER.client()
                .resource(Serialization.unmarshal(yaml.replace("NS", SERVER.namespace()), type))
                .create();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(condition);
    }
}

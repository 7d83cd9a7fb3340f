// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TracePolicySpec;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkSpec;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.operator.install.DefaultObjects;
import dev.renacer.operator.install.Uninstall;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Uninstalling against a real API server: in order while the operator is there, and what is left once it is gone. */
@Tag(RealApiServer.TAG)
class UninstallIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final Duration AT_ONCE = Duration.ZERO;
    private static final String POD = "{podName: web, sinkRef: {name: uninstall-it}}";
    private static final TraceSinkSpec SINK = new TraceSinkSpec("http://collector:4317", null, null);

    private final List<String> lines = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    private KubernetesClient client;

    @BeforeEach
    void aSink() {
        client = SERVER.client();
        client.resource(sink("uninstall-it", "{}")).create();
    }

    @AfterEach
    void nothing() {
        client.resource(sink("uninstall-it", "{}")).delete();
        client.resource(sink(Renacer.DEFAULT_SINK, "{}")).delete();
        client.resources(TracePolicy.class).withName(Renacer.DEFAULT_POLICY).delete();
        client.resources(TraceRequest.class).inNamespace(SERVER.namespace()).delete();
        client.pods().inNamespace(SERVER.namespace()).withGracePeriod(0).delete();
    }

    @Test
    void aLiveTraceEndsInOrderBeforeTheProgramsGo() throws Exception {
        try (Scene scene = new Scene(client, SERVER.namespace())) {
            scene.runningPod("web", "node-a", Map.of(), "app", "c1");
            scene.request("live", POD);
            scene.agentTraces(scene.awaitNodeTrace("live", "node-a"), totals());

            CompletableFuture<Void> ending = CompletableFuture.runAsync(() -> endTraces(Uninstall.PATIENCE));
            NodeTrace told = scene.awaitNodeTrace("live", "node-a", UninstallIT::isToldToStop);
            assertThat(ending).as("waits for the agent").isNotDone();
            scene.agentFinishes(told, totals());
            ending.get(1, TimeUnit.MINUTES);

            TraceRequest live = scene.find("live").orElseThrow();
            assertThat(live.getStatus().completionTime()).isNotNull();
            assertThat(live.getFinalizers()).isEmpty();
            assertThat(scene.nodeTraces("live")).isEmpty();
            assertThat(lines).containsExactly("stopped TraceRequest " + id("live"), "no trace is live");
        }
    }

    @Test
    void aRequestThatWaitsForItsSinkIsStoppedAndAFinishedOneLeftAlone() {
        try (Scene scene = new Scene(client, SERVER.namespace())) {
            scene.request("over", "{podName: web, sinkRef: {name: nowhere}, stop: true}");
            scene.await("over", ConditionType.Accepted, "False", Reason.Stopped);
            scene.request("waiting", "{podName: web, sinkRef: {name: nowhere}}");
            scene.await("waiting", ConditionType.Accepted, "False", Reason.SinkNotFound);

            endTraces(Uninstall.PATIENCE);

            scene.await("waiting", ConditionType.Accepted, "False", Reason.Stopped);
            assertThat(lines).containsExactly("stopped TraceRequest " + id("waiting"), "no trace is live");
        }
    }

    @Test
    void withoutAnOperatorTheWaitEndsAndSaysWhoIsNotOver() {
        request("stuck", "[]");

        endTraces(AT_ONCE);

        assertThat(lines)
                .containsExactly(
                        "stopped TraceRequest " + id("stuck"),
                        "not over after 0 s: " + id("stuck") + "; agents detach when they stop");
    }

    @Test
    void whatTheProgramsMadeIsDeletedAndTheirFinalizerTakenOff() throws Exception {
        request("stuck", "[renacer.dev/detach, example.com/other]");
        request("free", "[]");
        TraceRequest leaving = request("leaving", "[renacer.dev/detach]");
        client.resource(leaving).delete();
        create(NodeTrace.class, "NodeTrace", "stuck-a", """
            spec:
              nodeName: node-a
              requestName: stuck
              requestUid: 0b6e8c1e-1111-4222-8333-944455556666
              targets: [{podName: web, podUid: u, namespace: %s, containerName: app, containerId: c}]
              notAfter: "2026-01-01T00:00:00Z"
              profile: {maxSpansPerSecond: 100}
              sink: {name: default, endpoint: "http://collector:4317", protocol: grpc}
            """.formatted(SERVER.namespace()));
        create(TraceNode.class, "TraceNode", "uninstall-it-a", "");
        client.resource(Serialization.unmarshal("""
            apiVersion: coordination.k8s.io/v1
            kind: Lease
            metadata: {name: renacer-operator, namespace: %s}
            spec: {holderIdentity: gone}
            """.formatted(SERVER.namespace()), Lease.class))
                .create();

        uninstall(DefaultObjects.NONE).cleanUp(AT_ONCE);

        assertThat(find("stuck").orElseThrow().getFinalizers()).containsExactly("example.com/other");
        assertThat(find("free")).isPresent();
        assertThat(find("leaving")).isEmpty();
        assertThat(client.resources(NodeTrace.class)
                        .inNamespace(SERVER.namespace())
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(client.resources(TraceNode.class).list().getItems()).isEmpty();
        assertThat(client.leases().inNamespace(SERVER.namespace()).list().getItems())
                .isEmpty();
        assertThat(lines)
                .contains(
                        "took the finalizer off TraceRequest " + id("stuck"),
                        "deleted NodeTrace " + id("stuck-a"),
                        "deleted TraceNode uninstall-it-a",
                        "deleted Lease " + id("renacer-operator"))
                .noneMatch(line -> line.contains("free"));

        client.resource(find("stuck").orElseThrow())
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    }

    @Test
    void defaultObjectsGoIfTheyAreAsTheOperatorMadeThem() throws Exception {
        DefaultObjects defaults = defaults(
                new TracePolicySpec(null, null, null, true, null, List.of("AllSyscalls"), null, null, null, null));
        defaults.ensure(client);

        uninstall(defaults).cleanUp(AT_ONCE);

        assertThat(lines).contains("deleted TraceSink default", "deleted TracePolicy default");
        assertThat(client.resources(TraceSink.class).withName("default").get()).isNull();
        assertThat(client.resources(TracePolicy.class).withName("default").get())
                .isNull();
    }

    @Test
    void defaultObjectsStayOnceAnAdminHasChangedOrMadeThem() throws Exception {
        DefaultObjects defaults = defaults(null);
        defaults.ensure(client);
        client.resources(TraceSink.class)
                .withName("default")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"endpoint\":\"http://other:4317\"}}");

        uninstall(defaults).cleanUp(AT_ONCE);
        assertThat(client.resources(TraceSink.class).withName("default").delete())
                .as("the changed one was still there")
                .isNotEmpty();

        client.resource(sink("default", "{}")).create();
        uninstall(defaults).cleanUp(AT_ONCE);
        assertThat(client.resources(TraceSink.class).withName("default").get())
                .as("the admin's own, with the same spec")
                .isNotNull();
    }

    private void endTraces(Duration patience) {
        try {
            uninstall(DefaultObjects.NONE).endTraces(patience);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Uninstall uninstall(DefaultObjects defaults) {
        return new Uninstall(
                client, Optional.of(SERVER.namespace()), Optional.of(SERVER.namespace()), defaults, lines::add);
    }

    private static DefaultObjects defaults(@Nullable TracePolicySpec policy) {
        return new DefaultObjects(Optional.of(SINK), Optional.ofNullable(policy));
    }

    private static boolean isToldToStop(NodeTrace trace) {
        NodeTraceSpec spec = trace.getSpec();
        return Boolean.TRUE.equals(spec.stop());
    }

    private static TraceTotals totals() {
        return TraceTotals.NONE;
    }

    private TraceRequest request(String name, String finalizers) {
        return client.resource(Serialization.unmarshal(
                        """
            apiVersion: renacer.dev/v1alpha1
            kind: TraceRequest
            metadata: {name: %s, namespace: %s, finalizers: %s}
            spec: %s
            """.formatted(name, SERVER.namespace(), finalizers, POD), TraceRequest.class))
                .create();
    }

    private static TraceSink sink(String name, String labels) {
        return Serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: TraceSink
            metadata: {name: %s, labels: %s}
            spec: {endpoint: "%s"}
            """.formatted(name, labels, SINK.endpoint()), TraceSink.class);
    }

    private <T extends HasMetadata> void create(Class<T> type, String kind, String name, String spec) {
        String namespace = kind.equals("NodeTrace") ? ", namespace: " + SERVER.namespace() : "";
        client.resource(Serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: %s
            metadata: {name: %s%s}
            %s
            """.formatted(kind, name, namespace, spec), type))
                .create();
    }

    private static Optional<TraceRequest> find(String name) {
        return Optional.ofNullable(SERVER.client()
                .resources(TraceRequest.class)
                .inNamespace(SERVER.namespace())
                .withName(name)
                .get());
    }

    private static String id(String name) {
        return SERVER.namespace() + "/" + name;
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.nodeagent.process.TestContainer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A node of the tests of the real agent: one container, the agent, a collector, and NodeTraces on a real API server. */
final class TestNode {
    static final Duration LIMIT = Duration.ofSeconds(60);

    final String name = "it-" + UUID.randomUUID();
    final TestContainer container = TestContainer.create();
    final TestCollector collector = new TestCollector();
    private final RealApiServer server;
    private final Path files;
    private AgentProcess agent;

    /**
     * Starts the agent.
     *
     * @param files  for its log, and for the credentials of sinks
     */
    TestNode(RealApiServer server, Path files) throws IOException {
        this.server = server;
        this.files = files;
        this.agent = AgentProcess.start(environment(), log());
    }

    /** The agent that was started last. */
    AgentProcess agent() {
        return agent;
    }

    /** Starts the next agent, after the end of the one before. */
    void startAgent() throws IOException {
        agent = AgentProcess.start(environment(), log());
    }

    /** Ends the agent and starts one with the capabilities that the chart gives it. */
    void confineAgent() throws Exception {
        agent.close();
        agent = AgentProcess.startConfined(environment(), log());
    }

    private Path log() {
        return files.resolve(name + ".log");
    }

    private Map<String, String> environment() {
        return Map.of(
                "NODE_NAME",
                name,
                "RENACER_HTTP_PORT",
                "0",
                "RENACER_COLOCATION",
                "true",
                "RENACER_SINKS",
                files.resolve("sinks").toString(),
                "RENACER_WATCH_NAMESPACE",
                server.namespace(),
                "KUBECONFIG",
                server.kubeconfig().toString());
    }

    void awaitAgent() {
        await().atMost(LIMIT)
                .until(() -> Optional.ofNullable(traceNode().get())
                        .map(TraceNode::getStatus)
                        .isPresent());
    }

    void awaitTraced(Process target) {
        await().atMost(LIMIT).until(() -> TestContainer.tracerOf(target) != 0);
    }

    void awaitUntraced(Process target) {
        await().atMost(LIMIT).until(() -> TestContainer.tracerOf(target) == 0);
    }

    /** The end of a window that no test waits for. */
    static Instant later() {
        return Instant.now().plus(Duration.ofMinutes(5));
    }

    /** To trace everything in the container. */
    NodeTraceSpec spec(Instant notAfter) {
        return spec(notAfter, Profile.everything(20_000), null);
    }

    NodeTraceSpec spec(Instant notAfter, Profile profile, @Nullable String credentials) {
        return new NodeTraceSpec(
                name,
                "request",
                UUID.randomUUID().toString(),
                List.of(new Target(
                        "shop-1",
                        container.podUid(),
                        "10.0.0.7",
                        server.namespace(),
                        "main",
                        container.containerId(),
                        "shop",
                        Map.of("k8s.deployment.name", "shop"))),
                notAfter.toString(),
                profile,
                new Sink("default", collector.endpoint(), "http/protobuf", credentials),
                "jane",
                "a test\nof the audit trail",
                null);
    }

    void create(String name, NodeTraceSpec spec) {
        NodeTrace trace = new NodeTrace();
        trace.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(server.namespace())
                .build());
        trace.setSpec(spec);
        server.client().resource(trace).create();
    }

    Resource<NodeTrace> trace(String name) {
        return server.client()
                .resources(NodeTrace.class)
                .inNamespace(server.namespace())
                .withName(name);
    }

    Resource<TraceNode> traceNode() {
        return server.client().resources(TraceNode.class).withName(name);
    }

    Optional<NodeTraceStatus> status(String name) {
        return Optional.ofNullable(trace(name).get()).map(NodeTrace::getStatus);
    }

    NodeTraceStatus awaitPhase(String name, String phase) {
        return await().atMost(LIMIT)
                .until(() -> status(name).filter(s -> phase.equals(s.phase())), Optional::isPresent)
                .orElseThrow();
    }

    /** The status of its only container. */
    static TargetStatus only(NodeTraceStatus status) {
        assertThat(status.targets()).hasSize(1);
        return Objects.requireNonNull(status.targets()).getFirst();
    }

    /** Ends everything. */
    void end() throws Exception {
        agent.close();
        collector.close();
        container.close();
        traceNode().delete();
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.awaitility.Awaitility.await;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.nodeagent.process.CgroupMode;
import dev.renacer.nodeagent.process.NodeFacts;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.runtime.AgentMetrics;
import dev.renacer.nodeagent.sink.SinkCredentials;
import dev.renacer.nodeagent.trace.DrivenTraces;
import dev.renacer.tracer.export.settings.OtlpSettings;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A node of the tests of the agent's logic: a server that knows no field selectors, a /proc of files, and traces that the test
 * drives. It begins with an agent that works.
 */
final class MockedNode implements AutoCloseable {
    static final String POD = "0b5f4b3c-8a1d-4c9e-9d5f-2f6f0e7a1b2c";
    static final String CONTAINER = "a".repeat(64);
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final Path procfs;
    private final DrivenTraces traces = new DrivenTraces();
    private final KubernetesClient unselective;
    private volatile CountDownLatch nodeWrites = new CountDownLatch(0);
    private NodeAgent agent;

    MockedNode(KubernetesClient client, Path procfs) {
        this.client = client;
        this.procfs = procfs;
        this.unselective = new KubernetesClientBuilder()
                .withConfig(client.getConfiguration())
                .withHttpClientBuilderConsumer(http -> {
                    http.addOrReplaceInterceptor("no field selectors", new WithoutFieldSelector());
                    http.addOrReplaceInterceptor("writes that hang", new HangingWrites());
                })
                .build();
        this.agent = newAgent();
        agent.start();
    }

    @Override
    public void close() {
        agent.close();
        unselective.close();
    }

    /** Ends the agent as SIGTERM does. */
    void endAgent() {
        agent.close();
    }

    /** Starts the next agent, after the end of the one before. */
    void startAgent() {
        agent = newAgent();
        agent.start();
    }

    /** What the agents have opened. */
    DrivenTraces traces() {
        return traces;
    }

    void process(int pid, String container) throws IOException {
        Path directory = Files.createDirectory(procfs.resolve(".new-" + pid));
        Files.writeString(directory.resolve("cgroup"), "0::/kubepods/pod" + POD + "/" + container + "\n");
        Files.move(directory, procfs.resolve(Integer.toString(pid)));
    }

    /** One in a container of this name. */
    void process(int pid, String container, String name) throws IOException {
        Path directory = Files.createDirectory(procfs.resolve(".named-" + pid));
        Files.writeString(
                directory.resolve("mountinfo"),
                "23 45 254:0 /var/lib/kubelet/pods/" + POD + "/containers/" + name
                        + "/0a1b2c3d /dev/termination-log rw - ext4 /dev/vda rw\n");
        Files.writeString(directory.resolve("cgroup"), "0::/kubepods/pod" + POD + "/" + container + "\n");
        Files.move(directory, procfs.resolve(Integer.toString(pid)));
    }

    static NodeTraceSpec spec(String node, String container) {
        return spec(node, container, Instant.now().plusSeconds(600));
    }

    static NodeTraceSpec spec(String node, String container, Instant notAfter) {
        return spec(node, container, notAfter.toString());
    }

    static NodeTraceSpec spec(String node, String container, String notAfter) {
        return new NodeTraceSpec(
                node,
                "request",
                "uid",
                List.of(new Target("p", POD, "10.0.0.1", "ns", "main", container, "shop", null)),
                notAfter,
                Profile.everything(500),
                new Sink("default", "http://127.0.0.1:9", "http/protobuf", null),
                null,
                null,
                null);
    }

    static NodeTraceSpec colocating(NodeTraceSpec spec) {
        return new NodeTraceSpec(
                spec.nodeName(),
                spec.requestName(),
                spec.requestUid(),
                spec.targets(),
                spec.notAfter(),
                new Profile(null, null, null, null, 500, null, null, true, null, null, null, null, null, null),
                spec.sink(),
                null,
                null,
                null);
    }

    static NodeTraceSpec stopped(NodeTraceSpec spec) {
        return new NodeTraceSpec(
                spec.nodeName(),
                spec.requestName(),
                spec.requestUid(),
                spec.targets(),
                spec.notAfter(),
                spec.profile(),
                spec.sink(),
                null,
                null,
                true);
    }

    void create(String name, NodeTraceSpec spec) {
        NodeTrace trace = new NodeTrace();
        trace.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace("ns").build());
        trace.setSpec(spec);
        client.resource(trace).create();
    }

    /** Replaces the spec, whatever version the NodeTrace has: the agent may write its status at any moment. */
    void edit(String name, NodeTraceSpec spec) {
        String json = client.getKubernetesSerialization().asJson(spec);
        resource(name)
                .patch(
                        PatchContext.of(PatchType.JSON),
                        "[{\"op\":\"replace\",\"path\":\"/spec\",\"value\":" + json + "}]");
    }

    Resource<NodeTrace> resource(String name) {
        return client.resources(NodeTrace.class).inNamespace("ns").withName(name);
    }

    NodeTrace get(String name) {
        return resource(name).get();
    }

    NodeTraceStatus awaitPhase(String name, String phase) {
        return await().atMost(LIMIT)
                .until(
                        () -> Optional.ofNullable(get(name).getStatus()).filter(s -> phase.equals(s.phase())),
                        Optional::isPresent)
                .orElseThrow();
    }

    NodeTraceStatus awaitState(String name, String state) {
        return await().atMost(LIMIT)
                .until(
                        () -> Optional.ofNullable(get(name).getStatus())
                                .filter(s ->
                                        !Objects.requireNonNull(s.targets()).isEmpty())
                                .filter(s -> only(s).state().equals(state)),
                        Optional::isPresent)
                .orElseThrow();
    }

    TraceNodeStatus awaitNode(int activeTraces) {
        return await().atMost(LIMIT)
                .until(
                        () -> Optional.ofNullable(client.resources(TraceNode.class)
                                        .withName("node-1")
                                        .get())
                                .map(TraceNode::getStatus)
                                .filter(s -> Objects.equals(s.activeTraces(), activeTraces)),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** This server appends to lists where a real one replaces them. */
    static TargetStatus latest(NodeTrace trace) {
        return Objects.requireNonNull(trace.getStatus().targets()).getLast();
    }

    /** The stand-in's merge appends to a list where RFC 7386 replaces it: the newest is the last. */
    static TargetStatus only(NodeTraceStatus status) {
        return Objects.requireNonNull(status.targets()).getLast();
    }

    private NodeAgent newAgent() {
        return newAgent(NodeAgent.STALLED_AFTER);
    }

    /** One that is not started yet. */
    NodeAgent newAgent(Duration stalledAfter) {
        AgentMetrics metrics = new AgentMetrics("1.2.3", () -> 0);
        return new NodeAgent(
                new AgentConfig(
                        "node-1",
                        Optional.empty(),
                        Optional.of("renacer-agent-x"),
                        Optional.of("renacer-system"),
                        procfs.resolve("sinks"),
                        true,
                        0),
                new NodeFacts(
                        "1.2.3",
                        "6.1.0-test",
                        "amd64",
                        Optional.of("not here"),
                        Optional.empty(),
                        CgroupMode.V2,
                        List.of("CAP_SYS_PTRACE"),
                        Optional.empty()),
                unselective,
                new ProcessFinder(procfs, 999_999),
                new ProcessFiles(procfs),
                () -> traces,
                new SinkCredentials(procfs.resolve("sinks"), OtlpSettings.defaults(), System::nanoTime),
                metrics,
                stalledAfter);
    }

    /** From now on a write of a TraceNode hangs until this is counted down. */
    CountDownLatch holdNodeWrites() {
        CountDownLatch release = new CountDownLatch(1);
        nodeWrites = release;
        return release;
    }

    private final class HangingWrites implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (request.uri().getPath().contains("/tracenodes")) {
                try {
                    nodeWrites.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** The stand-in knows field selectors of built-in kinds only and would select nothing. */
    private static final class WithoutFieldSelector implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            String uri = request.uri().toString();
            builder.uri(URI.create(uri.replaceAll("fieldSelector=[^&]*&?", "")));
        }
    }
}

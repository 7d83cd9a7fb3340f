// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.cluster;

import static org.awaitility.Awaitility.await;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkSpec;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.quickstart.otlp.OtlpReceiver;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Operator and agent as processes of this machine, which is a node of a real cluster, and a receiver that is the default sink. */
final class RealNode {
    /** The image of the pods: a busybox. */
    static final String IMAGE =
            Optional.ofNullable(System.getenv("RENACER_TEST_IMAGE")).orElse("busybox:1");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RealApiServer server;
    private final Path logs;
    private final String nodeName;
    private final OtlpReceiver receiver;
    private final TraceSink sink = new TraceSink();
    private final HostProcess operator;
    private HostProcess agent;

    private RealNode(RealApiServer server, Path logs, String nodeName) throws IOException {
        this.server = server;
        this.logs = logs;
        this.nodeName = nodeName;
        this.receiver = OtlpReceiver.start();
        // Cluster-scoped: a name of our own.
        sink.setMetadata(new ObjectMetaBuilder().withName(server.namespace()).build());
        sink.setSpec(new TraceSinkSpec(receiver.grpcEndpoint(), null, null, "None"));
        server.client().resource(sink).create();
        this.operator = HostProcess.start(logs, "renacer-operator", environment());
        this.agent = startAgent();
    }

    /** Starts them; traces go into the server's namespace alone. */
    static RealNode start(RealApiServer server, Path logs, String nodeName) throws IOException {
        return new RealNode(server, logs, nodeName);
    }

    /** The node that pods of tests are put on. */
    static String name(KubernetesClient client) {
        return client.nodes().list().getItems().getFirst().getMetadata().getName();
    }

    OtlpReceiver receiver() {
        return receiver;
    }

    /** Kills the agent as the kernel would when memory runs out. */
    void killAgent() throws InterruptedException {
        agent.kill();
    }

    /** A successor of the agent that was killed. */
    void restartAgent() throws IOException {
        agent = startAgent();
    }

    /** Asks for a trace of the pods with this label, app. */
    void request(String name, String app, int seconds) {
        TraceRequest request = new TraceRequest();
        request.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(server.namespace())
                .build());
        request.setSpec(
                Serialization.unmarshal("""
                selector: {matchLabels: {app: %s}}
                durationSeconds: %d
                sinkRef: {name: %s}
                """.formatted(app, seconds, server.namespace()), TraceRequestSpec.class));
        server.client().resource(request).create();
    }

    /** The processes in the cgroups of a pod, by their folders in /proc. */
    static List<Path> processesOf(String podUid) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .filter(path -> read(path.resolve("cgroup")).contains(podUid))
                    .toList();
        }
    }

    /** A process may be gone by the time it is looked at; then there is nothing to read. */
    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            return "";
        }
    }

    /** Waits until the pods that were told to go are gone. */
    static void awaitNoPods(RealApiServer server) {
        await().atMost(PATIENCE)
                .until(() -> server.client()
                        .pods()
                        .inNamespace(server.namespace())
                        .list()
                        .getItems()
                        .isEmpty());
    }

    private HostProcess startAgent() throws IOException {
        Map<String, String> environment = environment();
        environment.put("NODE_NAME", nodeName);
        return HostProcess.start(logs, "renacer-node-agent", environment);
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("KUBECONFIG", server.kubeconfig().toString());
        environment.put("RENACER_WATCH_NAMESPACE", server.namespace());
        environment.put("RENACER_HTTP_PORT", "0");
        return environment;
    }

    /** Ends the requests, then both, and the receiver. */
    void end() throws InterruptedException {
        var requests = server.client().resources(TraceRequest.class).inNamespace(server.namespace());
        requests.delete();
        await().atMost(PATIENCE).until(() -> requests.list().getItems().isEmpty());
        agent.end();
        operator.end();
        server.client().resource(sink).delete();
        receiver.close();
    }
}

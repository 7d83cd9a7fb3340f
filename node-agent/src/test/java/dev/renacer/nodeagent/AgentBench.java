// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import com.sun.net.httpserver.HttpServer;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.kubeconfig.ClusterAccess;
import dev.renacer.nodeagent.process.TestContainer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Measures the real agent: resident memory idle and while it traces containers one of which makes so many calls a
 * second, and idle again after that, by what it is for; its CPU time, spans sent and lost, the time from the assignment to
 * the first stop, and the time a SIGTERM takes.
 *
 * <p>Needs root, and the kubeconfig of a cluster with the definitions that RENACER_TEST_KUBECONFIG names. The agent gets
 * its access as in a pod: reading a kubeconfig loads some hundred classes more. Arguments: calls a second (20000),
 * containers (1), seconds (30), endpoint of a gRPC receiver (none: one of this program's, OTLP/HTTP). Run it with the
 * module's test class path. RENACER_BENCH_IMAGE names an unpacked image (libexec/image/unpack), whose agent is then
 * measured: with its Java runtime and its AOT cache.
 */
final class AgentBench {
    private static final Duration SETTLE = Duration.ofSeconds(12);

    /** Below the ports that the kernel gives to clients; not fixed, so that benchmarks can run side by side. */
    private static final int HTTP_PORT =
            20_000 + Math.toIntExact(ProcessHandle.current().pid() % 10_000);

    private AgentBench() {}

    /** See the class. */
    public static void main(String[] args) throws Exception {
        int calls = args.length > 0 ? Integer.parseInt(args[0]) : 20_000;
        int containers = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 30;
        Optional<String> sink = args.length > 3 ? Optional.of(args[3]) : Optional.empty();
        String node = "bench-" + ProcessHandle.current().pid();
        Path log = Files.createTempFile("renacer-agent-bench", ".log");
        Config config =
                ClusterAccess.fromKubeconfig(Path.of(Objects.requireNonNull(System.getenv("RENACER_TEST_KUBECONFIG"))));
        HttpServer receiver = receiver();
        try (KubernetesClient client =
                        new KubernetesClientBuilder().withConfig(config).build();
                AgentProcess agent = startAgent(access(config, node), log)) {
            awaitReady(agent);
            Thread.sleep(SETTLE);
            tell("idle", agent);
            List<TestContainer> targets = new ArrayList<>();
            try {
                Process busy = start(targets, containers, calls);
                Sink to = sink.map(endpoint -> new Sink("bench", endpoint, "grpc", null))
                        .orElseGet(() -> new Sink(
                                "bench",
                                "http://127.0.0.1:" + receiver.getAddress().getPort(),
                                "http/protobuf",
                                null));
                load(client, node, targets, to, busy, agent, seconds);
                end(client, node, busy);
                Thread.sleep(SETTLE);
                tell("idle after a trace", agent);
                assign(client, node, targets, to, busy);
                long begin = System.nanoTime();
                agent.terminate();
                int exit = agent.awaitExit(10);
                System.out.printf(
                        "SIGTERM with %d containers traced: exit %d after %d ms, tracer of the busy one %d%n",
                        containers, exit, (System.nanoTime() - begin) / 1_000_000, TestContainer.tracerOf(busy));
            } finally {
                client.resources(NodeTrace.class)
                        .inNamespace("default")
                        .withName(node)
                        .delete();
                for (TestContainer target : targets) {
                    target.close();
                }
            }
        } finally {
            receiver.stop(0);
        }
    }

    private static AgentProcess startAgent(Map<String, String> environment, Path log) throws IOException {
        String root = System.getenv("RENACER_BENCH_IMAGE");
        return root == null
                ? AgentProcess.start(environment, log)
                : AgentProcess.startImage(Path.of(root), environment, log);
    }

    private static void tell(String when, AgentProcess agent) throws IOException {
        System.out.printf("%s: %.1f MiB%n    %s%n", when, agent.residentKib() / 1024.0, ResidentMemory.of(agent.pid()));
    }

    /** Takes the assignment away and waits until the busy container is detached. */
    private static void end(KubernetesClient client, String node, Process busy) throws Exception {
        client.resources(NodeTrace.class).inNamespace("default").withName(node).delete();
        while (TestContainer.tracerOf(busy) != 0) {
            Thread.sleep(5);
        }
    }

    /** Takes everything and looks at nothing. */
    private static HttpServer receiver() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            try (exchange) {
                exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
                exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
        return server;
    }

    private static void awaitReady(AgentProcess agent) throws InterruptedException, IOException {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + HTTP_PORT + "/readyz"))
                .build();
        while (agent.isAlive()) {
            try {
                if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (ConnectException _) {
                // not up yet
            }
            Thread.sleep(200);
        }
        throw new IllegalStateException("the agent ended: " + agent.log());
    }

    private static Process start(List<TestContainer> targets, int containers, int calls) throws Exception {
        targets.add(TestContainer.create());
        Process busy = targets.getFirst()
                .start("exec '" + System.getProperty("java.home") + "/bin/java' -XX:+UseSerialGC -Xmx64m"
                        + " --enable-native-access=ALL-UNNAMED -cp '" + System.getProperty("java.class.path") + "' "
                        + PacedCalls.class.getName() + " " + calls);
        for (int i = 1; i < containers; i++) {
            targets.add(TestContainer.create());
            targets.getLast().start("while :; do sleep 0.5; done");
        }
        Thread.sleep(Duration.ofSeconds(3));
        return busy;
    }

    private static void assign(
            KubernetesClient client, String node, List<TestContainer> targets, Sink sink, Process busy)
            throws Exception {
        NodeTrace trace = new NodeTrace();
        trace.setMetadata(
                new ObjectMetaBuilder().withName(node).withNamespace("default").build());
        trace.setSpec(new NodeTraceSpec(
                node,
                node,
                node,
                targets.stream()
                        .map(t -> new Target("bench", t.podUid(), null, "default", "main", t.containerId(), null, null))
                        .toList(),
                Instant.now().plusSeconds(600).toString(),
                Profile.everything(100_000),
                sink,
                null,
                null,
                null));
        long assigned = System.nanoTime();
        client.resource(trace).create();
        while (TestContainer.tracerOf(busy) == 0) {
            Thread.sleep(5);
        }
        System.out.printf("assignment to attach: %d ms%n", (System.nanoTime() - assigned) / 1_000_000);
    }

    private static void load(
            KubernetesClient client,
            String node,
            List<TestContainer> targets,
            Sink sink,
            Process busy,
            AgentProcess agent,
            int seconds)
            throws Exception {
        assign(client, node, targets, sink, busy);
        long worst = 0;
        Duration cpu = agent.cpuTime();
        for (int i = 0; i < seconds; i++) {
            Thread.sleep(1000);
            worst = Math.max(worst, agent.residentKib());
        }
        TraceTotals totals = Optional.ofNullable(client.resources(NodeTrace.class)
                        .inNamespace("default")
                        .withName(node)
                        .get())
                .map(NodeTrace::getStatus)
                .map(NodeTraceStatus::totals)
                .orElse(TraceTotals.NONE);
        cpu = agent.cpuTime().minus(cpu);
        // The status of the tenth second is the last before the minute.
        System.out.printf(
                "under load: worst %.1f MiB, CPU %.1f s in %d s; status of the 10th second: %d calls, %d spans, %d lost%n",
                worst / 1024.0, cpu.toMillis() / 1000.0, seconds, totals.calls(), totals.spans(), totals.lost());
        tell("under load, at its end", agent);
    }

    private static Map<String, String> access(Config config, String node) {
        Map<String, String> environment = new HashMap<>();
        environment.put("NODE_NAME", node);
        environment.put("KUBERNETES_SERVICE_HOST", "in-a-pod");
        environment.put("KUBERNETES_AUTH_TRYKUBECONFIG", "false");
        environment.put("KUBERNETES_MASTER", config.getMasterUrl());
        environment.put("KUBERNETES_CERTS_CA_DATA", config.getCaCertData());
        environment.put("KUBERNETES_CERTS_CLIENT_DATA", config.getClientCertData());
        environment.put("KUBERNETES_CERTS_CLIENT_KEY_DATA", config.getClientKeyData());
        environment.put("RENACER_HTTP_PORT", Integer.toString(HTTP_PORT));
        return environment;
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.scale;

import dev.renacer.crds.TraceRequest;
import dev.renacer.kubeconfig.ClusterAccess;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Prints how long the operator takes to assign a thousand nodes, what memory it has and what it writes. Needs the kubeconfig of a
 * real API server that is otherwise idle, by RENACER_TEST_KUBECONFIG; the nodes and pods are plain objects. Cleans up.
 */
final class ScaleBench {
    private static final int NODES = Integer.getInteger("renacer.scale.nodes", 1000);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final SimulatedAgents agents;
    private final OperatorProcess operator;

    private ScaleBench(KubernetesClient client, SimulatedAgents agents, OperatorProcess operator) {
        this.client = client;
        this.agents = agents;
        this.operator = operator;
    }

    /** Takes the file with the operator's JVM options. */
    public static void main(String[] arguments) throws Exception {
        Path kubeconfig = Path.of(Objects.requireNonNull(
                System.getenv("RENACER_TEST_KUBECONFIG"), "set RENACER_TEST_KUBECONFIG to a kubeconfig"));
        Path log = Files.createTempFile("renacer-operator-", ".log");
        try (KubernetesClient client = new KubernetesClientBuilder()
                        .withConfig(ClusterAccess.fromKubeconfig(kubeconfig))
                        .build();
                OperatorProcess operator = new OperatorProcess(
                        kubeconfig,
                        Path.of(arguments[0]),
                        log,
                        Map.of("RENACER_WATCH_NAMESPACE", SimulatedCluster.NAMESPACE))) {
            until("operator ready", operator::ready);
            say("operator ready, idle: " + operator.memory()
                    + ", CPU %.2f s".formatted(operator.cpu().toMillis() / 1e3));
            long began = System.nanoTime();
            try (SimulatedCluster _ = new SimulatedCluster(client, NODES);
                    SimulatedAgents agents = new SimulatedAgents(client, SimulatedCluster.NAMESPACE)) {
                say(NODES + " nodes with a pod each made in " + seconds(began));
                ScaleBench bench = new ScaleBench(client, agents, operator);
                bench.run("1 request, " + NODES + " nodes", 1, "app: " + SimulatedCluster.APP);
                int groups = NODES / SimulatedCluster.GROUP;
                bench.run(groups + " requests, " + SimulatedCluster.GROUP + " nodes each", groups, "group: group-%d");
            }
            say("log of the operator: " + log);
        }
    }

    private void run(String what, int requests, String label) throws Exception {
        Map<String, Long> before = operator.writes();
        int agentWrites = agents.writes();
        agents.forget();
        Duration cpu = operator.cpu();
        long began = System.nanoTime();
        IntStream.range(0, requests).parallel().forEach(number -> request(number, label));
        String created = seconds(began);
        until(what + " assigned", () -> agents.assigned() >= NODES);
        say(what + ": all assigned " + seconds(began) + " after the first was applied (applying took " + created + "), "
                + cpu(cpu));
        until(what + " told in the status", () -> nodesInStatus() >= NODES);
        say("  every node in the requests' status after " + seconds(began) + ", " + cpu(cpu));
        say("  memory: " + operator.memory());
        // The first minute, with the agents' figures at 2 s, 10 s and 60 s.
        until(
                "a minute has passed",
                () -> System.nanoTime() - began > Duration.ofSeconds(62).toNanos());
        report("  operator's writes of the first minute, " + cpu(cpu) + ": ", before);
        say("  agents' writes of the first minute: " + (agents.writes() - agentWrites));
        Duration cpuAtStop = operator.cpu();
        long stopped = System.nanoTime();
        IntStream.range(0, requests).parallel().forEach(this::stop);
        until(what + " over", () -> agents.present() == 0);
        say("  all ended and every NodeTrace gone " + seconds(stopped) + " after stop, " + cpu(cpuAtStop));
        report("  operator's writes in all: ", before);
        say("  memory: " + operator.memory());
        client.resources(TraceRequest.class)
                .inNamespace(SimulatedCluster.NAMESPACE)
                .delete();
        until(
                "requests gone",
                () -> client.resources(TraceRequest.class)
                        .inNamespace(SimulatedCluster.NAMESPACE)
                        .list()
                        .getItems()
                        .isEmpty());
    }

    private void request(int number, String label) {
        client.resource(Serialization.unmarshal(
                        """
                        apiVersion: renacer.dev/v1alpha1
                        kind: TraceRequest
                        metadata: {name: scale-%d, namespace: %s}
                        spec: {selector: {matchLabels: {%s}}, sinkRef: {name: %s}, durationSeconds: 600}
                        """.formatted(
                                        number,
                                        SimulatedCluster.NAMESPACE,
                                        label.formatted(number),
                                        SimulatedCluster.NAMESPACE),
                        TraceRequest.class))
                .create();
    }

    private void stop(int number) {
        client.resources(TraceRequest.class)
                .inNamespace(SimulatedCluster.NAMESPACE)
                .withName("scale-" + number)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
    }

    private int nodesInStatus() {
        return client.resources(TraceRequest.class).inNamespace(SimulatedCluster.NAMESPACE).list().getItems().stream()
                .filter(request ->
                        request.getStatus() != null && request.getStatus().nodes() != null)
                .mapToInt(request -> Objects.requireNonNull(request.getStatus().nodes()))
                .sum();
    }

    private void report(String what, Map<String, Long> before) throws Exception {
        Map<String, Long> now = operator.writes();
        before.forEach((kind, count) -> now.merge(kind, -count, Long::sum));
        now.values().removeIf(count -> count == 0);
        say(what + now);
    }

    /** The operator's since then. */
    private String cpu(Duration since) {
        return "CPU %.2f s".formatted(operator.cpu().minus(since).toMillis() / 1e3);
    }

    private static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }

    private static String seconds(long since) {
        return "%.2f s".formatted((System.nanoTime() - since) / 1e9);
    }

    private static void say(String line) {
        System.out.println(line);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.quickstart.otlp.ReceivedSpan;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A TraceRequest against real pods whose node is this machine. The image of the pods is named by RENACER_TEST_IMAGE (a busybox, by
 * default the one of Docker's library); a cluster whose nodes are elsewhere cannot run this.
 */
@Tag(RealApiServer.TAG)
class RealPodIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> IDENTITY = Set.of(
            "k8s.pod.name",
            "k8s.pod.uid",
            "k8s.pod.ip",
            "k8s.namespace.name",
            "k8s.container.name",
            "k8s.node.name",
            "container.id",
            "service.name");

    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    @TempDir
    Path logs;

    private KubernetesClient client;
    private RealNode node;

    @BeforeEach
    void startReceiverOperatorAndAgent() throws IOException {
        client = SERVER.client();
        client.resource(deployment(1)).create();
        Pod pod = await().atMost(PATIENCE)
                .until(() -> runningPods(1), pods -> pods.size() == 1)
                .getFirst();
        assumeThat(processesOf(pod))
                .as("NOT RUN: the pod's node " + pod.getSpec().getNodeName() + " is not this machine")
                .isNotEmpty();
        node = RealNode.start(SERVER, logs, pod.getSpec().getNodeName());
    }

    @AfterEach
    void stopAll() throws Exception {
        if (node != null) { // else its pod was not on this machine
            node.end();
        }
        client.resource(deployment(1)).withGracePeriod(0).delete();
        RealNode.awaitNoPods(SERVER);
    }

    @Test
    void aRequestBecomesSpansOfThatPodAndLeavesNothingBehind() throws IOException {
        Pod pod = runningPods(1).getFirst();
        node.request("slow-checkout", "checkout", 8);
        awaitCondition("slow-checkout", "Tracing", "True");
        TraceRequest done = awaitCondition("slow-checkout", "Succeeded", "True");

        List<ReceivedSpan> spans = node.receiver().spans();
        TraceTotals totals = totals(done);
        assertThat(totals.lost()).isZero();
        assertThat(totals.spans()).isEqualTo(spans.size());
        assertThat(spans)
                .filteredOn(span -> span.name().startsWith("process: "))
                .isNotEmpty();
        assertThat(spans)
                .filteredOn(span -> span.name().startsWith("syscall: "))
                .hasSizeGreaterThan(100);
        assertThat(spans).allSatisfy(span -> {
            assertThat(span.resource()).containsKeys(IDENTITY.toArray(String[]::new));
            assertThat(span.resource())
                    .containsEntry("k8s.pod.name", pod.getMetadata().getName());
            assertThat(span.resource())
                    .containsEntry("k8s.pod.uid", pod.getMetadata().getUid());
            assertThat(span.resource()).containsEntry("k8s.container.name", "shop");
            assertThat(span.resource()).containsEntry("service.name", "checkout");
        });
        assertEachCallLiesWithinItsProcess(spans);
        assertThat(tracerPids(pod)).as("TracerPid of each process of the pod").containsOnly(0);
        await().atMost(PATIENCE).until(() -> nodeTraces().isEmpty());
    }

    @Test
    void aPodThatStartsWithinTheWindowIsTracedToo() {
        node.request("two-pods", "checkout", 60);
        awaitCondition("two-pods", "Tracing", "True");
        client.resource(deployment(2)).update();
        await().atMost(PATIENCE).until(() -> podsSeen().size() == 2);
        client.resources(TraceRequest.class)
                .inNamespace(SERVER.namespace())
                .withName("two-pods")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        TraceRequest done = awaitCondition("two-pods", "Succeeded", "True");
        assertThat(totals(done).targets()).isEqualTo(2);
    }

    @Test
    void anAgentKilledWithinTheWindowLeavesTheTargetRunningAndItsSuccessorTakesUpTheAssignment() throws Exception {
        Pod pod = runningPods(1).getFirst();
        node.request("restarted", "checkout", 60);
        await().atMost(PATIENCE).until(() -> node.receiver().received() > 0);
        node.killAgent();
        await().atMost(PATIENCE).until(() -> tracerPids(pod).equals(Set.of(0)));
        long before = node.receiver().received();
        node.restartAgent();
        await().atMost(PATIENCE).until(() -> node.receiver().received() > before);
        assertThat(runningPods(1)
                        .getFirst()
                        .getStatus()
                        .getContainerStatuses()
                        .getFirst()
                        .getRestartCount())
                .isZero();
    }

    private TraceRequest awaitCondition(String name, String type, String status) {
        return await().atMost(PATIENCE)
                .until(
                        () -> client.resources(TraceRequest.class)
                                .inNamespace(SERVER.namespace())
                                .withName(name)
                                .get(),
                        request -> request.getStatus() != null
                                && request.getStatus().conditions() != null
                                && request.getStatus().conditions().stream()
                                        .anyMatch(condition -> is(condition, type, status)));
    }

    private static TraceTotals totals(TraceRequest request) {
        return requireNonNull(request.getStatus().totals(), "the status has no totals");
    }

    private static boolean is(Condition condition, String type, String status) {
        return condition.getType().equals(type) && condition.getStatus().equals(status);
    }

    private List<NodeTrace> nodeTraces() {
        return client.resources(NodeTrace.class)
                .inNamespace(SERVER.namespace())
                .list()
                .getItems();
    }

    private List<Pod> runningPods(int count) {
        List<Pod> running =
                client.pods().inNamespace(SERVER.namespace()).withLabel("app", "checkout").list().getItems().stream()
                        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
                        .toList();
        return running.size() < count ? List.of() : running;
    }

    private Set<String> podsSeen() {
        return node.receiver().spans().stream()
                .map(span -> span.resource().getOrDefault("k8s.pod.name", ""))
                .collect(Collectors.toSet());
    }

    private static void assertEachCallLiesWithinItsProcess(List<ReceivedSpan> spans) {
        Map<String, ReceivedSpan> roots = new HashMap<>();
        spans.stream()
                .filter(span -> span.name().startsWith("process: "))
                .forEach(span -> roots.put(span.spanId(), span));
        assertThat(spans)
                .filteredOn(span -> span.name().startsWith("syscall: "))
                .allSatisfy(call -> {
                    ReceivedSpan root = requireNonNull(roots.get(call.parentId()), () -> "no root for " + call);
                    assertThat(call.traceId()).isEqualTo(root.traceId());
                    assertThat(call.startNanos()).isGreaterThanOrEqualTo(root.startNanos());
                    assertThat(call.endNanos()).isLessThanOrEqualTo(root.endNanos());
                });
    }

    private static List<Path> processesOf(Pod pod) throws IOException {
        return RealNode.processesOf(pod.getMetadata().getUid());
    }

    private static Set<Integer> tracerPids(Pod pod) throws IOException {
        return processesOf(pod).stream()
                .map(path -> RealNode.read(path.resolve("status")))
                .flatMap(String::lines)
                .filter(line -> line.startsWith("TracerPid:"))
                .map(line ->
                        Integer.valueOf(line.substring("TracerPid:".length()).strip()))
                .collect(Collectors.toSet());
    }

    private static Deployment deployment(int replicas) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("checkout")
                .withNamespace(SERVER.namespace())
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", "checkout")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "checkout")
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(0L)
                .withNodeName(RealNode.name(SERVER.client())) // all on one node: the test runs one agent
                .addNewContainer()
                .withName("shop")
                .withImage(RealNode.IMAGE)
                .withImagePullPolicy("IfNotPresent")
                .withCommand(
                        "sh", "-c", "while true; do ls /etc >/dev/null; cat /nonexistent 2>/dev/null; sleep 0.1; done")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}

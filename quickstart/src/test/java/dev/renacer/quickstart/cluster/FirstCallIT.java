// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.quickstart.otlp.ReceivedSpan;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What starts in a pod that is asked for is traced from its program on: containers that crash at once, what kubectl exec runs, a
 * probe's command. On a machine that is busy with other things the agent may come too late for one of them, so each test waits for
 * one that is whole and tells how many there were.
 */
@Tag(RealApiServer.TAG)
class FirstCallIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    @TempDir
    Path logs;

    private KubernetesClient client;
    private RealNode node;

    @BeforeEach
    void startReceiverOperatorAndAgent() throws Exception {
        client = SERVER.client();
        create("idle", "app: idle", "command: [sleep, '1000']", "");
        Pod idle = await().atMost(PATIENCE)
                .until(
                        () -> pod("idle"),
                        pod -> "Running".equals(pod.getStatus().getPhase()));
        assumeThat(RealNode.processesOf(idle.getMetadata().getUid()))
                .as("NOT RUN: the pod's node " + idle.getSpec().getNodeName() + " is not this machine")
                .isNotEmpty();
        node = RealNode.start(SERVER, logs, idle.getSpec().getNodeName());
    }

    @AfterEach
    void stopAll() throws Exception {
        if (node != null) { // else its pod was not on this machine
            node.end();
        }
        client.pods().inNamespace(SERVER.namespace()).withGracePeriod(0).delete();
        RealNode.awaitNoPods(SERVER);
    }

    @Test
    void aLifeOfACrashLoopIsTracedFromItsExecveToItsLastError() throws Exception {
        node.request("crashy", "crashy", 300);
        await().atMost(PATIENCE).until(() -> is("crashy", "Accepted"));
        create(
                "crashy",
                "app: crashy",
                "command: [sh, -c, 'cat /etc/crashy.conf || exit 3']",
                "- {name: side, image: '%s', command: [sleep, '1000']}".formatted(RealNode.IMAGE));

        await().atMost(PATIENCE).until(() -> lives("crashy").values().stream().anyMatch(FirstCallIT::isWhole));

        lives("crashy")
                .forEach((id, life) -> System.out.printf(
                        "container %.8s: %d calls, %s%n", id, life.size(), isWhole(life) ? "whole" : "not whole"));
        List<ReceivedSpan> whole = lives("crashy").values().stream()
                .filter(FirstCallIT::isWhole)
                .findFirst()
                .orElseThrow();
        assertThat(whole).allSatisfy(span -> {
            assertThat(span.resource()).containsEntry("k8s.pod.name", "crashy");
            assertThat(span.resource()).containsKeys("container.id", "k8s.pod.uid", "service.name");
        });
        assertThat(whole).filteredOn(ReceivedSpan::failed).anySatisfy(span -> {
            assertThat(span.name()).startsWith("syscall: open");
            assertThat(span.attributes()).containsEntry("error.type", "ENOENT");
        });
    }

    @Test
    void whatKubectlExecRunsIsTracedFromItsExecveOn() throws Exception {
        node.request("idle", "idle", 300);
        await().atMost(PATIENCE).until(() -> is("idle", "Tracing"));

        await().atMost(PATIENCE).until(() -> {
            exec("cat", "/no/such/file");
            return anyFailsFromItsExecveOn("idle");
        });
    }

    @Test
    void aProbesCommandIsTracedFromItsExecveOn() throws Exception {
        node.request("probed", "probed", 300);
        await().atMost(PATIENCE).until(() -> is("probed", "Accepted"));
        create(
                "probed",
                "app: probed",
                "command: [sleep, '1000'], readinessProbe: {exec: {command: [cat, /ready]}, periodSeconds: 1}",
                "");
        await().atMost(PATIENCE).until(() -> anyFailsFromItsExecveOn("probed"));
    }

    /** Whether a process of the pod was traced from its execve to a call that failed for want of a file. */
    private boolean anyFailsFromItsExecveOn(String pod) {
        Map<String, List<ReceivedSpan>> byProcess = node.receiver().spans().stream()
                .filter(span -> pod.equals(span.resource().get("k8s.pod.name")))
                .filter(span -> span.name().startsWith("syscall: "))
                .collect(Collectors.groupingBy(ReceivedSpan::parentId));
        return byProcess.values().stream()
                .anyMatch(calls -> calls.stream().anyMatch(call -> call.name().equals("syscall: execve"))
                        && calls.stream().anyMatch(FirstCallIT::isMissingFile));
    }

    /** The calls of each life of the pod's first container, in the order they were made. */
    private Map<String, List<ReceivedSpan>> lives(String pod) {
        return node.receiver().spans().stream()
                .filter(span -> pod.equals(span.resource().get("k8s.pod.name")))
                .filter(span -> "main".equals(span.resource().get("k8s.container.name")))
                .filter(span -> span.name().startsWith("syscall: "))
                .sorted(Comparator.comparingLong(ReceivedSpan::startNanos))
                .collect(Collectors.groupingBy(
                        span -> span.resource().getOrDefault("container.id", ""), TreeMap::new, Collectors.toList()));
    }

    private static boolean isWhole(List<ReceivedSpan> life) {
        return life.getFirst().name().equals("syscall: execve")
                && life.stream().anyMatch(FirstCallIT::isMissingFile)
                && life.getLast().name().equals("syscall: exit_group");
    }

    private static boolean isMissingFile(ReceivedSpan span) {
        return "ENOENT".equals(span.attributes().get("error.type"));
    }

    private boolean is(String name, String condition) {
        TraceRequest request = client.resources(TraceRequest.class)
                .inNamespace(SERVER.namespace())
                .withName(name)
                .get();
        return request.getStatus() != null
                && request.getStatus().conditions() != null
                && request.getStatus().conditions().stream()
                        .anyMatch(told -> told.getType().equals(condition) && "True".equals(told.getStatus()));
    }

    private void exec(String... command) throws InterruptedException {
        try (ExecWatch watch = client.pods()
                .inNamespace(SERVER.namespace())
                .withName("idle")
                .inContainer("main")
                .writingOutput(OutputStream.nullOutputStream())
                .writingError(OutputStream.nullOutputStream())
                .exec(command)) {
            watch.exitCode().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    private Pod pod(String name) {
        return client.pods().inNamespace(SERVER.namespace()).withName(name).get();
    }

    private void create(String name, String labels, String container, String more) {
        client.resource(Serialization.unmarshal(
                        """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {%s}}
                spec:
                  nodeName: %s
                  terminationGracePeriodSeconds: 0
                  containers:
                  - {name: main, image: '%s', imagePullPolicy: IfNotPresent, %s}
                  %s
                """.formatted(
                                        name,
                                        SERVER.namespace(),
                                        labels,
                                        RealNode.name(client),
                                        RealNode.IMAGE,
                                        container,
                                        more),
                        Pod.class))
                .create();
    }
}

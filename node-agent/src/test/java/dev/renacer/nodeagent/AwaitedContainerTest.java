// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static dev.renacer.nodeagent.MockedNode.CONTAINER;
import static dev.renacer.nodeagent.MockedNode.LIMIT;
import static dev.renacer.nodeagent.MockedNode.POD;
import static dev.renacer.nodeagent.MockedNode.only;
import static dev.renacer.nodeagent.MockedNode.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.AwaitedContainer;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.nodeagent.trace.ContainerTrace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that start within the window, under an ID that the spec cannot name yet. */
@EnableKubernetesMockClient(crud = true)
@SuppressWarnings("NullAway.Init") // the extensions set the fields
class AwaitedContainerTest {
    private KubernetesClient client;

    @TempDir
    private Path procfs;

    private MockedNode node;

    @BeforeEach
    void start() {
        node = new MockedNode(client, procfs);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void findsAContainerThatStartsWithinTheWindow() throws IOException {
        node.create("late", spec("node-1", CONTAINER));
        assertThat(node.awaitState("late", "Waiting").phase()).isEqualTo("Assigned");
        node.process(20, CONTAINER);
        node.awaitState("late", "Tracing");
    }

    @Test
    void anAwaitedContainerIsTracedBeforeTheSpecCanNameIt() throws IOException {
        node.create("awaited", awaiting("main"));
        node.awaitPhase("awaited", "Assigned");

        node.process(20, CONTAINER, "main");

        NodeTraceStatus status = node.awaitState("awaited", "Tracing");
        assertThat(only(status).containerId()).isEqualTo(CONTAINER);
        assertThat(only(status).containerName()).isEqualTo("main");
        ContainerTrace.Parameters parameters = node.traces().opened().getFirst().parameters();
        assertThat(parameters.target())
                .isEqualTo(new Target("p", POD, "10.0.0.1", "ns", "main", CONTAINER, "shop", Map.of("a", "b")));

        node.edit("awaited", spec("node-1", CONTAINER));
        node.process(21, CONTAINER, "main");
        await().atMost(LIMIT)
                .until(() -> node.traces().opened().getFirst().pids().equals(Set.of(20, 21)));
        assertThat(node.traces().opened())
                .as("the spec names the same container")
                .hasSize(1);
    }

    @Test
    void otherContainersOfAnAwaitedPodAreLeftAlone() throws IOException {
        node.create("awaited", awaiting("main"));
        node.awaitPhase("awaited", "Assigned");
        node.process(20, "b".repeat(64), "sidecar");
        node.process(21, "c".repeat(64)); // a sandbox has no mounts of kubelet's
        node.process(22, CONTAINER, "main");
        node.awaitState("awaited", "Tracing");
        assertThat(node.traces().opened()).hasSize(1);
        assertThat(node.traces().opened().getFirst().pids()).containsExactly(22);
    }

    @Test
    void theNextLifeOfAContainerIsTracedUnderItsNewId() throws IOException {
        node.process(20, CONTAINER, "main");
        node.create("restarting", spec("node-1", CONTAINER));
        node.awaitState("restarting", "Tracing");

        node.process(30, "b".repeat(64), "main");
        await().atMost(LIMIT).until(() -> node.traces().opened().size() == 2);
        assertThat(node.traces().opened().get(1).parameters().target().containerId())
                .isEqualTo("b".repeat(64));
        await().atMost(LIMIT)
                .until(() ->
                        only(node.get("restarting").getStatus()).containerId().equals("b".repeat(64)));
    }

    @Test
    void aContainerThatIsAwaitedNoMoreIsLetGo() throws IOException {
        node.create("awaited", awaiting("main"));
        node.awaitPhase("awaited", "Assigned");
        node.process(20, CONTAINER, "main");
        node.awaitState("awaited", "Tracing");

        node.edit("awaited", awaiting());
        await().atMost(LIMIT).until(() -> node.traces().opened().getFirst().closed());
    }

    private static NodeTraceSpec awaiting(String... names) {
        NodeTraceSpec none = spec("node-1", CONTAINER);
        return new NodeTraceSpec(
                none.nodeName(),
                none.requestName(),
                none.requestUid(),
                List.of(),
                Stream.of(names)
                        .map(name -> new AwaitedContainer("p", POD, "10.0.0.1", "ns", name, "shop", Map.of("a", "b")))
                        .toList(),
                none.notAfter(),
                none.profile(),
                none.sink(),
                null,
                null,
                null);
    }
}

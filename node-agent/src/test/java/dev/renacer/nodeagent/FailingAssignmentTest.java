// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static dev.renacer.nodeagent.MockedNode.CONTAINER;
import static dev.renacer.nodeagent.MockedNode.LIMIT;
import static dev.renacer.nodeagent.MockedNode.only;
import static dev.renacer.nodeagent.MockedNode.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.nodeagent.trace.DrivenTraces;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Assignments of which the agent itself fails. */
@EnableKubernetesMockClient(crud = true)
@SuppressWarnings("NullAway.Init") // the extensions set the fields
class FailingAssignmentTest {
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
    void anAssignmentThatFailsIsLetGoAndBegunAnew() throws IOException {
        node.process(20, CONTAINER);
        node.traces().breakDown(1);
        node.create("failing", spec("node-1", CONTAINER));
        node.awaitState("failing", "Tracing");
        assertThat(node.traces().opened()).hasSize(2);
        assertThat(node.traces().opened().getFirst().closed()).isTrue();
        assertThat(node.traces().opened().getLast().pids()).containsExactly(20);
    }

    @Test
    void anAssignmentThatFailsEachTimeEndsWithAStatusThatSaysSo() throws IOException {
        node.process(20, CONTAINER);
        node.traces().breakDown(Integer.MAX_VALUE);
        node.create("failing", spec("node-1", CONTAINER));
        NodeTraceStatus status = node.awaitPhase("failing", "Finished");
        assertThat(only(status).state()).isEqualTo("Failed");
        assertThat(only(status).reason()).isEqualTo("InternalError");
        assertThat(only(status).message()).contains("the node's agent failed: StackOverflowError");
        assertThat(node.traces().opened()).hasSize(3).allMatch(DrivenTraces.DrivenTrace::closed);
    }

    @Test
    void anAssignmentThatIsDeletedWhileItWaitsIsNotBegunAnew() throws IOException {
        node.process(20, CONTAINER);
        node.traces().breakDown(1);
        node.create("failing", spec("node-1", CONTAINER));
        await().atMost(LIMIT)
                .until(() -> !node.traces().opened().isEmpty()
                        && node.traces().opened().getFirst().closed());
        node.resource("failing").delete();

        // Found by a look that comes after the moment at which the other would have been begun anew.
        String second = "b".repeat(64);
        node.create("next", spec("node-1", second));
        node.awaitState("next", "Waiting");
        node.process(30, second);
        node.awaitState("next", "Tracing");
        assertThat(node.traces().opened()).filteredOn(trace -> !trace.closed()).hasSize(1);
    }
}

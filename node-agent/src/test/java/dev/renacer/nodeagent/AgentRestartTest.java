// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static dev.renacer.nodeagent.MockedNode.CONTAINER;
import static dev.renacer.nodeagent.MockedNode.LIMIT;
import static dev.renacer.nodeagent.MockedNode.POD;
import static dev.renacer.nodeagent.MockedNode.colocating;
import static dev.renacer.nodeagent.MockedNode.latest;
import static dev.renacer.nodeagent.MockedNode.only;
import static dev.renacer.nodeagent.MockedNode.spec;
import static dev.renacer.nodeagent.MockedNode.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.NodeTraceStatus.TracedThread;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent takes up from the one before it, which ended or was killed. */
@EnableKubernetesMockClient(crud = true)
@SuppressWarnings("NullAway.Init") // the extensions set the fields
class AgentRestartTest {
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
    void threadsThatAKilledAgentLeftOnOneCpuAreToldAsLongAsTheStatusIsWritten() throws IOException {
        node.process(20, CONTAINER);
        node.endAgent();
        node.create("left", colocating(spec("node-1", CONTAINER)));
        node.resource("left").editStatus(trace -> {
            trace.setStatus(leftOnOneCpu());
            return trace;
        });
        node.startAgent();

        node.awaitState("left", "Tracing");
        assertThat(Objects.requireNonNull(latest(node.get("left")).colocation()).unrestored())
                .startsWith("threads that a killed agent has moved may still be on one CPU");
        node.edit("left", stopped(node.get("left").getSpec()));
        node.awaitPhase("left", "Finished");
        assertThat(Objects.requireNonNull(latest(node.get("left")).colocation()).unrestored())
                .startsWith("threads that a killed agent has moved may still be on one CPU");
    }

    @Test
    void anAgentThatEndsLeavesItsAssignmentToTheNextWhichCountsOn() throws IOException {
        node.process(20, CONTAINER);
        node.create("handed-on", spec("node-1", CONTAINER));
        node.awaitState("handed-on", "Tracing");
        node.endAgent();
        NodeTraceStatus left = node.awaitPhase("handed-on", "Assigned");
        assertThat(only(left).reason()).isEqualTo("AgentStopped");
        assertThat(node.traces().opened().getFirst().closed()).isTrue();

        node.startAgent();
        NodeTraceStatus again = node.awaitState("handed-on", "Tracing");
        assertThat(again.totals()).isEqualTo(new TraceTotals(1, 2, 20, 18, 2));
    }

    @Test
    void anAgentThatFindsAWindowOverFinishesIt() {
        node.endAgent();
        node.create("missed", spec("node-1", CONTAINER, Instant.now().minusSeconds(5)));
        node.startAgent();
        assertThat(only(node.awaitPhase("missed", "Finished")).reason()).isEqualTo("NotRunning");
        assertThat(node.traces().opened()).isEmpty();
    }

    @Test
    void whatAKilledAgentDidAfterItsLastReportIsToldAsUnknown() throws IOException {
        node.process(20, CONTAINER);
        node.endAgent();
        node.create("killed", spec("node-1", CONTAINER));
        TraceTotals known = new TraceTotals(1, 1, 100, 90, 0);
        node.resource("killed").editStatus(trace -> {
            trace.setStatus(new NodeTraceStatus(
                    1L,
                    "Tracing",
                    Instant.now().minusSeconds(12).toString(),
                    List.of(new TargetStatus(POD, "main", CONTAINER, "Tracing", null, null, null, known)),
                    known,
                    null,
                    null));
            return trace;
        });
        node.startAgent();

        await().atMost(LIMIT).until(() -> node.get("killed").getStatus().killedAgents() != null);
        NodeTraceStatus status = node.get("killed").getStatus();
        assertThat(Objects.requireNonNull(status.killedAgents()).count()).isEqualTo(1);
        assertThat(status.killedAgents().unknownMillis()).isGreaterThanOrEqualTo(12_000);
        assertThat(Objects.requireNonNull(status.totals()).isLeast()).isTrue();
        assertThat(status.totals().calls()).isGreaterThanOrEqualTo(100);
        node.edit("killed", stopped(node.get("killed").getSpec()));
        assertThat(Objects.requireNonNull(node.awaitPhase("killed", "Finished").totals())
                        .isLeast())
                .isTrue();
    }

    /** Of an agent that was killed; nobody can tell where its thread belongs. */
    private static NodeTraceStatus leftOnOneCpu() {
        Colocation colocation =
                new Colocation(1, null, List.of(new Affinity("none", 1, 900, List.of(new TracedThread(20, 20, 500)))));
        return new NodeTraceStatus(
                1L,
                "Tracing",
                "2026-01-01T00:00:00Z",
                List.of(new TargetStatus(
                        POD, "main", CONTAINER, "Waiting", null, null, null, TraceTotals.NONE, colocation)),
                TraceTotals.NONE,
                null,
                null);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static dev.renacer.nodeagent.MockedNode.CONTAINER;
import static dev.renacer.nodeagent.MockedNode.LIMIT;
import static dev.renacer.nodeagent.MockedNode.colocating;
import static dev.renacer.nodeagent.MockedNode.latest;
import static dev.renacer.nodeagent.MockedNode.only;
import static dev.renacer.nodeagent.MockedNode.spec;
import static dev.renacer.nodeagent.MockedNode.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.affinity.CpuSet;
import dev.renacer.capture.affinity.Placement;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TracedThread;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.nodeagent.trace.DrivenTraces;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's logic from a NodeTrace to its status. */
@EnableKubernetesMockClient(crud = true)
@SuppressWarnings("NullAway.Init") // the extensions set the fields
class NodeAgentTest {
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
    void attachesToTheProcessesOfTheContainerAndReports() throws IOException {
        node.process(20, CONTAINER);
        node.process(30, "b".repeat(64));
        node.create("one", spec("node-1", CONTAINER));

        NodeTraceStatus status = node.awaitState("one", "Tracing");
        assertThat(status.phase()).isEqualTo("Tracing");
        assertThat(status.totals()).isEqualTo(new TraceTotals(1, 1, 10, 9, 1));
        assertThat(status.firstTraceIds()).containsExactly("id-0");
        assertThat(node.traces().opened().getFirst().pids()).containsExactly(20);
        assertThat(node.traces().opened().getFirst().parameters().profile().maxSpansPerSecond())
                .isEqualTo(500);
    }

    @Test
    void noThreadIsMovedBeforeTheServerHoldsWhereItBelongs() throws IOException {
        node.process(20, CONTAINER);
        node.create("colocated", colocating(spec("node-1", CONTAINER)));
        node.awaitState("colocated", "Tracing");
        DrivenTraces.DrivenPlacements placements =
                node.traces().opened().getFirst().placements();
        Placement first = new Placement(20, 20, 500, 900, 1, CpuSet.parse("0-3"), false);
        Placement second = new Placement(20, 21, 501, 901, 1, CpuSet.parse("0-3"), false);
        placements.ask(first);
        placements.ask(second);

        await().atMost(LIMIT).until(() -> placements.permitted().containsAll(List.of(first, second)));

        assertThat(latest(node.get("colocated")).colocation())
                .extracting(Colocation::affinities)
                .isEqualTo(List.of(new Affinity(
                        "0-3", 1, 900, List.of(new TracedThread(20, 20, 500), new TracedThread(20, 21, 501)))));
    }

    @Test
    void leavesTheNodeTracesOfOtherNodesAlone() throws IOException {
        node.process(20, CONTAINER);
        node.create("other", spec("node-2", CONTAINER));
        node.create("mine", spec("node-1", CONTAINER));
        node.awaitState("mine", "Tracing");
        assertThat(node.get("other").getStatus()).isNull();
        assertThat(node.traces().opened()).hasSize(1);
    }

    @Test
    void addsAndRemovesContainersAsTheSpecSays() throws IOException {
        String second = "b".repeat(64);
        node.process(20, CONTAINER);
        node.process(30, second);
        node.create("changing", spec("node-1", CONTAINER));
        node.awaitState("changing", "Tracing");

        node.edit("changing", spec("node-1", second));
        await().atMost(LIMIT).until(() -> node.traces().opened().size() == 2);
        assertThat(node.traces().opened().get(1).pids()).containsExactly(30);
        await().atMost(LIMIT).until(() -> node.traces().opened().getFirst().closed());
        assertThat(node.traces().opened().getFirst().pids()).isEmpty();
    }

    @Test
    void stopTrueEndsIt() throws IOException {
        node.process(20, CONTAINER);
        node.create("stopped", spec("node-1", CONTAINER));
        node.awaitState("stopped", "Tracing");
        node.edit("stopped", stopped(node.get("stopped").getSpec()));
        NodeTraceStatus status = node.awaitPhase("stopped", "Finished");
        assertThat(only(status).reason()).isEqualTo("Stopped");
        assertThat(node.traces().opened().getFirst().closed()).isTrue();
    }

    @Test
    void theDeadlineEndsItAndItIsNotTakenUpAgain() throws IOException {
        node.process(20, CONTAINER);
        node.create("short", spec("node-1", CONTAINER, Instant.now().plusSeconds(3)));
        NodeTraceStatus status = node.awaitPhase("short", "Finished");
        assertThat(only(status).reason()).isEqualTo("DeadlineReached");
        assertThat(status.totals()).isEqualTo(new TraceTotals(1, 1, 10, 9, 1));
        assertThat(node.traces().opened()).hasSize(1);
    }

    @Test
    void deletionEndsIt() throws IOException {
        node.process(20, CONTAINER);
        node.create("deleted", spec("node-1", CONTAINER));
        node.awaitState("deleted", "Tracing");
        node.resource("deleted").delete();
        await().atMost(LIMIT).until(() -> node.traces().opened().getFirst().closed());
    }

    @Test
    void thatNobodyKnowsWhoHeldALockReachesTheStatus() throws IOException {
        node.process(20, CONTAINER);
        node.create("locks", spec("node-1", CONTAINER));
        node.awaitState("locks", "Tracing");
        node.traces().opened().getFirst().missLockHolder("/proc/locks cannot be read: permission denied");
        node.edit("locks", stopped(node.get("locks").getSpec()));
        assertThat(node.awaitPhase("locks", "Finished").lockHolderFailure())
                .isEqualTo("/proc/locks cannot be read: permission denied");
    }

    @Test
    void thatCallsMayBeMissingWhereTheyAreChosenReachesTheStatus() throws IOException {
        node.process(20, CONTAINER);
        node.create("choosy", spec("node-1", CONTAINER));
        node.awaitState("choosy", "Tracing");
        node.traces().opened().getFirst().failLookups(3);
        node.edit("choosy", stopped(node.get("choosy").getSpec()));
        NodeTraceStatus status = node.awaitPhase("choosy", "Finished");
        assertThat(Objects.requireNonNull(only(status).totals()).failedLookups())
                .isEqualTo(3);
        assertThat(Objects.requireNonNull(status.totals()).failedLookups()).isEqualTo(3);
    }

    @Test
    void aRefusalReachesTheStatusInTheEnginesWords() throws IOException {
        node.traces()
                .refuse(CaptureException.Reason.ALREADY_TRACED, "process 20 is traced by gdb (pid 9): end it first");
        node.process(20, CONTAINER);
        node.create("refused", spec("node-1", CONTAINER));
        NodeTraceStatus status = node.awaitState("refused", "Failed");
        assertThat(only(status).reason()).isEqualTo("AlreadyTraced");
        assertThat(only(status).message()).isEqualTo("process 20 is traced by gdb (pid 9): end it first");
    }

    @Test
    void aWindowThatCannotBeReadIsFinishedAtOnce() {
        node.create("broken", spec("node-1", CONTAINER, "tomorrow"));
        NodeTraceStatus status = node.awaitPhase("broken", "Finished");
        assertThat(only(status).message()).contains("notAfter is 'tomorrow'");
    }

    @Test
    void describesItsNodeAndHowManyTracesAreActive() throws IOException {
        TraceNodeStatus idle = node.awaitNode(0);
        assertThat(idle.kernelVersion()).isEqualTo("6.1.0-test");
        assertThat(idle.ptraceAllowed()).isFalse();
        assertThat(idle.ptraceMessage()).isEqualTo("not here");
        assertThat(idle.agentPod()).isEqualTo("renacer-agent-x");
        assertThat(idle.capabilities()).containsExactly("CAP_SYS_PTRACE");
        assertThat(List.of(
                        TraceNodeStatus.PATHS_AND_PEERS,
                        TraceNodeStatus.LOOKS,
                        TraceNodeStatus.TRACE_PARENT,
                        TraceNodeStatus.UNSAMPLED,
                        TraceNodeStatus.SAMPLING))
                .allMatch(idle::has);
        node.process(20, CONTAINER);
        node.create("counted", spec("node-1", CONTAINER));
        node.awaitNode(1);
    }

    @Test
    void isReadyOnceItKnowsItsNodeTracesAndAliveBefore() {
        node.endAgent();
        try (NodeAgent next = node.newAgent(NodeAgent.STALLED_AFTER)) {
            assertThat(next.sick()).isEmpty();
            assertThat(next.unready()).containsExactly("the NodeTraces of this node are not listed yet");

            next.start();

            await().atMost(LIMIT).until(() -> next.unready().isEmpty());
            assertThat(next.sick()).isEmpty();
        }
    }

    @Test
    void isNeitherAliveNorReadyOnceItsWorkHasStalled() {
        node.endAgent();
        CountDownLatch release = node.holdNodeWrites();
        try (NodeAgent next = node.newAgent(Duration.ZERO)) {
            next.start();

            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(next.sick()).anySatisfy(NodeAgentTest::saysThatTheWriteHangs);
                assertThat(next.unready()).anySatisfy(NodeAgentTest::saysThatTheWriteHangs);
            });
        } finally {
            release.countDown();
        }
    }

    private static void saysThatTheWriteHangs(String problem) {
        assertThat(problem).startsWith("TraceNode node-1: the current write has taken ");
    }
}

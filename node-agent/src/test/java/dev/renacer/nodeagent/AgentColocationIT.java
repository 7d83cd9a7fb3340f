// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.capture.affinity.CpuSet;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.NodeTraceStatus.TracedThread;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.nodeagent.process.TestContainer;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Co-location by the real agent: whose record of where threads belong is the NodeTrace. Root is needed. */
@Tag(RealApiServer.TAG)
class AgentColocationIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final int EXIT_WITHIN = 5;
    private static final Profile COLOCATED = new Profile(
            List.of("read"), null, null, null, 20_000, null, null, true, null, null, null, null, null, null);

    @TempDir
    private static Path files;

    private final TestNode node;

    AgentColocationIT() throws IOException {
        node = new TestNode(SERVER, files);
    }

    @BeforeEach
    void agentIsUp() {
        node.awaitAgent();
    }

    @AfterEach
    void end() throws Exception {
        node.end();
    }

    @Test
    void aThreadIsKeptOnItsTracersCpuAndGetsItsOwnBackAtTheEnd() throws Exception {
        Process target = busy();
        String before = TestContainer.cpusOf(target);
        assertThat(Objects.requireNonNull(node.traceNode().get().getStatus()).colocationAllowed())
                .isTrue();
        node.create("colocated", node.spec(TestNode.later(), COLOCATED, null));
        await().atMost(TestNode.LIMIT)
                .until(() -> CpuSet.parse(TestContainer.cpusOf(target)).size() == 1);
        assertThat(recorded("colocated").cpus()).isEqualTo(before);

        node.trace("colocated").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        Colocation last = Objects.requireNonNull(
                TestNode.only(node.awaitPhase("colocated", "Finished")).colocation());
        assertThat(TestContainer.cpusOf(target)).isEqualTo(before);
        assertThat(last.moves()).isPositive();
        assertThat(last.affinities()).isNull();
    }

    @Test
    void aThreadThatAKilledAgentLeftOnOneCpuGetsItsOwnBackFromTheNextAgent() throws Exception {
        Process target = busy();
        String before = TestContainer.cpusOf(target);
        node.create("left", node.spec(TestNode.later(), COLOCATED, null));
        await().atMost(TestNode.LIMIT)
                .until(() -> CpuSet.parse(TestContainer.cpusOf(target)).size() == 1);
        Affinity recorded = recorded("left");
        assertThat(recorded.cpus()).isEqualTo(before);
        assertThat(recorded.threads()).extracting(TracedThread::tid).contains((int) target.pid());

        node.agent().kill();
        node.agent().awaitExit(EXIT_WITHIN);
        node.awaitUntraced(target);
        assertThat(TestContainer.cpusOf(target)).isEqualTo(Integer.toString(recorded.cpu()));

        // Not traced again: what is seen below is the recovery alone.
        node.trace("left").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        node.startAgent();
        await().atMost(TestNode.LIMIT).until(() -> TestContainer.cpusOf(target).equals(before));
        assertThat(TestNode.only(node.awaitPhase("left", "Finished")).reason()).isEqualTo("Stopped");
        assertThat(target.isAlive()).isTrue();
    }

    @Test
    void aThreadThatTheNextAgentMayNotMoveStaysRecordedAndIsNamed() throws Exception {
        // Another user's: the agent that has not CAP_SYS_NICE must not touch it.
        Process target = busy("setpriv --reuid=65534 --clear-groups ");
        node.create("refused", node.spec(TestNode.later(), COLOCATED, null));
        await().atMost(TestNode.LIMIT)
                .until(() -> CpuSet.parse(TestContainer.cpusOf(target)).size() == 1);
        Affinity recorded = recorded("refused");
        node.agent().kill();
        node.agent().awaitExit(EXIT_WITHIN);
        node.awaitUntraced(target);

        node.confineAgent();
        Colocation left = await().atMost(TestNode.LIMIT)
                .until(
                        () -> node.status("refused").map(TestNode::only).map(TargetStatus::colocation),
                        colocation ->
                                colocation.filter(c -> c.unrestored() != null).isPresent())
                .orElseThrow();
        assertThat(left.unrestored())
                .startsWith("thread " + target.pid() + " of process " + target.pid() + " (CPU " + recorded.cpu()
                        + " instead of " + recorded.cpus() + ") stays where a killed agent has put it:")
                .contains("CAP_SYS_NICE is missing. On the node: taskset -cp " + recorded.cpus() + " " + target.pid());
        assertThat(Objects.requireNonNull(left.affinities()).getLast()).isEqualTo(recorded);
        assertThat(TestContainer.cpusOf(target)).isEqualTo(Integer.toString(recorded.cpu()));
        assertThat(target.isAlive()).isTrue();
    }

    /** A process that does nothing but call; aborts the test on a machine with one CPU. */
    private Process busy() throws IOException {
        return busy("");
    }

    /** As {@link #busy()}, run by another command. */
    private Process busy(String by) throws IOException {
        Process target = node.container.start("exec " + by + "dd if=/dev/zero of=/dev/null bs=1 status=none");
        Assumptions.assumeTrue(
                CpuSet.parse(TestContainer.cpusOf(target)).size() > 1, "one CPU only: nothing can be moved");
        return target;
    }

    private Affinity recorded(String name) {
        Colocation colocation = Objects.requireNonNull(
                TestNode.only(node.status(name).orElseThrow()).colocation());
        return Objects.requireNonNull(colocation.affinities()).getFirst();
    }
}

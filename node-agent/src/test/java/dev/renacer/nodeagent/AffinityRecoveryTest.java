// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CpuSet;
import dev.renacer.capture.Placement;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.NodeTraceStatus.TracedThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which threads are put right after a killed agent. */
class AffinityRecoveryTest {
    private static final String POD = "0b5f4b3c-8a1d-4c9e-9d5f-2f6f0e7a1b2c";
    private static final String CONTAINER = "a".repeat(64);
    private static final NodeTraceRef REF = new NodeTraceRef("ns", "name", "uid");
    private static final CpuSet OWN = CpuSet.parse("0-7");

    @TempDir
    private Path procfs;

    private final List<Placement> tried = new ArrayList<>();

    @Test
    void theRecordedThreadIsRestoredAsRecorded() throws Exception {
        thread(20, 21, 500);

        recovery().recover(REF, reported(new Affinity("0-7", 3, 900, List.of(new TracedThread(20, 21, 500)))));

        assertThat(tried).containsExactly(new Placement(20, 21, 500, 900, 3, OWN, true));
    }

    @Test
    void aThreadOfAnotherContainerIsLeftAloneWhateverTheRecordSays() throws Exception {
        thread(20, 21, 500);
        Files.writeString(procfs.resolve("20/cgroup"), "0::/kubepods/pod" + POD + "/" + "b".repeat(64) + "\n");

        recovery().recover(REF, reported(new Affinity("0-7", 3, 900, List.of(new TracedThread(20, 21, 500)))));

        assertThat(tried).isEmpty();
    }

    @Test
    void whatWasBornSinceMayHaveInheritedItsPlace() throws Exception {
        thread(20, 20, 400);
        thread(20, 21, 500);
        thread(20, 22, 950);
        thread(30, 30, 900);

        recovery().recover(REF, reported(new Affinity("0-7", 3, 900, List.of(new TracedThread(20, 21, 500)))));

        assertThat(tried).extracting(Placement::tid).containsExactly(21, 22, 30);
        assertThat(tried).extracting(Placement::startTicks).containsExactly(500L, 950L, 900L);
    }

    @Test
    void aThreadBornSinceRatherInheritedFromItsOwnProcess() throws Exception {
        thread(30, 31, 950);

        recovery()
                .recover(
                        REF,
                        reported(
                                new Affinity("0-7", 3, 900, List.of(new TracedThread(20, 20, 500))),
                                new Affinity("2-3", 3, 900, List.of(new TracedThread(30, 30, 600)))));

        assertThat(tried).singleElement().extracting(Placement::own).isEqualTo(CpuSet.parse("2-3"));
    }

    @Test
    void aRecordThatNamesNoCpusTouchesNobody() throws Exception {
        thread(20, 21, 500);

        recovery().recover(REF, reported(new Affinity("all", 3, 900, List.of(new TracedThread(20, 21, 500)))));

        assertThat(tried).isEmpty();
    }

    private AffinityRecovery recovery() {
        return new AffinityRecovery(new ProcessFinder(procfs, 999_999), new ProcessFiles(procfs), this::restore);
    }

    private boolean restore(Placement placement) throws CaptureException {
        tried.add(placement);
        return true;
    }

    private static NodeTraceStatus reported(Affinity... affinities) {
        TargetStatus target = new TargetStatus(
                POD,
                "main",
                CONTAINER,
                "Tracing",
                null,
                null,
                null,
                null,
                new Colocation(1, null, List.of(affinities)));
        return new NodeTraceStatus(1L, "Tracing", "t", List.of(target), null, null, null);
    }

    private void thread(int pid, int tid, long start) throws IOException {
        Path process = procfs.resolve(Integer.toString(pid));
        Path task = Files.createDirectories(process.resolve("task/" + tid));
        Files.writeString(process.resolve("cgroup"), "0::/kubepods/pod" + POD + "/" + CONTAINER + "\n");
        Files.writeString(task.resolve("stat"), tid + " (a b) S" + " 0".repeat(18) + " " + start + " 0 0\n");
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.colocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.affinity.CpuSet;
import dev.renacer.capture.affinity.Placement;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.NodeTraceStatus.TracedThread;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.status.NodeTraceRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which threads are put right after a killed agent. */
class AffinityRecoveryTest {
    private static final String POD = "0b5f4b3c-8a1d-4c9e-9d5f-2f6f0e7a1b2c";
    private static final String CONTAINER = "a".repeat(64);
    private static final NodeTraceRef REF = new NodeTraceRef("ns", "name", "uid");
    private static final ContainerCgroup CGROUP = new ContainerCgroup(POD, CONTAINER);
    private static final CpuSet OWN = CpuSet.parse("0-7");

    @TempDir
    private Path procfs;

    private final List<Placement> tried = new ArrayList<>();
    private final Set<Integer> refused = new HashSet<>();
    /** A CPU on which no thread is. */
    private int elsewhere = -1;

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
    void aRecordThatNamesNoCpusTouchesNobodyAndIsTold() throws Exception {
        thread(20, 21, 500);

        Map<ContainerCgroup, UnrestoredThreads> unrestored =
                recovery().recover(REF, reported(new Affinity("all", 3, 900, List.of(new TracedThread(20, 21, 500)))));

        assertThat(tried).isEmpty();
        assertThat(Objects.requireNonNull(unrestored.get(CGROUP)).message())
                .startsWith("threads that a killed agent has moved may still be on one CPU: ")
                .contains("all");
    }

    @Test
    void aThreadThatStaysOnOneCpuIsToldWithWhatToDoAndStaysRecorded() throws Exception {
        thread(20, 21, 500);
        thread(20, 22, 501);
        refused.add(21);

        Map<ContainerCgroup, UnrestoredThreads> unrestored = recovery()
                .recover(
                        REF,
                        reported(new Affinity(
                                "0-7", 3, 900, List.of(new TracedThread(20, 21, 500), new TracedThread(20, 22, 501)))));

        assertThat(tried).extracting(Placement::tid).containsExactly(22);
        assertThat(unrestored)
                .containsOnly(Map.entry(
                        CGROUP,
                        new UnrestoredThreads(
                                List.of(new Placement(20, 21, 500, 900, 3, OWN, true)),
                                "thread 21 of process 20 (CPU 3 instead of 0-7) stays where a killed agent has put it:"
                                        + " EPERM. On the node: taskset -cp 0-7 21")));
    }

    @Test
    void whatInheritedItsPlaceAndStaysThereKeepsItsOriginRecorded() throws Exception {
        thread(20, 31, 950);
        thread(20, 32, 951);
        refused.addAll(List.of(31, 32));

        UnrestoredThreads unrestored = Objects.requireNonNull(recovery()
                .recover(REF, reported(new Affinity("0-7", 3, 900, List.of(new TracedThread(20, 21, 500)))))
                .get(CGROUP));

        assertThat(unrestored.recorded()).containsExactly(new Placement(20, 21, 500, 900, 3, OWN, true));
        assertThat(unrestored.message())
                .startsWith(
                        "thread 31 of process 20 (CPU 3 instead of 0-7), thread 32 of process 20 (CPU 3 instead of 0-7)")
                .endsWith("On the node: taskset -cp 0-7 31, and so for each");
    }

    @Test
    void aThreadRecordedTwiceGetsTheCpusOfTheRecordThatFits() throws Exception {
        thread(20, 21, 500);
        elsewhere = 5;

        recovery()
                .recover(
                        REF,
                        reported(
                                new Affinity("2-3", 5, 950, List.of(new TracedThread(20, 21, 500))),
                                new Affinity("0-7", 3, 900, List.of(new TracedThread(20, 21, 500)))));

        assertThat(tried).extracting(Placement::cpu).containsExactly(5, 3);
    }

    @Test
    void whereEverythingIsRestoredNothingIsTold() throws Exception {
        thread(20, 21, 500);

        assertThat(recovery()
                        .recover(REF, reported(new Affinity("0-7", 3, 900, List.of(new TracedThread(20, 21, 500))))))
                .isEmpty();
    }

    private AffinityRecovery recovery() {
        return new AffinityRecovery(new ProcessFinder(procfs, 999_999), new ProcessFiles(procfs), this::restore);
    }

    private boolean restore(Placement placement) throws CaptureException {
        if (refused.contains(placement.tid())) {
            throw new CaptureException(CaptureException.Reason.PERMISSION_DENIED, 1, "EPERM");
        }
        tried.add(placement);
        return placement.cpu() != elsewhere;
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

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFinderTest {
    private static final ContainerCgroup SHOP =
            new ContainerCgroup("0b5f4b3c-8a1d-4c9e-9d5f-2f6f0e7a1b2c", "a".repeat(64));
    private static final ContainerCgroup SIDECAR = new ContainerCgroup(SHOP.podUid(), "b".repeat(64));
    private static final ContainerCgroup AGENT =
            new ContainerCgroup("11111111-2222-3333-4444-555555555555", "c".repeat(64));

    @TempDir
    private Path procfs;

    @Test
    void findsExactlyTheProcessesOfTheWantedContainersInOnePass() throws IOException {
        process(1, SHOP);
        process(300, SHOP);
        process(20, SHOP);
        process(30, SIDECAR);
        process(40, AGENT);
        Files.createDirectories(procfs.resolve("sys"));
        Files.createDirectory(procfs.resolve("77")); // gone between listing and reading: no cgroup file
        Files.createDirectory(procfs.resolve("2"));
        Files.writeString(procfs.resolve("2/cgroup"), "0::/\n"); // a kernel thread

        ProcessFinder finder = new ProcessFinder(procfs, 4_000_000);

        assertThat(finder.find(containers(SHOP))).containsOnlyKeys(SHOP).containsEntry(SHOP, List.of(20, 300));
        assertThat(finder.find(containers(SHOP, SIDECAR)))
                .containsOnlyKeys(SHOP, SIDECAR)
                .containsEntry(SIDECAR, List.of(30));
        assertThat(finder.find(containers())).isEmpty();
    }

    @Test
    void aContainerNeedsItsPodToo() throws IOException {
        process(20, SHOP);
        assertThat(new ProcessFinder(procfs, 9)
                        .find(containers(new ContainerCgroup(AGENT.podUid(), SHOP.containerId()))))
                .isEmpty();
    }

    @Test
    void neverFindsItselfNorItsOwnContainer() throws IOException {
        process(500, AGENT);
        process(501, AGENT);
        process(600, SHOP);
        assertThat(new ProcessFinder(procfs, 500).find(containers(AGENT))).isEmpty();
        assertThat(new ProcessFinder(procfs, 600).find(containers(SHOP))).isEmpty();
    }

    @Test
    void reportsAProcfsThatCannotBeListed() {
        ProcessFinder finder = new ProcessFinder(procfs.resolve("missing"), 1);
        assertThatThrownBy(() -> finder.find(containers(SHOP))).isInstanceOf(IOException.class);
    }

    @Test
    void aProcessThatIsThereAndCannotBeReadIsNoProcessThatIsGone() throws IOException {
        process(20, SHOP);
        ProcessFinder finder = new ProcessFinder(procfs, 9);
        Files.createDirectories(procfs.resolve("21/cgroup")); // as where no descriptor is left: it exists, open fails
        assertThatThrownBy(() -> finder.find(containers(SHOP)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("21/cgroup");

        Files.delete(procfs.resolve("21/cgroup"));
        assertThat(finder.find(containers(SHOP))).containsOnlyKeys(SHOP);
    }

    @Test
    void findsTheProcessesOfEveryContainerOfAnAwaitedPod() throws IOException {
        process(20, SHOP);
        process(30, SIDECAR);
        process(40, AGENT);
        ProcessFinder finder = new ProcessFinder(procfs, 9);
        assertThat(finder.find(new WantedProcesses(Set.of(), Set.of(SHOP.podUid()))))
                .containsOnlyKeys(SHOP, SIDECAR)
                .containsEntry(SHOP, List.of(20));
    }

    private static WantedProcesses containers(ContainerCgroup... containers) {
        return new WantedProcesses(Set.of(containers), Set.of());
    }

    private void process(int pid, ContainerCgroup container) throws IOException {
        Files.createDirectory(procfs.resolve(Integer.toString(pid)));
        Files.writeString(
                procfs.resolve(pid + "/cgroup"),
                "4:memory:/\n0::/kubepods/burstable/pod" + container.podUid() + "/" + container.containerId() + "\n");
    }
}

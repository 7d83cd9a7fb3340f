// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.ContainerLook.LookedProcess;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.TestContainer;
import dev.renacer.nodeagent.process.WantedProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks at real processes in cgroups named as kubelet names them. Root is needed. */
class ContainerLooksIT {
    private static final Path PROC = Path.of("/proc");
    private static final int ROOM = 64 << 10;

    private final TestContainer container = TestContainer.create();
    private final TestContainer stranger = TestContainer.create();
    private final ProcessFinder finder =
            new ProcessFinder(PROC, ProcessHandle.current().pid());
    private final ContainerLooks looks = new ContainerLooks(finder, new ProcessFiles(PROC));

    @AfterEach
    void end() throws IOException {
        // Also what a shell that is killed would leave behind.
        pids().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        container.close();
        stranger.close();
    }

    private ContainerLook look(@Nullable String arguments, int mostBytes) throws Exception {
        Profile profile = new Profile(
                null, null, null, null, 10, null, null, null, null, null, arguments, null, null, null, null, "Look",
                null, null, null, null);
        Target target = new Target("p", container.podUid(), null, "ns", "main", container.containerId(), null, null);
        return looks.look(target, profile, pids(), mostBytes);
    }

    private List<Integer> pids() throws IOException {
        ContainerCgroup own = new ContainerCgroup(container.podUid(), container.containerId());
        return finder.find(new WantedProcesses(Set.of(own), Set.of())).getOrDefault(own, List.of());
    }

    /** Waits until a process sleeps in its program's call. */
    private static void awaitAsleep(Process process, String wchan) {
        await().until(() ->
                Files.readString(PROC.resolve(process.pid() + "/wchan")).contains(wchan));
    }

    @Test
    void aReadFromAPipeIsToldWithTheWriterAndTheProcessIsNotTouched() throws Exception {
        Process reader = container.start("sleep 1000 | cat");
        await().until(() -> pids().size() == 3);
        Path status = PROC.resolve(reader.pid() + "/status");
        awaitAsleep(reader, "wait");
        String before = switches(status);

        ContainerLook look = look("Names", ROOM);

        assertThat(switches(status)).isEqualTo(before);
        assertThat(TestContainer.tracerOf(reader)).isZero();
        assertThat(look.leftOut()).isNull();
        assertThat(look.processes()).extracting(LookedProcess::name).containsExactlyInAnyOrder("sh", "sleep", "cat");
        String all = look.processes().toString();
        assertThat(all)
                .contains("call=read(0<pipe:[")
                .containsPattern("writer of the pipe 0: process \\d+ \\(sleep\\), asleep")
                .containsPattern("waits for (its child|any of its children): process \\d+ \\((cat|sleep)\\)");
    }

    @Test
    void whoIsOutsideThePodIsNotNamed() throws Exception {
        Path fifo = Files.createTempDirectory("look").resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        stranger.start("exec 3<>" + fifo + "; read line <&3");
        Process reader = container.start("exec 3<>" + fifo + "; exec cat <&3 3<&-");
        awaitAsleep(reader, "pipe");

        String found = look("Names", ROOM).processes().toString();

        assertThat(found).contains("call=read(0<").doesNotContain("(sh)");
        LookedProcess only = look("Names", ROOM).processes().getFirst();
        assertThat(only.parent()).as("this test").isNull();
    }

    @Test
    void withoutArgumentsNeitherPathsNorPeersAreTold() throws Exception {
        container.start("sleep 1000 | cat");
        await().until(() -> pids().size() == 3);

        String found = look(null, ROOM).processes().toString();

        assertThat(found).contains("call=read(...)").doesNotContain("pipe:[").doesNotContain("writer of");
    }

    @Test
    void whatDoesNotFitIsLeftOutAndCounted() throws Exception {
        for (int i = 0; i < 20; i++) {
            container.start("sleep 1000");
        }
        await().until(() -> pids().size() >= 20);

        ContainerLook look = look("Names", 4096);

        assertThat(new ObjectMapper().writeValueAsBytes(look)).hasSizeLessThan(4096);
        assertThat(look.processes()).isNotEmpty().hasSizeLessThan(20);
        assertThat(look.leftOut()).containsPattern("\\d+ processes.* left out, the least suspicious");
    }

    private static String switches(Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.contains("ctxt_switches"))
                .toList()
                .toString();
    }
}

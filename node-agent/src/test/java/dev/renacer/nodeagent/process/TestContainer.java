// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A container as a node's agent sees it: real processes in a real cgroup that is named as kubelet names it. Root is
 * needed.
 */
public final class TestContainer implements AutoCloseable {
    /** Not below kubelet's own root, which it tidies: a node of this machine's own may run beside the test. */
    private static final String ROOT = "renacer-it-" + ProcessHandle.current().pid();

    /** From the container's cgroup up to {@link #ROOT}. */
    private static final int LEVELS = 5;

    private final String podUid = UUID.randomUUID().toString();
    private final String containerId = (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");
    private final Path cgroup;
    private final List<Process> processes = new ArrayList<>();

    private TestContainer(Path hierarchy) throws IOException {
        cgroup = hierarchy.resolve(ROOT + "/kubepods/burstable/pod" + podUid + "/" + containerId);
        Files.createDirectories(cgroup);
    }

    /** A container without processes yet; aborts the test, saying why, where no cgroup can be made. */
    public static TestContainer create() {
        Path hierarchy = hierarchy();
        try {
            return new TestContainer(hierarchy);
        } catch (IOException e) {
            return Assumptions.abort(
                    "NOT RUN: needs root and a writable cgroup hierarchy, but " + hierarchy + ": " + e);
        }
    }

    private static Path hierarchy() {
        Path mount = Path.of("/sys/fs/cgroup");
        for (Path candidate : List.of(mount.resolve("unified"), mount, mount.resolve("systemd"))) {
            if (Files.exists(candidate.resolve("cgroup.procs"))) {
                return candidate;
            }
        }
        return Assumptions.abort("NOT RUN: needs a cgroup hierarchy below " + mount);
    }

    public String podUid() {
        return podUid;
    }

    public String containerId() {
        return containerId;
    }

    /** Starts a process in the container that makes calls and forks children until it is ended. */
    public Process start() throws IOException {
        return start("while :; do cd /; cd /tmp; sleep 0.05; done");
    }

    /** Starts a shell script in the container. */
    public Process start(String script) throws IOException {
        String enter = "echo $$ > '" + cgroup.resolve("cgroup.procs") + "' && exec sh -c \"$0\"";
        Process process =
                new ProcessBuilder("sh", "-c", enter, script).inheritIO().start();
        processes.add(process);
        return process;
    }

    /** The tracer of a process, 0 if it has none. */
    public static int tracerOf(Process process) throws IOException {
        return Integer.parseInt(status(process, "TracerPid:"));
    }

    /** The CPUs that a process's first thread may run on, such as 0-3. */
    public static String cpusOf(Process process) throws IOException {
        return status(process, "Cpus_allowed_list:");
    }

    private static String status(Process process, String field) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"))
                .lines()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).strip())
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        processes.forEach(process -> process.destroyForcibly().onExit().join());
        // A sleep that a killed shell left behind ends within a moment; until then its cgroup is busy.
        await().until(() -> Files.readString(cgroup.resolve("cgroup.procs")).isBlank());
        Path directory = cgroup;
        for (int level = 0; level < LEVELS && isEmpty(directory); level++) {
            Files.delete(directory);
            directory = Objects.requireNonNull(directory.getParent());
        }
    }

    /** Whether no other container of this test lives below it: a cgroup's own files do not count. */
    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.noneMatch(Files::isDirectory);
        }
    }
}

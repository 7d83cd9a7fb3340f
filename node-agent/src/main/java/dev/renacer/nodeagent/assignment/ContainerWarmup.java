// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.AwaitedContainer;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.status.NodeTraceRef;
import dev.renacer.nodeagent.trace.PtraceTraceOpener;
import dev.renacer.tracer.export.OtlpPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Simulates the start of an awaited container, up to the attach to its process, which does not exist. A real container
 * runs its program some 20 ms after its process exists, and a JVM that takes this path for the first time needs four
 * times that.
 */
public final class ContainerWarmup {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final String NAME = "warm-up";

    private ContainerWarmup() {}

    /**
     * Runs it.
     *
     * @param pipeline  where the spans would go
     */
    public static void run(OtlpPipeline pipeline) throws InterruptedException {
        Path procfs = Path.of("/proc");
        int self = Math.toIntExact(ProcessHandle.current().pid());
        ProcessFinder finder = new ProcessFinder(procfs, self);
        ProcessFiles files = new ProcessFiles(procfs);
        ContainerCgroup container = new ContainerCgroup(UUID.randomUUID().toString(), "0".repeat(64));
        try (PtraceTraceOpener opener =
                new PtraceTraceOpener(new PtraceTraceOpener.Node(NAME, finder, _ -> {}, Optional.empty()))) {
            NodeTraceSpec spec = awaiting(container);
            AssignedContainers containers = new AssignedContainers(
                    new NodeTraceRef(NAME, NAME, ""),
                    spec,
                    Optional.empty(),
                    Map.of(),
                    files,
                    finder,
                    new AssignmentRules(Optional.empty(), Optional.empty()),
                    opener,
                    () -> pipeline,
                    _ -> {});
            containers.update(spec);
            opener.keepReady(spec.profile(), LONGEST);
            Optional<AssignedContainer> started = containers.start(
                    container, files.containerName(self, container.podUid()).orElse(NAME));
            if (started.isPresent()) {
                started.get().attachNew(self, LONGEST); // refused: it is in no such container
                started.get().awaitDetached(LONGEST);
            }
        }
    }

    private static NodeTraceSpec awaiting(ContainerCgroup container) {
        return new NodeTraceSpec(
                NAME,
                NAME,
                NAME,
                List.of(),
                List.of(new AwaitedContainer(NAME, container.podUid(), null, NAME, NAME, null, null)),
                Instant.now().plus(LONGEST).toString(),
                Profile.everything(1),
                new Sink(NAME, "http://127.0.0.1", "grpc", null),
                null,
                null,
                null);
    }
}

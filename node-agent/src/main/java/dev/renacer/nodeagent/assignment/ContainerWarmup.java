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
import dev.renacer.tracer.export.OtlpSpanPipeline;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Simulates the start of an awaited container, up to the attach to its process, which does not exist. A real container
 * runs its program some 20 ms after its process exists, and a JVM that takes this path for the first time needs four
 * times that.
 */
public final class ContainerWarmup {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerWarmup.class);
    private static final String NOBODY_LISTENS = "http://127.0.0.1:9";
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final String NAME = "warm-up";

    private ContainerWarmup() {}

    /** Never fails: an agent that could not warm up is late once. */
    public static void run() {
        // Nothing is ever sent, so that it does not matter who listens there.
        try (OtlpPipeline nowhere = OtlpSpanPipeline.open(
                OtlpEndpoint.parse(NOBODY_LISTENS, Optional.empty()),
                OtlpSettings.defaults(),
                notice -> LOG.debug("warm-up: {}", notice))) {
            LOG.debug("warm-up: {}", start(nowhere) ? "done" : "no container was started");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("the first container that starts will be attached to later than it could", e);
        }
    }

    /** @return whether it went all the way */
    private static boolean start(OtlpPipeline nowhere) throws InterruptedException {
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
                    () -> nowhere,
                    _ -> {});
            containers.update(spec);
            opener.keepReady(spec.profile(), LONGEST);
            Optional<AssignedContainer> started = containers.start(
                    container, files.containerName(self, container.podUid()).orElse(NAME));
            if (started.isPresent()) {
                started.get().attachNew(self, LONGEST); // refused: it is in no such container
                started.get().awaitDetached(LONGEST);
            }
            return started.isPresent();
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
                new Sink(NAME, NOBODY_LISTENS, "grpc", null),
                null,
                null,
                null);
    }
}

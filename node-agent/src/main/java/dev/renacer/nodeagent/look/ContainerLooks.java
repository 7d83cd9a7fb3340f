// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.look;

import dev.renacer.capture.CaptureException;
import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.nodeagent.refusal.PolicyRedaction;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.source.SourceLines;
import dev.renacer.tracer.stuck.LookOptions;
import dev.renacer.tracer.stuck.ProcessLook;
import dev.renacer.tracer.stuck.StuckProcess;
import dev.renacer.tracer.stuck.StuckReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Looks at containers: nothing is attached to and nothing is stopped. Safe for use by many threads. */
public final class ContainerLooks {
    /** Whoever asks waits for the answer. */
    private static final Duration STACKS = Duration.ofSeconds(5);

    private final ProcessFinder finder;
    private final ProcessFiles files;

    /**
     * @param finder  finds out to which container a process belongs
     * @param files   finds its number there
     */
    public ContainerLooks(ProcessFinder finder, ProcessFiles files) {
        this.finder = finder;
        this.files = files;
    }

    /**
     * Looks at processes of a container.
     *
     * @param pids       as they were found; those that have left the container since are left out
     * @param mostBytes  how large the answer may be, as JSON
     * @throws RefusedException if it may not be looked at
     */
    public ContainerLook look(Target target, Profile profile, List<Integer> pids, int mostBytes)
            throws RefusedException {
        ContainerCgroup container = ContainerCgroup.of(target);
        LookOptions options = new LookOptions(
                PolicyRedaction.of(profile),
                Boolean.TRUE.equals(profile.sourceLocations()) ? SourceLines.program() : Optional.<Path>empty(),
                detail(profile),
                new PodViewpoint(finder, files, container),
                STACKS);
        try (ProcessLook look = new ProcessLook(options)) {
            StuckReport found = look.look(pids, false);
            // A number may have been given to a process of somebody else since the container's were found.
            List<StuckProcess> members = found.processes().stream()
                    .filter(process -> finder.belongs(process.pid(), container).orElse(false))
                    .toList();
            StuckReport own = members.size() == found.processes().size() ? found : StuckReport.of(members);
            return new FoldedLook(own, mostBytes).of(target);
        } catch (CaptureException e) {
            throw new RefusedException(Reason.InternalError, LogText.of(e));
        }
    }

    private static ArgumentDetail detail(Profile profile) {
        return switch (Optional.ofNullable(profile.arguments()).orElse("None")) {
            case "Full" -> ArgumentDetail.FULL;
            case "Names" -> ArgumentDetail.NAMES;
            default -> ArgumentDetail.NONE;
        };
    }
}

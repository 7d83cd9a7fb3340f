// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.Placement;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives threads that a killed agent has left on one CPU their own affinity back, by what that agent wrote before it moved them.
 * Touched are only threads that are still there (by number and start) and still confined to exactly that CPU; and threads of the
 * container that were born since and have inherited it, which the killed agent had no time to put right.
 */
final class AffinityRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(AffinityRecovery.class);

    /** Restores one thread, as {@link dev.renacer.capture.Placements#restore} does. */
    @FunctionalInterface
    interface Restorer {
        /** Whether its affinity was given back. */
        boolean restore(Placement placement) throws CaptureException;
    }

    private final ProcessFinder finder;
    private final ProcessFiles files;
    private final Restorer restorer;

    AffinityRecovery(ProcessFinder finder, ProcessFiles files, Restorer restorer) {
        this.finder = finder;
        this.files = files;
        this.restorer = restorer;
    }

    /** Restores what an earlier agent's status names; does nothing, and costs nothing, where it names none. */
    void recover(NodeTraceRef ref, NodeTraceStatus reported) {
        if (reported.targets() == null) {
            return;
        }
        for (TargetStatus target : reported.targets()) {
            if (target.colocation() != null && target.colocation().affinities() != null) {
                recover(ref, target, target.colocation().affinities());
            }
        }
    }

    private void recover(NodeTraceRef ref, TargetStatus target, List<Affinity> affinities) {
        try {
            List<Placement> recorded = affinities.stream()
                    .flatMap(affinity -> ContainerColocation.placements(affinity).stream())
                    .toList();
            int restored = recover(new ContainerCgroup(target.podUid(), target.containerId()), recorded);
            LOG.info(
                    "request={} container={} an earlier agent had moved threads; {} got their CPUs back",
                    ref,
                    target.containerName(),
                    restored);
        } catch (IOException | CaptureException | IllegalArgumentException e) {
            LOG.error(
                    "request={} container={} threads that an earlier agent moved stay on one CPU: {}",
                    ref,
                    target.containerName(),
                    OneLine.of(e));
        }
    }

    /** Threads of this container alone, whatever the record names: whoever wrote it may have written anything. */
    private int recover(ContainerCgroup cgroup, List<Placement> recorded) throws IOException, CaptureException {
        int restored = 0;
        for (int pid : finder.find(Set.of(cgroup)).getOrDefault(cgroup, List.of())) {
            // Rather from a thread of its own process than from another one.
            List<Placement> origins = recorded.stream()
                    .sorted(Comparator.comparing(placement -> placement.pid() != pid))
                    .toList();
            for (Map.Entry<Integer, Long> thread : files.threadStarts(pid).entrySet()) {
                int tid = thread.getKey();
                Optional<Placement> own = origins.stream()
                        .filter(placement -> placement.pid() == pid && placement.tid() == tid)
                        .findFirst();
                boolean back =
                        own.isPresent() ? restorer.restore(own.get()) : inherited(pid, tid, thread.getValue(), origins);
                restored += back ? 1 : 0;
            }
        }
        return restored;
    }

    private boolean inherited(int pid, int tid, long start, List<Placement> origins) throws CaptureException {
        for (Placement origin : origins) {
            if (start >= origin.sinceTicks() && restorer.restore(origin.of(pid, tid, start))) {
                return true;
            }
        }
        return false;
    }
}

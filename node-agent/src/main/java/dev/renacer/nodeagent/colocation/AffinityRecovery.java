// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.colocation;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.affinity.Placement;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.WantedProcesses;
import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.nodeagent.status.NodeTraceRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives threads that a killed agent has left on one CPU their own affinity back, using what that agent wrote before it
 * moved them. It only touches threads that still exist (by number and start) and are still confined to exactly that
 * CPU, and threads of the container that were created later and have inherited it, which the killed agent had no time
 * to put right.
 */
public final class AffinityRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(AffinityRecovery.class);

    /** Restores one thread, like {@link dev.renacer.capture.Placements#restore}. */
    @FunctionalInterface
    public interface Restorer {
        /**
         * Whether its affinity was given back; false if there was nothing to do.
         *
         * @throws CaptureException if it stays where it is
         */
        boolean restore(Placement placement) throws CaptureException;
    }

    private final ProcessFinder finder;
    private final ProcessFiles files;
    private final Restorer restorer;

    /**
     * @param finder    finds the processes of a container
     * @param files     lists the threads of a process
     * @param restorer  restores one thread
     */
    public AffinityRecovery(ProcessFinder finder, ProcessFiles files, Restorer restorer) {
        this.finder = finder;
        this.files = files;
        this.restorer = restorer;
    }

    /**
     * Restores the threads that an earlier agent's status names; does nothing, and costs nothing, if it names none.
     *
     * @return what could not be restored, by container
     */
    public Map<ContainerCgroup, UnrestoredThreads> recover(NodeTraceRef ref, NodeTraceStatus reported) {
        Map<ContainerCgroup, UnrestoredThreads> unrestored = new HashMap<>();
        for (TargetStatus target : Optional.ofNullable(reported.targets()).orElse(List.of())) {
            if (target.colocation() != null && target.colocation().affinities() != null) {
                ContainerCgroup cgroup = new ContainerCgroup(target.podUid(), target.containerId());
                recover(ref, target.containerName(), cgroup, target.colocation().affinities())
                        .ifPresent(threads -> unrestored.put(cgroup, threads));
            }
        }
        return unrestored;
    }

    private Optional<UnrestoredThreads> recover(
            NodeTraceRef ref, String container, ContainerCgroup cgroup, List<Affinity> affinities) {
        List<Placement> recorded = new ArrayList<>();
        Optional<UnrestoredThreads> unrestored = Optional.empty();
        for (Affinity affinity : affinities) {
            try {
                recorded.addAll(ContainerColocation.placements(affinity));
            } catch (IllegalArgumentException e) {
                unrestored = Optional.of(UnrestoredThreads.unknown(List.of(), LogText.of(e)));
            }
        }
        Attempt attempt = new Attempt(recorded);
        try {
            attempt.restore(cgroup);
            unrestored = attempt.unrestored().isPresent() ? attempt.unrestored() : unrestored;
        } catch (IOException e) {
            unrestored = Optional.of(UnrestoredThreads.unknown(recorded, LogText.of(e)));
        }
        LOG.info(
                "request={} container={} an earlier agent had moved threads; {} got their CPUs back",
                ref,
                container,
                attempt.restored);
        unrestored.ifPresent(threads -> LOG.error("request={} container={} {}", ref, container, threads.message()));
        return unrestored;
    }

    /**
     * One attempt at the threads of one container: a thread that cannot be restored does not prevent the others from
     * being restored.
     */
    private final class Attempt {
        private final List<Placement> recorded;
        private final List<Placement> refused = new ArrayList<>();
        private final Set<Placement> origins = new LinkedHashSet<>();
        private Optional<CaptureException> why = Optional.empty();
        private int restored;

        Attempt(List<Placement> recorded) {
            this.recorded = recorded;
        }

        /** Only threads of this container, whatever the record names: its writer may have written anything. */
        void restore(ContainerCgroup cgroup) throws IOException {
            for (int pid : finder.find(WantedProcesses.of(cgroup)).getOrDefault(cgroup, List.of())) {
                // Preferably from a thread of its own process.
                List<Placement> nearest = recorded.stream()
                        .sorted(Comparator.comparing(placement -> placement.pid() != pid))
                        .toList();
                for (Map.Entry<Integer, Long> thread : files.threadStarts(pid).entrySet()) {
                    restored += restore(pid, thread.getKey(), thread.getValue(), nearest) ? 1 : 0;
                }
            }
        }

        private boolean restore(int pid, int tid, long start, List<Placement> nearest) {
            List<Placement> own = nearest.stream()
                    .filter(placement -> placement.pid() == pid && placement.tid() == tid)
                    .toList();
            List<Placement> from = own.isEmpty()
                    ? nearest.stream()
                            .filter(origin -> start >= origin.sinceTicks())
                            .toList()
                    : own;
            for (Placement origin : from) {
                Placement placement = own.isEmpty() ? origin.of(pid, tid, start) : origin;
                try {
                    if (restorer.restore(placement)) {
                        return true;
                    }
                } catch (CaptureException e) {
                    why = why.or(() -> Optional.of(e));
                    refused.add(placement);
                    origins.add(origin);
                    return false;
                }
            }
            return false;
        }

        Optional<UnrestoredThreads> unrestored() {
            return why.map(
                    first -> UnrestoredThreads.refused(List.copyOf(origins), List.copyOf(refused), LogText.of(first)));
        }
    }
}

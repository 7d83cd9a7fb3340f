// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.colocation;

import dev.renacer.capture.affinity.CpuSet;
import dev.renacer.capture.affinity.Placement;
import dev.renacer.crds.NodeTraceStatus.Affinity;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.TracedThread;
import dev.renacer.nodeagent.trace.ContainerTrace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Co-location of one container: a thread is moved only when the NodeTrace's status, as the API server holds it, says where it
 * belongs. Used only by its assignment's thread.
 */
public final class ContainerColocation {
    /** The reason why a node or a kernel does not move threads is queried once in the container's life. */
    private Optional<String> obstacle = Optional.empty();

    private final Optional<UnrestoredThreads> unrestored;
    private long earlierMoves;
    private List<Placement> reported = List.of();

    /**
     * @param unrestored  threads that an earlier agent has left on one CPU and that this agent could not restore:
     *     reported as long as the status is written, since nobody else knows them
     */
    public ContainerColocation(Optional<UnrestoredThreads> unrestored) {
        this.unrestored = unrestored;
    }

    /** Whether the engine asks to move threads that no status has named yet. */
    public boolean hasUnreported(ContainerTrace trace) {
        return trace.placements().list().stream()
                .anyMatch(placement -> !placement.permitted() && !reported.contains(placement));
    }

    /** What the status says; the threads it names may be permitted once it is written. */
    public Colocation report(Optional<ContainerTrace> open) {
        reported = open.map(trace -> trace.placements().list()).orElse(List.of());
        open.ifPresent(trace -> obstacle = trace.colocationObstacle());
        // This agent's record comes first: it is newer if a thread is in both.
        List<Affinity> affinities = affinities(
                Stream.concat(reported.stream(), unrestored.stream().flatMap(threads -> threads.recorded().stream()))
                        .toList());
        return new Colocation(
                earlierMoves + open.map(ContainerTrace::moves).orElse(0L),
                obstacle.orElse(null),
                affinities.isEmpty() ? null : affinities,
                unrestored.map(UnrestoredThreads::message).orElse(null));
    }

    /** The threads that the last status names. */
    public List<Placement> reported() {
        return reported;
    }

    /** The trace is over: no thread is on the tracer's CPU any more. */
    public void closed(ContainerTrace trace) {
        earlierMoves += trace.moves();
    }

    /** In a status: grouped by where the threads belong and where they go, since most share both. */
    static List<Affinity> affinities(List<Placement> placements) {
        record Place(CpuSet own, int cpu) {}
        Map<Place, List<Placement>> byPlace = new LinkedHashMap<>();
        placements.forEach(placement -> byPlace.computeIfAbsent(
                        new Place(placement.own(), placement.cpu()), _ -> new ArrayList<>())
                .add(placement));
        List<Affinity> affinities = new ArrayList<>();
        byPlace.forEach((place, threads) -> affinities.add(new Affinity(
                place.own().toString(),
                place.cpu(),
                threads.stream().mapToLong(Placement::sinceTicks).min().orElseThrow(),
                threads.stream()
                        .map(thread -> new TracedThread(thread.pid(), thread.tid(), thread.startTicks()))
                        .toList())));
        return affinities;
    }

    /**
     * The threads that an earlier status names.
     *
     * @throws IllegalArgumentException if its list of CPUs is not valid
     */
    static List<Placement> placements(Affinity affinity) {
        CpuSet own = CpuSet.parse(affinity.cpus());
        return threads(affinity)
                .map(thread -> new Placement(
                        thread.pid(), thread.tid(), thread.start(), affinity.since(), affinity.cpu(), own, true))
                .toList();
    }

    private static Stream<TracedThread> threads(Affinity affinity) {
        @Nullable List<TracedThread> threads = affinity.threads();
        return threads == null ? Stream.empty() : threads.stream();
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.capture.affinity.Placement;
import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.KilledAgents;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceTotals;
import dev.renacer.nodeagent.colocation.UnrestoredThreads;
import dev.renacer.nodeagent.look.ContainerLooks;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.ProcessPattern;
import dev.renacer.nodeagent.process.ProcessSelection;
import dev.renacer.nodeagent.process.WantedProcesses;
import dev.renacer.nodeagent.refusal.Refusal;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.nodeagent.status.NodeTraceRef;
import dev.renacer.nodeagent.status.PreviousStatus;
import dev.renacer.nodeagent.trace.ContainerTrace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of one assignment: those its spec names now, awaited ones that started before the spec could name
 * them, and those that left it, kept for their figures. Used only by the assignment's thread.
 */
final class AssignedContainers {
    private static final Logger LOG = LoggerFactory.getLogger(AssignedContainers.class);
    private static final int MAX_TRACE_IDS = 10;
    /** What looks found is copied into the request's status, by way of etcd. */
    private static final int MOST_LOOK_BYTES = 64 << 10;

    private final NodeTraceRef ref;
    private final ProcessFiles files;
    private final ProcessFinder finder;
    private final AssignmentRules rules;
    private final ContainerTrace.Opener opener;
    private final ContainerTrace.PipelineSource sink;
    private final Consumer<ContainerCgroup> onTraceEnd;
    private final Map<ContainerCgroup, AssignedContainer> current = new LinkedHashMap<>();
    private final List<AssignedContainer> departed = new ArrayList<>();
    /** The ones in {@link #current} that the spec has not named yet. */
    private final Set<ContainerCgroup> unnamed = new HashSet<>();

    private final Map<ContainerCgroup, TraceTotals> earlier;
    private final Map<ContainerCgroup, Refusal> slowedDownBefore;
    private final Map<ContainerCgroup, UnrestoredThreads> unrestored;
    private final TraceTotals earlierDeparted;
    private final Optional<KilledAgents> killed;
    private final List<String> earlierTraceIds;
    private NodeTraceSpec spec;
    private AwaitedContainers awaited;

    /**
     * @param first       the spec the assignment began with
     * @param reported    what an earlier agent of this node reported, if one did: its figures are continued
     * @param unrestored  the threads that the earlier agent has left on one CPU for good
     * @param files       finds the names of processes
     * @param finder      finds where they are
     * @param rules       what is refused regardless of the assignment
     * @param opener      opens their traces
     * @param sink        where spans go
     * @param onTraceEnd  called, on any thread, when no process of a container is traced any more
     */
    AssignedContainers(
            NodeTraceRef ref,
            NodeTraceSpec first,
            Optional<NodeTraceStatus> reported,
            Map<ContainerCgroup, UnrestoredThreads> unrestored,
            ProcessFiles files,
            ProcessFinder finder,
            AssignmentRules rules,
            ContainerTrace.Opener opener,
            ContainerTrace.PipelineSource sink,
            Consumer<ContainerCgroup> onTraceEnd) {
        this.ref = ref;
        this.files = files;
        this.finder = finder;
        this.rules = rules;
        this.opener = opener;
        this.sink = sink;
        this.onTraceEnd = onTraceEnd;
        this.killed = PreviousStatus.killed(reported, Instant.now());
        this.earlier = PreviousStatus.byContainer(reported);
        this.slowedDownBefore = PreviousStatus.slowedDown(reported);
        this.unrestored = unrestored;
        this.earlierDeparted = PreviousStatus.departed(reported, first.targets());
        this.spec = first;
        this.awaited = new AwaitedContainers(first);
        this.earlierTraceIds = reported.map(NodeTraceStatus::firstTraceIds).orElse(List.of());
    }

    /**
     * Updates the containers to those of the spec; those that left it are detached.
     *
     * @return whether any came or went
     */
    boolean update(NodeTraceSpec changed) {
        spec = changed;
        awaited = new AwaitedContainers(changed);
        Map<ContainerCgroup, Target> targets = new LinkedHashMap<>();
        changed.targets().forEach(target -> targets.put(ContainerCgroup.of(target), target));
        unnamed.removeAll(targets.keySet());
        boolean gone = depart(container -> !targets.containsKey(container.cgroup())
                && !(unnamed.contains(container.cgroup()) && awaited.include(container.target())));
        boolean come = false;
        for (Map.Entry<ContainerCgroup, Target> target : targets.entrySet()) {
            if (!current.containsKey(target.getKey())) {
                current.put(target.getKey(), container(target.getKey(), target.getValue()));
                come = true;
            }
        }
        return gone || come;
    }

    /**
     * Looks at the containers of the spec, once: nothing is attached to.
     *
     * @param find  finds the processes of containers
     */
    void look(
            NodeTraceSpec asked,
            Function<WantedProcesses, Map<ContainerCgroup, List<Integer>>> find,
            ContainerLooks looks) {
        update(asked);
        Map<ContainerCgroup, List<Integer>> found = find.apply(wanted());
        int share = MOST_LOOK_BYTES / Math.max(1, current.size());
        current.values()
                .forEach(container -> container.look(looks, found.getOrDefault(container.cgroup(), List.of()), share));
    }

    /** What looks at the containers of the spec found. Empty: none was looked at. */
    Optional<List<ContainerLook>> looks() {
        List<ContainerLook> all = current.values().stream()
                .flatMap(container -> container.looked().stream())
                .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    /**
     * A container that the spec cannot name yet starts.
     *
     * @return the container, if it is one that the spec awaits
     */
    Optional<AssignedContainer> start(ContainerCgroup cgroup, String name) {
        if (current.containsKey(cgroup)) {
            return find(cgroup);
        }
        Optional<Target> started = awaited.started(cgroup, name);
        started.ifPresent(target -> {
            // Among containers that lived too briefly to be named by any spec, an ended one makes room for the next.
            depart(earlier -> unnamed.contains(earlier.cgroup())
                    && !earlier.tracing()
                    && earlier.target().podUid().equals(target.podUid())
                    && earlier.target().containerName().equals(name));
            unnamed.add(cgroup);
            current.put(cgroup, container(cgroup, target));
        });
        return find(cgroup);
    }

    private boolean depart(Predicate<AssignedContainer> leaves) {
        return current.values().removeIf(container -> {
            if (!leaves.test(container)) {
                return false;
            }
            LOG.info("request={} container={} left the assignment, detaching", ref, container.name());
            container.stop();
            departed.add(container);
            unnamed.remove(container.cgroup());
            return true;
        });
    }

    private AssignedContainer container(ContainerCgroup cgroup, Target target) {
        Profile profile = spec.profile();
        Optional<Refusal> refusal = rules.refusal(target, profile);
        Optional<ProcessPattern> pattern = Optional.empty();
        try {
            pattern = AssignmentRules.pattern(profile);
        } catch (RefusedException e) {
            refusal = Optional.of(e.refusal());
        }
        refusal = refusal.or(() -> slowdownRefusal(cgroup));
        return new AssignedContainer(
                opener,
                new ContainerTrace.Parameters(ref.toString(), target, sink, profile),
                new ProcessSelection(files, pattern, pid -> isOutside(finder.place(pid), cgroup)),
                refusal,
                new AuditTrail(
                        ref.toString(),
                        Optional.ofNullable(spec.requestedBy()),
                        Optional.ofNullable(spec.justification())),
                Optional.ofNullable(earlier.get(cgroup)),
                Optional.ofNullable(unrestored.get(cgroup)),
                () -> onTraceEnd.accept(cgroup));
    }

    private static boolean isOutside(ProcessFinder.Place place, ContainerCgroup cgroup) {
        return switch (place) {
            case ProcessFinder.Place.Gone() -> false;
            case ProcessFinder.Place.Own(), ProcessFinder.Place.Outside() -> true;
            case ProcessFinder.Place.Inside(ContainerCgroup other) -> !other.equals(cgroup);
        };
    }

    /**
     * Why it is not attached to again: it was slowed down too much, under an earlier agent or before it left the spec
     * and came back.
     */
    private Optional<Refusal> slowdownRefusal(ContainerCgroup cgroup) {
        return departed.stream()
                .filter(container -> container.cgroup().equals(cgroup))
                .flatMap(container -> container.slowdownRefusal().stream())
                .findFirst()
                .or(() -> Optional.ofNullable(slowedDownBefore.get(cgroup)));
    }

    /** The containers whose processes are to be looked for. */
    WantedProcesses wanted() {
        return new WantedProcesses(Set.copyOf(current.keySet()), awaited.pods());
    }

    /** The container of the spec with this cgroup. */
    Optional<AssignedContainer> find(ContainerCgroup cgroup) {
        return Optional.ofNullable(current.get(cgroup));
    }

    /** The containers of the spec, and awaited ones that have started. */
    List<AssignedContainer> current() {
        return List.copyOf(current.values());
    }

    /** The containers of the spec, and those that left it. */
    List<AssignedContainer> all() {
        return Stream.concat(current.values().stream(), departed.stream()).toList();
    }

    /**
     * A container's trace is over.
     *
     * @return the container if it is in the spec and its state changed
     */
    Optional<AssignedContainer> traceEnded(ContainerCgroup cgroup) {
        departed.stream().filter(container -> container.cgroup().equals(cgroup)).forEach(AssignedContainer::traceEnded);
        return Optional.ofNullable(current.get(cgroup)).filter(AssignedContainer::traceEnded);
    }

    /** Whether threads wait to be moved that no status has named yet. */
    boolean haveUnreportedPlacements() {
        return current.values().stream().anyMatch(AssignedContainer::hasUnreportedPlacements);
    }

    /** The threads that the last {@link #statuses()} named as those that may be moved. */
    Map<ContainerCgroup, List<Placement>> reportedPlacements() {
        Map<ContainerCgroup, List<Placement>> reported = new LinkedHashMap<>();
        current.forEach((cgroup, container) -> {
            if (!container.reportedPlacements().isEmpty()) {
                reported.put(cgroup, container.reportedPlacements());
            }
        });
        return reported;
    }

    /** A status that names these has been written: they may be moved. */
    void permit(Map<ContainerCgroup, List<Placement>> recorded) {
        recorded.forEach((cgroup, placements) ->
                Optional.ofNullable(current.get(cgroup)).ifPresent(container -> container.permit(placements)));
    }

    boolean tracing() {
        return current.values().stream().anyMatch(AssignedContainer::tracing);
    }

    /** Whether each container of the spec is traced now: none is expected to start. */
    boolean allTraced() {
        return current.values().stream().allMatch(AssignedContainer::tracing);
    }

    boolean everTraced() {
        return all().stream().anyMatch(AssignedContainer::everTraced);
    }

    List<TargetStatus> statuses() {
        return current.values().stream().map(AssignedContainer::status).toList();
    }

    TraceTotals totals() {
        TraceTotals known = all().stream().map(AssignedContainer::totals).reduce(earlierDeparted, TraceTotals::plus);
        return killed.isPresent() ? known.asLeast() : known;
    }

    /** The number of earlier agents that were killed. */
    Optional<KilledAgents> killed() {
        return killed;
    }

    /** Why no span of a call that waited for a file's lock says who held it; empty if that is known, or no call waited. */
    Optional<String> lockHolderFailure() {
        return all().stream()
                .flatMap(container -> container.lockHolderFailure().stream())
                .findFirst();
    }

    /** What this agent counted for the assignment. */
    AgentFigures figures() {
        Map<TargetState, Integer> states = new EnumMap<>(TargetState.class);
        current.values().forEach(container -> states.merge(container.state(), 1, Integer::sum));
        return all().stream()
                .map(AssignedContainer::figures)
                .reduce(
                        new AgentFigures(1, states, 0, 0, ContainerTrace.Losses.NONE, 0, ContextCounts.NONE, 0),
                        AgentFigures::plus);
    }

    /** Ids of the first traces; empty if there is none yet. */
    Optional<List<String>> firstTraceIds() {
        List<String> ids = Stream.of(
                        earlierTraceIds.stream(),
                        departed.stream().flatMap(AssignedContainer::firstTraceIds),
                        current.values().stream().flatMap(AssignedContainer::firstTraceIds))
                .flatMap(some -> some)
                .distinct()
                .limit(MAX_TRACE_IDS)
                .toList();
        return ids.isEmpty() ? Optional.empty() : Optional.of(ids);
    }
}

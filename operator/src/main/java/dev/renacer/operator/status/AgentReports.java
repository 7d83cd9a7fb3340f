// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.Colocation;
import dev.renacer.crds.NodeTraceStatus.KilledAgents;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceTotals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The reports of a request's agents, taken together. */
public final class AgentReports {
    private static final int MOST_TRACE_IDS = 10;

    private final List<NodeTrace> traces;

    /** The reports in these NodeTraces. */
    public AgentReports(Collection<NodeTrace> traces) {
        this.traces = traces.stream()
                .sorted(Comparator.comparing(trace -> trace.getSpec().nodeName()))
                .toList();
    }

    /** Figures of all nodes. */
    TraceTotals totals() {
        return statuses()
                .map(NodeTraceStatus::totals)
                .filter(Objects::nonNull)
                .reduce(TraceTotals.NONE, TraceTotals::plus);
    }

    /** Trace ids of the first slices, taken from the nodes in turn, at most ten. */
    List<String> firstTraceIds() {
        List<List<String>> lists = statuses()
                .map(NodeTraceStatus::firstTraceIds)
                .filter(Objects::nonNull)
                .toList();
        List<String> ids = new ArrayList<>();
        int longest = lists.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            for (List<String> list : lists) {
                if (i < list.size() && ids.size() < MOST_TRACE_IDS) {
                    ids.add(list.get(i));
                }
            }
        }
        return ids;
    }

    /** The first container for which co-location was requested but is not possible. */
    Optional<Explanation> withoutColocation() {
        return colocation(
                Reason.ColocationUnavailable,
                Colocation::obstacle,
                (label, obstacle) -> label + " is traced without co-location: " + obstacle);
    }

    /** The first container with threads that a killed agent has left on one CPU. */
    Optional<Explanation> unrestoredAffinity() {
        return colocation(
                Reason.AffinityNotRestored, Colocation::unrestored, (label, unrestored) -> label + ": " + unrestored);
    }

    /** The nodes whose agents were killed within the window. */
    Optional<Explanation> killedAgents() {
        List<String> gaps = traces.stream()
                .filter(trace -> trace.getStatus() != null && trace.getStatus().killedAgents() != null)
                .map(trace -> {
                    KilledAgents killed =
                            Objects.requireNonNull(trace.getStatus().killedAgents());
                    return "The agent of node " + trace.getSpec().nodeName() + " was killed "
                            + (killed.count() == 1 ? "once" : killed.count() + " times")
                            + ": what it traced in "
                            + Math.ceilDiv(killed.unknownMillis(), 1000L)
                            + " s is not known, and all figures are at least this high";
                })
                .toList();
        return gaps.stream()
                .findFirst()
                .map(first -> new Explanation(
                        Reason.AgentRestarted,
                        first + (gaps.size() > 1 ? " (and " + (gaps.size() - 1) + " more nodes)" : "")));
    }

    private Optional<Explanation> colocation(
            Reason reason, Function<Colocation, @Nullable String> trouble, BinaryOperator<String> message) {
        record Troubled(String label, String trouble) {}
        List<Troubled> troubled = targets()
                .flatMap(target -> Optional.ofNullable(target.colocation()).map(trouble).stream()
                        .map(words -> new Troubled(label(target), words)))
                .sorted(Comparator.comparing(Troubled::label))
                .toList();
        return troubled.stream()
                .findFirst()
                .map(first -> new Explanation(
                        reason,
                        message.apply(first.label(), first.trouble())
                                + (troubled.size() > 1 ? " (and " + (troubled.size() - 1) + " more)" : "")));
    }

    /** The first node whose agent does not know who held the locks that its programs waited for. */
    Optional<Explanation> unknownLockHolders() {
        SortedMap<String, String> failures = byNode(NodeTraceStatus::lockHolderFailure);
        return failures.isEmpty()
                ? Optional.empty()
                : Optional.of(new Explanation(
                        Reason.LockHoldersUnknown,
                        "No span from node " + failures.firstKey()
                                + " says who held the lock of a file that was waited for: "
                                + failures.firstEntry().getValue()
                                + (failures.size() > 1 ? " (and " + (failures.size() - 1) + " more nodes)" : "")));
    }

    /** By node name, why its last export failed. */
    SortedMap<String, String> exportFailures() {
        return byNode(NodeTraceStatus::exportFailure);
    }

    private SortedMap<String, String> byNode(Function<NodeTraceStatus, @Nullable String> trouble) {
        SortedMap<String, String> troubles = new TreeMap<>();
        for (NodeTrace trace : traces) {
            NodeTraceStatus status = trace.getStatus();
            String words = status == null ? null : trouble.apply(status);
            if (words != null) {
                troubles.put(trace.getSpec().nodeName(), words);
            }
        }
        return troubles;
    }

    /** Containers in this state, as the agents reported. */
    List<TargetStatus> inState(TargetState state) {
        return targets().filter(target -> state.name().equals(target.state())).toList();
    }

    /** Nodes with a container in this state. */
    long nodesInState(TargetState state) {
        return traces.stream()
                .filter(trace -> targets(trace).anyMatch(target -> state.name().equals(target.state())))
                .count();
    }

    /** The time since which the first process has been traced. */
    public Optional<Instant> tracingSince() {
        return targets()
                .map(TargetStatus::since)
                .filter(Objects::nonNull)
                .map(Instant::parse)
                .min(Comparator.naturalOrder());
    }

    /** The name of a container in a message: {@code pod/container}. */
    String label(TargetStatus status) {
        Map<String, String> podNames = new TreeMap<>();
        for (NodeTrace trace : traces) {
            trace.getSpec().targets().forEach(target -> podNames.put(target.podUid(), target.podName()));
        }
        String name = Objects.requireNonNullElse(status.podName(), status.podUid());
        return podNames.getOrDefault(status.podUid(), name) + "/" + status.containerName();
    }

    private Stream<NodeTraceStatus> statuses() {
        return traces.stream().map(NodeTrace::getStatus).filter(Objects::nonNull);
    }

    private Stream<TargetStatus> targets() {
        return traces.stream().flatMap(AgentReports::targets);
    }

    private static Stream<TargetStatus> targets(NodeTrace trace) {
        NodeTraceStatus status = trace.getStatus();
        return status == null || status.targets() == null ? Stream.empty() : status.targets().stream();
    }
}

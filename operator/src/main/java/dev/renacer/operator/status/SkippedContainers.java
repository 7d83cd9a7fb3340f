// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceRequestStatus.Example;
import dev.renacer.crds.TraceRequestStatus.Skipped;
import dev.renacer.crds.UserText;
import dev.renacer.operator.plan.Skip;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The containers that are meant but not traced: those that the plan left out, and those that the agents could not
 * trace.
 */
final class SkippedContainers {
    private static final int MOST_EXAMPLES = 10;

    private SkippedContainers() {}

    /** By reason, the most frequent first; absent where nothing is skipped. */
    static @Nullable List<Skipped> of(Situation situation) {
        List<Skip> skips = all(situation);
        if (skips.isEmpty()) {
            return null;
        }
        Map<Reason, List<Skip>> byReason = new TreeMap<>();
        skips.forEach(skip ->
                byReason.computeIfAbsent(skip.reason(), _ -> new ArrayList<>()).add(skip));
        List<Map.Entry<Reason, List<Skip>>> order = byReason.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<Reason, List<Skip>> entry) ->
                                -entry.getValue().size())
                        .thenComparing(Map.Entry::getKey))
                .toList();
        Map<Reason, Integer> shown = shares(order);
        return order.stream()
                .map(entry -> new Skipped(
                        entry.getKey().name(),
                        entry.getValue().size(),
                        examples(entry.getValue(), shown.getOrDefault(entry.getKey(), 0))))
                .toList();
    }

    /** Every one of them. */
    static List<Skip> all(Situation situation) {
        List<Skip> skips = new ArrayList<>(situation.plan().skipped());
        for (NodeTrace trace : situation.traces()) {
            for (Target target : trace.getSpec().targets()) {
                why(situation, trace, target)
                        .map(explanation -> new Skip(
                                explanation.reason(),
                                target.podName(),
                                target.containerName(),
                                trace.getSpec().nodeName(),
                                explanation.message()))
                        .ifPresent(skips::add);
            }
        }
        return skips;
    }

    private static Optional<Explanation> why(Situation situation, NodeTrace trace, Target target) {
        Optional<TargetStatus> status = report(trace, target);
        boolean traced = status.filter(SkippedContainers::wasTraced).isPresent();
        if (status.filter(reported -> TargetState.Failed.name().equals(reported.state()))
                .isPresent()) {
            return status.map(reported -> explanation(reported, Reason.InternalError));
        }
        Explanation absent = situation.silent().get(trace.getSpec().nodeName());
        boolean finished = status.filter(reported -> TargetState.Finished.name().equals(reported.state()))
                .isPresent();
        if (absent != null && !finished && !(traced && situation.over())) {
            return Optional.of(absent);
        }
        if (!situation.over() || traced) {
            return Optional.empty();
        }
        // The window is over and it was never traced.
        return Optional.of(status.map(reported -> explanation(reported, Reason.NotRunning))
                .orElseGet(() -> new Explanation(
                        Reason.AgentMissing,
                        "The agent of node " + trace.getSpec().nodeName() + " never reported about the container")));
    }

    private static boolean wasTraced(TargetStatus status) {
        return status.since() != null
                || (status.totals() != null && status.totals().processes() > 0);
    }

    private static Explanation explanation(TargetStatus status, Reason otherwise) {
        Reason reason = Optional.ofNullable(status.reason()).flatMap(Reason::of).orElse(otherwise);
        return new Explanation(reason, Objects.requireNonNullElse(status.message(), reason.meaning()));
    }

    private static Optional<TargetStatus> report(NodeTrace trace, Target target) {
        if (trace.getStatus() == null || trace.getStatus().targets() == null) {
            return Optional.empty();
        }
        return trace.getStatus().targets().stream()
                .filter(status -> status.podUid().equals(target.podUid())
                        && status.containerId().equals(target.containerId()))
                .findFirst();
    }

    /** Ten examples, taken from the reasons in turn: a rare reason is not hidden behind a frequent one. */
    private static Map<Reason, Integer> shares(List<Map.Entry<Reason, List<Skip>>> reasons) {
        Map<Reason, Integer> shares = new LinkedHashMap<>();
        int left = MOST_EXAMPLES;
        boolean dealt = true;
        while (left > 0 && dealt) {
            dealt = false;
            for (Map.Entry<Reason, List<Skip>> reason : reasons) {
                int share = shares.getOrDefault(reason.getKey(), 0);
                if (left > 0 && share < reason.getValue().size()) {
                    shares.put(reason.getKey(), share + 1);
                    left--;
                    dealt = true;
                }
            }
        }
        return shares;
    }

    private static @Nullable List<Example> examples(List<Skip> skips, int most) {
        if (most == 0) {
            return null;
        }
        return skips.stream()
                .limit(most)
                .map(skip -> new Example(
                        skip.podName(), skip.containerName(), skip.nodeName(), UserText.message(skip.message())))
                .toList();
    }
}

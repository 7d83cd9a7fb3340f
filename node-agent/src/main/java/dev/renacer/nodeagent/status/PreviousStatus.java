// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import dev.renacer.crds.CallFates;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.KilledAgents;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceTotals;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.refusal.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier agent reported about an assignment: an agent started within the window continues counting from there.
 */
public final class PreviousStatus {
    /** The reasons of a container that waits because its agent ended properly, or starts again. */
    private static final Set<String> SAID_BY_ITS_END = Set.of(Reason.AgentStopped.name(), Reason.InternalError.name());

    private PreviousStatus() {}

    /** Figures of each container. */
    public static Map<ContainerCgroup, TraceTotals> byContainer(Optional<NodeTraceStatus> reported) {
        Map<ContainerCgroup, TraceTotals> figures = new HashMap<>();
        for (TargetStatus target : targets(reported)) {
            Optional.ofNullable(target.totals()).ifPresent(totals -> figures.put(cgroup(target), totals));
        }
        return figures;
    }

    /** The containers that were slowed down too much and detached: they are not attached to again. */
    public static Map<ContainerCgroup, Refusal> slowedDown(Optional<NodeTraceStatus> reported) {
        Map<ContainerCgroup, Refusal> letGo = new HashMap<>();
        for (TargetStatus target : targets(reported)) {
            if (Reason.SlowdownExceeded.name().equals(target.reason())) {
                String message = Optional.ofNullable(target.message()).orElse(Reason.SlowdownExceeded.name());
                letGo.put(cgroup(target), new Refusal(Reason.SlowdownExceeded, message));
            }
        }
        return letGo;
    }

    /** Figures of the containers that are no longer in the assignment. */
    public static TraceTotals departed(Optional<NodeTraceStatus> reported, List<Target> current) {
        Set<ContainerCgroup> still = new HashSet<>();
        current.forEach(target -> still.add(ContainerCgroup.of(target)));
        TraceTotals rest = reported.map(NodeTraceStatus::totals).orElse(TraceTotals.NONE);
        for (TargetStatus target : targets(reported)) {
            if (still.contains(cgroup(target)) && target.totals() != null) {
                rest = minus(rest, target.totals());
            }
        }
        return rest;
    }

    /**
     * The number of agents that were killed so far. One that ends properly says so in its last report; one whose last
     * report is about a trace under way, or a container it waited for, had no chance to do so.
     *
     * @param now  when this agent takes up the assignment
     */
    public static Optional<KilledAgents> killed(Optional<NodeTraceStatus> reported, Instant now) {
        Optional<KilledAgents> before = reported.map(NodeTraceStatus::killedAgents);
        if (reported.filter(PreviousStatus::wasUnderWay).isEmpty()) {
            return before;
        }
        long gap = reported.map(NodeTraceStatus::updateTime)
                .flatMap(PreviousStatus::instant)
                .map(last -> Math.max(0, Duration.between(last, now).toMillis()))
                .orElse(0L);
        KilledAgents sum = before.orElse(new KilledAgents(0, 0));
        return Optional.of(new KilledAgents(sum.count() + 1, sum.unknownMillis() + gap));
    }

    /** The awaited container may have been traced since the report. */
    private static boolean wasUnderWay(NodeTraceStatus status) {
        if (NodeTracePhase.Tracing.name().equals(status.phase())) {
            return true;
        }
        return NodeTracePhase.Assigned.name().equals(status.phase())
                && targets(Optional.of(status)).stream()
                        .filter(target -> TargetState.Waiting.name().equals(target.state()))
                        .anyMatch(target -> !SAID_BY_ITS_END.contains(target.reason()));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static TraceTotals minus(TraceTotals all, TraceTotals part) {
        return new TraceTotals(
                Math.max(0, all.targets() - part.targets()),
                Math.max(0, all.processes() - part.processes()),
                Math.max(0, all.calls() - part.calls()),
                Math.max(0, all.spans() - part.spans()),
                Math.max(0, all.lost() - part.lost()),
                all.slowdownPercent(),
                all.workSlowdownPercent(),
                all.worstSlowdownPercent(), // the worst of all is the worst of these or of those still there
                all.stopMicrosP99(),
                Math.max(0, all.unwatchedMillis() - part.unwatchedMillis()),
                Math.max(0, all.watchedMillis() - part.watchedMillis()),
                all.atLeast(),
                Math.max(0, all.failedLookups() - part.failedLookups()),
                minus(all.callFates(), part.callFates()),
                ContextCounts.of(all.contexts())
                        .minus(ContextCounts.of(part.contexts()))
                        .orAbsent());
    }

    private static @Nullable CallFates minus(@Nullable CallFates all, @Nullable CallFates part) {
        return all == null || part == null ? all : all.minus(part);
    }

    private static List<TargetStatus> targets(Optional<NodeTraceStatus> reported) {
        return reported.map(NodeTraceStatus::targets).orElse(List.of());
    }

    private static ContainerCgroup cgroup(TargetStatus target) {
        return new ContainerCgroup(target.podUid(), target.containerId());
    }
}

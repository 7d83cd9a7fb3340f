// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceTotals;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent before this one reported of an assignment: an agent started within the window goes on counting from
 * there.
 */
final class EarlierReport {
    private EarlierReport() {}

    /** Figures of each container. */
    static Map<ContainerCgroup, TraceTotals> byContainer(Optional<NodeTraceStatus> reported) {
        Map<ContainerCgroup, TraceTotals> figures = new HashMap<>();
        for (TargetStatus target : targets(reported)) {
            Optional.ofNullable(target.totals()).ifPresent(totals -> figures.put(cgroup(target), totals));
        }
        return figures;
    }

    /** The containers that were slowed down too much and let go: they are not attached to again. */
    static Map<ContainerCgroup, Refusal> slowedDown(Optional<NodeTraceStatus> reported) {
        Map<ContainerCgroup, Refusal> letGo = new HashMap<>();
        for (TargetStatus target : targets(reported)) {
            if (Reason.SlowdownExceeded.name().equals(target.reason())) {
                String message = Optional.ofNullable(target.message()).orElse(Reason.SlowdownExceeded.name());
                letGo.put(cgroup(target), new Refusal(Reason.SlowdownExceeded, message));
            }
        }
        return letGo;
    }

    /** Figures of the containers that the assignment no longer has. */
    static TraceTotals departed(Optional<NodeTraceStatus> reported, List<Target> current) {
        Set<ContainerCgroup> still = new HashSet<>();
        current.forEach(target -> still.add(AssignedContainer.cgroupOf(target)));
        TraceTotals rest = reported.map(NodeTraceStatus::totals).orElse(TraceTotals.NONE);
        for (TargetStatus target : targets(reported)) {
            if (still.contains(cgroup(target)) && target.totals() != null) {
                rest = minus(rest, target.totals());
            }
        }
        return rest;
    }

    private static TraceTotals minus(TraceTotals all, TraceTotals part) {
        return new TraceTotals(
                Math.max(0, all.targets() - part.targets()),
                Math.max(0, all.processes() - part.processes()),
                Math.max(0, all.calls() - part.calls()),
                Math.max(0, all.spans() - part.spans()),
                Math.max(0, all.lost() - part.lost()),
                all.worstSlowdownPercent(), // the worst of all is the worst of these or of those still there
                all.stopMicrosP99(),
                Math.max(0, all.unwatchedMillis() - part.unwatchedMillis()));
    }

    private static List<TargetStatus> targets(Optional<NodeTraceStatus> reported) {
        return reported.map(NodeTraceStatus::targets).orElse(List.of());
    }

    private static ContainerCgroup cgroup(TargetStatus target) {
        return new ContainerCgroup(target.podUid(), target.containerId());
    }
}

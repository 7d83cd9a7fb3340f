// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.TargetState;
import dev.renacer.nodeagent.trace.ContainerTrace;
import java.util.EnumMap;
import java.util.Map;

/**
 * What an agent, or one of its assignments, has done, for its metrics. Unlike a status it counts only this agent's
 * work, not what an earlier one reported.
 *
 * @param assignments  NodeTraces being carried out
 * @param targets      their containers by state
 * @param calls        system calls seen
 * @param exported     spans the collectors acknowledged
 * @param losses       the losses
 * @param failedLookups  descriptors of which it is not known whether they are what calls are chosen by
 * @param contexts     what is missing of applications' own traces
 * @param ringBytes    memory reserved for the rings of open traces
 */
public record AgentFigures(
        int assignments,
        Map<TargetState, Integer> targets,
        long calls,
        long exported,
        ContainerTrace.Losses losses,
        long failedLookups,
        ContextCounts contexts,
        long ringBytes) {
    /** No work done. */
    public static final AgentFigures NONE =
            new AgentFigures(0, Map.of(), 0, 0, ContainerTrace.Losses.NONE, 0, ContextCounts.NONE, 0);

    AgentFigures plus(AgentFigures other) {
        Map<TargetState, Integer> sum = new EnumMap<>(TargetState.class);
        sum.putAll(targets);
        other.targets.forEach((state, count) -> sum.merge(state, count, Integer::sum));
        return new AgentFigures(
                assignments + other.assignments,
                sum,
                calls + other.calls,
                exported + other.exported,
                losses.plus(other.losses),
                failedLookups + other.failedLookups,
                contexts.plus(other.contexts),
                ringBytes + other.ringBytes);
    }

    /** The figures of an assignment that is over: its counts stay, its resources are gone. */
    AgentFigures atEnd() {
        return new AgentFigures(0, Map.of(), calls, exported, losses, failedLookups, contexts, 0);
    }
}

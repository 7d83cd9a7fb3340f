// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.nodetrace;

import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.AwaitedContainer;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.operator.plan.TargetPlan;
import java.util.List;

/**
 * What must be traced on one node.
 *
 * @param targets  containers that run, or have run
 * @param awaited  containers that may start
 */
public record NodeTargets(List<Target> targets, List<AwaitedContainer> awaited) {
    /** No targets. */
    public static final NodeTargets NONE = new NodeTargets(List.of(), List.of());

    /** The targets of this plan on the node. */
    public static NodeTargets of(TargetPlan plan, String nodeName) {
        return new NodeTargets(
                plan.targets().getOrDefault(nodeName, List.of()), plan.awaited().getOrDefault(nodeName, List.of()));
    }

    /** The targets of this NodeTrace. */
    public static NodeTargets of(NodeTraceSpec spec) {
        return new NodeTargets(spec.targets(), spec.awaitedContainers());
    }
}

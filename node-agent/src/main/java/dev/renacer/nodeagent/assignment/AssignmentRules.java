// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.crds.pattern.PatternRules;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessPattern;
import dev.renacer.nodeagent.refusal.Refusal;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.nodeagent.trace.SampledCalls;
import dev.renacer.tracer.filter.FilterSyntaxException;
import dev.renacer.tracer.filter.SyscallFilter;
import java.util.List;
import java.util.Optional;

/**
 * What is refused regardless of what the operator assigned: the agent's own namespace and container, and a profile that
 * cannot be carried out.
 *
 * @param ownNamespace  namespace of the agent's pod; empty outside a cluster
 * @param ownContainer  the agent's container; empty outside one
 */
public record AssignmentRules(Optional<String> ownNamespace, Optional<ContainerCgroup> ownContainer) {
    /** Why this container of this assignment is not traced; empty if it may be. */
    Optional<Refusal> refusal(Target target, Profile profile) {
        if (ownNamespace.filter(target.namespace()::equals).isPresent()
                || ownContainer.filter(ContainerCgroup.of(target)::equals).isPresent()) {
            return Optional.of(new Refusal(
                    Reason.NeverTraced,
                    "pods of Renacer's own namespace, " + target.namespace() + ", are never traced"));
        }
        Optional<Refusal> unusable = PatternRules.refusal(profile.process(), profile.syscalls())
                .map(refusal -> new Refusal(refusal.reason(), refusal.message()));
        if (unusable.isPresent()) {
            return unusable;
        }
        try {
            SyscallFilter.of(Optional.ofNullable(profile.syscalls()).orElse(List.of()));
            SampledCalls.of(profile);
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.of(e.refusal());
        } catch (FilterSyntaxException e) {
            return Optional.of(new Refusal(Reason.UnknownSyscall, "spec.syscalls: " + e.getMessage()));
        }
    }

    /**
     * The pattern of a profile, if it has one.
     *
     * @throws RefusedException if it is not valid
     */
    static Optional<ProcessPattern> pattern(Profile profile) throws RefusedException {
        String expression = profile.process();
        return expression == null || expression.isEmpty()
                ? Optional.empty()
                : Optional.of(ProcessPattern.of(expression));
    }
}

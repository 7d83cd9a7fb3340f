// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestSpec.SamplingRule;
import dev.renacer.crds.pattern.SamplingRules;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.span.volume.Sampling;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Which calls a profile leaves out of the spans. */
public final class SampledCalls {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final double MILLION = 1e6;

    private SampledCalls() {}

    /**
     * The rules of a profile.
     *
     * @throws RefusedException if one is none, or names a system call that there is not: a rule that never says anything would
     *     be passed over without a word
     */
    public static Sampling of(Profile profile) throws RefusedException {
        Optional<String> fault = SamplingRules.fault(profile.sampling());
        if (fault.isPresent()) {
            throw new RefusedException(Reason.InvalidSpec, fault.get());
        }
        List<Sampling.Rule> rules = new ArrayList<>();
        for (SamplingRule rule : Objects.requireNonNullElse(profile.sampling(), List.<SamplingRule>of())) {
            rules.add(rule(rule));
        }
        return rules.isEmpty() ? Sampling.NONE : Sampling.of(rules);
    }

    private static Sampling.Rule rule(SamplingRule rule) throws RefusedException {
        if (rule.keepMinDurationMicros() != null) {
            return new Sampling.KeepSlow(rule.keepMinDurationMicros() * NANOS_PER_MICRO);
        }
        if (rule.keepTracesPerMillion() != null) {
            return Sampling.KeepTraces.withProbability(rule.keepTracesPerMillion() / MILLION);
        }
        if (rule.keepSyscalls() != null || rule.dropSyscalls() != null) {
            return new Sampling.Named(names(rule), rule.keepSyscalls() != null);
        }
        return new Sampling.KeepErrors();
    }

    private static Set<String> names(SamplingRule rule) throws RefusedException {
        List<String> names = Objects.requireNonNullElse(
                rule.keepSyscalls(), Objects.requireNonNullElse(rule.dropSyscalls(), List.<String>of()));
        for (String name : names) {
            if (!SyscallTable.instance().knows(name)) {
                throw new RefusedException(Reason.UnknownSyscall, "spec.sampling: unknown system call '" + name + "'");
            }
        }
        return Set.copyOf(names);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.plan.TargetPlan;
import dev.renacer.operator.status.AgentSilence;
import dev.renacer.operator.status.Explanation;
import dev.renacer.operator.status.StatusReport;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a request ends, and why, if it ends now. */
final class EndingRule {
    private EndingRule() {}

    /** The reason to end: something an agent cannot understand, the user's stop, all agents have looked, the deadline; in this order. */
    static Optional<Explanation> of(TraceRequestSpec spec, List<NodeTrace> traces, Instant deadline, Instant now) {
        Optional<Explanation> verdict = traces.stream()
                .map(NodeTrace::getStatus)
                .filter(Objects::nonNull)
                .map(NodeTraceStatus::targets)
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .flatMap(target -> verdict(target).stream())
                .findFirst();
        if (verdict.isPresent()) {
            return verdict;
        }
        if (Boolean.TRUE.equals(spec.stop())) {
            return Optional.of(new Explanation(Reason.Stopped, Reason.Stopped.meaning()));
        }
        if (spec.isLook() && !traces.isEmpty() && traces.stream().allMatch(AgentSilence::isFinished)) {
            return Optional.of(new Explanation(Reason.Looked, Reason.Looked.meaning()));
        }
        return now.isBefore(deadline)
                ? Optional.empty()
                : Optional.of(new Explanation(Reason.DeadlineReached, Reason.DeadlineReached.meaning()));
    }

    /** A look does not wait for containers: what does not run now has nothing that could hang. */
    static Optional<Explanation> nothingToLookAt(TraceRequestSpec spec, TargetPlan plan, List<NodeTrace> traces) {
        return spec.isLook() && plan.nodes().isEmpty() && traces.isEmpty()
                ? Optional.of(new Explanation(Reason.Looked, "No container was there to be looked at"))
                : Optional.empty();
    }

    /** When the request's window ends, if it has begun. */
    static Optional<Instant> deadline(@Nullable TraceRequestStatus status, List<NodeTrace> traces) {
        if (status != null && status.deadline() != null) {
            return Optional.of(Instant.parse(status.deadline()));
        }
        // An operator that was stopped between writing the NodeTraces and the status has left it there.
        return traces.stream()
                .map(trace -> Instant.parse(trace.getSpec().notAfter()))
                .findFirst();
    }

    private static Optional<Explanation> verdict(TargetStatus target) {
        return Optional.ofNullable(target.reason())
                .flatMap(Reason::of)
                .map(reason -> new Explanation(reason, Objects.requireNonNullElse(target.message(), reason.meaning())))
                .filter(StatusReport::isAgentsVerdict);
    }
}

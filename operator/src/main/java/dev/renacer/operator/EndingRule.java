// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.operator.report.Finding;
import dev.renacer.operator.report.StatusReport;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Why a request ends now, if it does. */
final class EndingRule {
    private EndingRule() {}

    /** The reason to end: what an agent cannot make sense of, the user's stop, the deadline; in this order. */
    static Optional<Finding> of(TraceRequestSpec spec, List<NodeTrace> traces, Instant deadline, Instant now) {
        Optional<Finding> verdict = traces.stream()
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
            return Optional.of(new Finding(Reason.Stopped, Reason.Stopped.meaning()));
        }
        return now.isBefore(deadline)
                ? Optional.empty()
                : Optional.of(new Finding(Reason.DeadlineReached, Reason.DeadlineReached.meaning()));
    }

    private static Optional<Finding> verdict(TargetStatus target) {
        return Optional.ofNullable(target.reason())
                .flatMap(Reason::of)
                .map(reason -> new Finding(reason, Objects.requireNonNullElse(target.message(), reason.meaning())))
                .filter(StatusReport::isAgentsVerdict);
    }
}

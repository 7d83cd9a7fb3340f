// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges from its reports whether a node's agent is present. */
public final class AgentSilence {
    /** A present agent takes up a NodeTrace within milliseconds. */
    static final Duration FIRST_REPORT_WITHIN = Duration.ofSeconds(10);
    /** Two reports, a minute apart with jitter, may be missing. */
    static final Duration NEXT_REPORT_WITHIN = Duration.ofSeconds(150);

    private AgentSilence() {}

    /** Whether the agent of this NodeTrace's node should have reported by now and has not. */
    public static boolean isSilent(NodeTrace trace, Instant now) {
        return silentFrom(trace).map(from -> !now.isBefore(from)).orElse(false);
    }

    /** When the next of these agents would count as silent. */
    public static Optional<Instant> nextCheck(Collection<NodeTrace> traces, Instant now) {
        return traces.stream()
                .flatMap(trace -> silentFrom(trace).stream())
                .filter(from -> from.isAfter(now))
                .min(Comparator.naturalOrder());
    }

    /** Whether the agent has reported the end. */
    public static boolean isFinished(NodeTrace trace) {
        NodeTraceStatus status = trace.getStatus();
        return status != null && NodeTracePhase.Finished.name().equals(status.phase());
    }

    private static Optional<Instant> silentFrom(NodeTrace trace) {
        if (isFinished(trace)) {
            return Optional.empty();
        }
        NodeTraceStatus status = trace.getStatus();
        if (status == null || status.phase() == null) {
            return time(trace.getMetadata().getCreationTimestamp()).map(created -> created.plus(FIRST_REPORT_WITHIN));
        }
        return time(status.updateTime()).map(updated -> updated.plus(NEXT_REPORT_WITHIN));
    }

    private static Optional<Instant> time(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty(); // another writer's time; without it silence cannot be told
        }
    }
}

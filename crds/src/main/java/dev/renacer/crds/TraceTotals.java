// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Figures of a trace; in a NodeTrace of one node, in a TraceRequest of all. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TraceTotals(
        @JsonPropertyDescription("Containers traced so far.")
        int targets,

        @JsonPropertyDescription("Processes traced so far.") long processes,
        @JsonPropertyDescription("System calls seen.") long calls,

        @JsonPropertyDescription("Spans the collector acknowledged.")
        long spans,

        @JsonPropertyDescription(
                "Spans lost for any cause: ring full, budget exceeded, queue full, refused by the collector.")
        long lost,

        @JsonPropertyDescription(
                "Worst slowdown of a container's busiest thread over a second, in percent: 100 means that it took twice"
                        + " as long.")
        int worstSlowdownPercent,

        @JsonPropertyDescription(
                "99 % of the stops held a thread for at most so many microseconds; of the container with the highest.")
        int stopMicrosP99,

        @JsonPropertyDescription(
                "Milliseconds that threads went on unwatched, all together, to keep to maxSlowdownPercent (onExceeded DutyCycle).")
        long unwatchedMillis) {
    /** Nothing yet. */
    public static final TraceTotals NONE = new TraceTotals(0, 0, 0, 0, 0);

    /** Figures of a trace whose cost to the target is not known. */
    public TraceTotals(int targets, long processes, long calls, long spans, long lost) {
        this(targets, processes, calls, spans, lost, 0, 0);
    }

    /** Figures of a trace without pauses. */
    public TraceTotals(
            int targets,
            long processes,
            long calls,
            long spans,
            long lost,
            int worstSlowdownPercent,
            int stopMicrosP99) {
        this(targets, processes, calls, spans, lost, worstSlowdownPercent, stopMicrosP99, 0);
    }

    /** Both together: sums, and of the cost the worse. */
    public TraceTotals plus(TraceTotals other) {
        return new TraceTotals(
                targets + other.targets,
                processes + other.processes,
                calls + other.calls,
                spans + other.spans,
                lost + other.lost,
                Math.max(worstSlowdownPercent, other.worstSlowdownPercent),
                Math.max(stopMicrosP99, other.stopMicrosP99),
                unwatchedMillis + other.unwatchedMillis);
    }
}

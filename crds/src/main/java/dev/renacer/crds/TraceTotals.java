// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Figures of a trace: in a NodeTrace those of one node, in a TraceRequest those of all nodes. */
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
                "How much longer, at least, all processes of a container together took for their work, in percent of the"
                        + " time without tracing: 100 means twice as long. The highest of all containers.")
        int slowdownPercent,

        @JsonPropertyDescription(
                "The same for the time in which they were at work and did not all wait for somebody else: they took at"
                        + " most this much longer, or the thread hit hardest did.")
        int workSlowdownPercent,

        @JsonPropertyDescription(
                "slowdownPercent of the second in which it was highest, of a container or one of its processes; it is compared"
                        + " with maxSlowdownPercent.")
        int worstSlowdownPercent,

        @JsonPropertyDescription(
                "99 % of the stops held a thread for at most this many microseconds; the highest of all containers.")
        int stopMicrosP99,

        @JsonPropertyDescription(
                "Milliseconds that threads ran unwatched, all together, to keep to maxSlowdownPercent (onExceeded"
                        + " DutyCycle).")
        long unwatchedMillis,

        @JsonPropertyDescription(
                "Milliseconds that those threads were watched before, in the windows that showed too high a slowdown: of"
                        + " both together it is the share that was seen.")
        long watchedMillis,

        @JsonPropertyDescription(
                "True: an agent was killed, and what it did after its last report is not among these figures. They are"
                        + " at least this high.")
        @Nullable
        Boolean atLeast,

        @JsonPropertyDescription(
                "Look-ups of descriptors in /proc that failed while calls were chosen by paths or peers: calls about these"
                        + " descriptors may be missing.")
        long failedLookups,

        @JsonPropertyDescription("What has become of the calls; absent if an agent is too old to tell.") @Nullable
        CallFates callFates,

        @JsonPropertyDescription(
                "What is missing of the application's own traces among the spans; absent if nothing is.")
        @Nullable
        ContextCounts contexts) {
    /** No figures yet. */
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

    /** Figures that are complete. */
    public TraceTotals(
            int targets,
            long processes,
            long calls,
            long spans,
            long lost,
            int worstSlowdownPercent,
            int stopMicrosP99,
            long unwatchedMillis) {
        this(
                targets,
                processes,
                calls,
                spans,
                lost,
                0,
                0,
                worstSlowdownPercent,
                stopMicrosP99,
                unwatchedMillis,
                0,
                null,
                0);
    }

    /** Figures that do not tell what has become of the calls. */
    public TraceTotals(
            int targets,
            long processes,
            long calls,
            long spans,
            long lost,
            int slowdownPercent,
            int workSlowdownPercent,
            int worstSlowdownPercent,
            int stopMicrosP99,
            long unwatchedMillis,
            long watchedMillis,
            @Nullable Boolean atLeast,
            long failedLookups) {
        this(
                targets,
                processes,
                calls,
                spans,
                lost,
                slowdownPercent,
                workSlowdownPercent,
                worstSlowdownPercent,
                stopMicrosP99,
                unwatchedMillis,
                watchedMillis,
                atLeast,
                failedLookups,
                null,
                null);
    }

    /** These figures, with another slowdown: at least, and at most. */
    public TraceTotals withSlowdown(int percent, int workPercent) {
        return new TraceTotals(
                targets,
                processes,
                calls,
                spans,
                lost,
                percent,
                workPercent,
                worstSlowdownPercent,
                stopMicrosP99,
                unwatchedMillis,
                watchedMillis,
                atLeast,
                failedLookups,
                callFates,
                contexts);
    }

    /** These figures, as lower bounds. */
    public TraceTotals asLeast() {
        return new TraceTotals(
                targets,
                processes,
                calls,
                spans,
                lost,
                slowdownPercent,
                workSlowdownPercent,
                worstSlowdownPercent,
                stopMicrosP99,
                unwatchedMillis,
                watchedMillis,
                true,
                failedLookups,
                callFates,
                contexts);
    }

    /** An estimate beyond this is meaningless: the own time is then less than the variation in the cost of stops. */
    private static final int TELLING_PERCENT = 10_000;

    /**
     * How much longer the traced programs took, in words: at least, and at most. The first figure comes first: it is of the kind that
     * a bound is compared with.
     */
    @JsonIgnore
    public String slowdown() {
        if (slowdownPercent == workSlowdownPercent) {
            return percent(slowdownPercent);
        }
        return workSlowdownPercent > TELLING_PERCENT
                ? slowdownPercent > TELLING_PERCENT ? percent(slowdownPercent) : "at least " + percent(slowdownPercent)
                : "at least " + percent(slowdownPercent) + " (at most " + percent(workSlowdownPercent) + ")";
    }

    /** The same for the worst second, at least: what a bound is compared with. */
    @JsonIgnore
    public String worstSlowdown() {
        return percent(worstSlowdownPercent);
    }

    private static String percent(int percent) {
        return percent > TELLING_PERCENT ? "more than " + TELLING_PERCENT + " %" : percent + " %";
    }

    /** How much of their time busy threads that had to rest were watched, in words; empty if none had to. */
    @JsonIgnore
    public Optional<String> watchedShare() {
        if (unwatchedMillis == 0) {
            return Optional.empty();
        }
        if (watchedMillis == 0) { // an older agent does not tell it
            return Optional.of(String.format(Locale.ROOT, "part of the time (%.1f s not)", unwatchedMillis / 1e3));
        }
        double all = watchedMillis + unwatchedMillis;
        return Optional.of(String.format(
                Locale.ROOT,
                "%.1f %% of the time (%.1f of %.1f s)",
                100 * watchedMillis / all,
                watchedMillis / 1e3,
                all / 1e3));
    }

    /** Whether an agent was killed and the true figures may be higher. */
    @JsonIgnore
    public boolean isLeast() {
        return Boolean.TRUE.equals(atLeast);
    }

    /** Both together: the sums, and the worse of the two costs. */
    public TraceTotals plus(TraceTotals other) {
        return new TraceTotals(
                targets + other.targets,
                processes + other.processes,
                calls + other.calls,
                spans + other.spans,
                lost + other.lost,
                Math.max(slowdownPercent, other.slowdownPercent),
                Math.max(workSlowdownPercent, other.workSlowdownPercent),
                Math.max(worstSlowdownPercent, other.worstSlowdownPercent),
                Math.max(stopMicrosP99, other.stopMicrosP99),
                unwatchedMillis + other.unwatchedMillis,
                watchedMillis + other.watchedMillis,
                (isLeast() || other.isLeast()) ? true : null,
                failedLookups + other.failedLookups,
                CallFates.sum(callFates, other.callFates),
                ContextCounts.of(contexts)
                        .plus(ContextCounts.of(other.contexts))
                        .orAbsent());
    }
}

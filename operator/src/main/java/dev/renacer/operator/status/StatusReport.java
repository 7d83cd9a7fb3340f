// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.CallFates;
import dev.renacer.crds.ConditionType;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.operator.plan.Acceptance;
import dev.renacer.operator.plan.ArgumentDetail;
import dev.renacer.operator.plan.SlowdownBound;
import dev.renacer.operator.status.Conditions.Value;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Writes a request's status. */
public final class StatusReport {
    private StatusReport() {}

    /** The status of a request that cannot be carried out as written. */
    public static TraceRequestStatus refused(
            Acceptance.Refused refused, long generation, Instant now, @Nullable TraceRequestStatus previous) {
        Conditions conditions = new Conditions(previous, generation, now)
                .set(ConditionType.Accepted, Value.False, refused.reason(), refused.message())
                .set(ConditionType.Tracing, Value.False, refused.reason(), refused.message())
                .set(ConditionType.Exporting, Value.Unknown, Reason.NotStarted, Reason.NotStarted.meaning())
                .set(ConditionType.Degraded, Value.False, Reason.AsExpected, Reason.AsExpected.meaning())
                .set(ConditionType.Succeeded, Value.False, refused.reason(), refused.message());
        return notStarted(generation, conditions, null);
    }

    /** The status of a request that waits its turn. */
    public static TraceRequestStatus queued(
            String message, long generation, Instant now, @Nullable TraceRequestStatus previous) {
        Conditions conditions = new Conditions(previous, generation, now)
                .set(ConditionType.Accepted, Value.Unknown, Reason.Queued, message)
                .set(ConditionType.Tracing, Value.False, Reason.Queued, message)
                .set(ConditionType.Exporting, Value.Unknown, Reason.NotStarted, Reason.NotStarted.meaning())
                .set(ConditionType.Degraded, Value.False, Reason.AsExpected, Reason.AsExpected.meaning())
                .set(ConditionType.Succeeded, Value.Unknown, Reason.InProgress, "It has not begun: " + message);
        return notStarted(generation, conditions, null);
    }

    /** The status of a request that was stopped before it began. */
    public static TraceRequestStatus stoppedBeforeStart(
            long generation, Instant now, @Nullable TraceRequestStatus previous) {
        String message = "Stopped before it began";
        Conditions conditions = new Conditions(previous, generation, now)
                .set(ConditionType.Accepted, Value.False, Reason.Stopped, message)
                .set(ConditionType.Tracing, Value.False, Reason.Stopped, message)
                .set(ConditionType.Exporting, Value.Unknown, Reason.NotStarted, Reason.NotStarted.meaning())
                .set(ConditionType.Degraded, Value.False, Reason.AsExpected, Reason.AsExpected.meaning())
                .set(ConditionType.Succeeded, Value.False, Reason.NothingTraced, message);
        return notStarted(
                generation, conditions, now.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static TraceRequestStatus notStarted(
            long generation, Conditions conditions, @Nullable String completionTime) {
        return new TraceRequestStatus(
                generation, conditions.list(), null, null, completionTime, null, null, null, null, null, null);
    }

    /** The status of an accepted request. */
    public static TraceRequestStatus of(Situation situation, @Nullable TraceRequestStatus previous) {
        AgentReports reports = new AgentReports(situation.traces());
        TraceTotals totals = finalReportMissing(situation) ? reports.totals().asLeast() : reports.totals();
        Conditions conditions = new Conditions(previous, situation.generation(), situation.now());
        accepted(conditions, situation);
        Explanation tracing = tracing(conditions, situation, reports);
        exporting(conditions, situation, reports, totals);
        degraded(conditions, situation, reports, totals);
        succeeded(conditions, situation, reports, totals, tracing);
        return new TraceRequestStatus(
                situation.generation(),
                conditions.list(),
                situation.startTime().toString(),
                situation.deadline().toString(),
                situation.over()
                        ? situation.now().truncatedTo(ChronoUnit.SECONDS).toString()
                        : null,
                situation.traces().size(),
                totals,
                reports.firstTraceIds(),
                SkippedContainers.of(situation),
                situation.sink(),
                situation.policies().isEmpty() ? null : situation.policies(),
                LookReport.of(situation));
    }

    private static void accepted(Conditions conditions, Situation situation) {
        Optional<Explanation> refused = situation.ending().filter(StatusReport::isAgentsVerdict);
        refused.ifPresentOrElse(
                explanation -> conditions.set(ConditionType.Accepted, Value.False, explanation),
                () -> conditions.set(
                        ConditionType.Accepted, Value.True, Reason.Accepted, "Open until " + situation.deadline()));
    }

    /** The agent has the tables of system calls and the pattern engine; its verdict on these is the request's. */
    public static boolean isAgentsVerdict(Explanation explanation) {
        return explanation.reason() == Reason.UnknownSyscall || explanation.reason() == Reason.InvalidProcessPattern;
    }

    private static Explanation tracing(Conditions conditions, Situation situation, AgentReports reports) {
        Explanation explanation;
        List<TargetStatus> traced = reports.inState(TargetState.Tracing);
        if (situation.ending().isPresent()) {
            explanation = everTraced(reports) ? situation.ending().get() : causeOfNothing(situation);
        } else if (traced.isEmpty()) {
            explanation = WhyNotTracing.of(situation);
        } else {
            explanation = new Explanation(
                    Reason.Tracing,
                    counted(traced.size(), "container") + " on "
                            + counted(reports.nodesInState(TargetState.Tracing), "node") + " until "
                            + situation.deadline()
                            + situation
                                    .bound()
                                    .map(bound -> "; " + bound.words())
                                    .orElse("")
                            + "; "
                            + ArgumentDetail.inForce(situation
                                            .traces()
                                            .getFirst()
                                            .getSpec()
                                            .profile())
                                    .words());
        }
        conditions.set(
                ConditionType.Tracing, explanation.reason() == Reason.Tracing ? Value.True : Value.False, explanation);
        return explanation;
    }

    private static void exporting(
            Conditions conditions, Situation situation, AgentReports reports, TraceTotals totals) {
        SortedMap<String, String> failures = reports.exportFailures();
        if (!failures.isEmpty()) {
            Map.Entry<String, String> first = failures.firstEntry();
            conditions.set(
                    ConditionType.Exporting,
                    Value.False,
                    Reason.ExportFailed,
                    "From node " + first.getKey() + ": " + first.getValue()
                            + (failures.size() > 1 ? " (and " + (failures.size() - 1) + " more nodes)" : ""));
        } else if (LookReport.isLook(situation)) {
            conditions.set(ConditionType.Exporting, Value.Unknown, Reason.NotStarted, "A look sends no spans");
        } else if (totals.spans() > 0) {
            conditions.set(ConditionType.Exporting, Value.True, Reason.Exporting, Reason.Exporting.meaning());
        } else if (unsampled(totals) > 0) {
            conditions.set(
                    ConditionType.Exporting,
                    Value.Unknown,
                    Reason.NotStarted,
                    Reason.NotStarted.meaning() + " " + counted(unsampled(totals), "call")
                            + " left out: the application does not record the traces they were made for; spec.unsampled: Keep"
                            + " gives them spans");
        } else {
            conditions.set(ConditionType.Exporting, Value.Unknown, Reason.NotStarted, Reason.NotStarted.meaning());
        }
    }

    private static void degraded(Conditions conditions, Situation situation, AgentReports reports, TraceTotals totals) {
        Optional<Explanation> silence = WhyNotTracing.silence(situation)
                .map(explanation -> situation.over() && everTraced(reports)
                        ? new Explanation(
                                Reason.DetachTimedOut, Reason.DetachTimedOut.meaning() + " " + explanation.message())
                        : explanation);
        // First what harms the target: nobody else repairs it.
        Optional<Explanation> wrong = reports.unrestoredAffinity()
                .or(() -> silence)
                .or(reports::killedAgents)
                .or(() -> unfinished(situation))
                .or(() -> WhyNotTracing.refusal(reports)
                        .map(explanation -> new Explanation(
                                Reason.TargetsFailed, explanation.reason() + ": " + explanation.message())))
                .or(() -> WhyNotTracing.containers(situation.plan()))
                .or(() -> leftOut(situation, Reason.LimitReached))
                .or(() -> leftOut(situation, Reason.AgentOutdated))
                .or(() -> loss(totals, reports))
                .or(reports::withoutColocation)
                .or(() -> partlyWatched(totals))
                .or(() -> overlooked(totals))
                .or(reports::unknownLockHolders);
        wrong.ifPresentOrElse(
                explanation -> conditions.set(ConditionType.Degraded, Value.True, explanation),
                () -> conditions.set(
                        ConditionType.Degraded, Value.False, Reason.AsExpected, Reason.AsExpected.meaning()));
    }

    /** An agent that was killed and not replaced in the window, or a lost node: what was counted after its last report is not known. */
    private static boolean finalReportMissing(Situation situation) {
        return situation.over()
                && situation.traces().stream()
                        .anyMatch(trace -> !AgentSilence.isFinished(trace)
                                && !trace.getSpec().isIdle());
    }

    private static Optional<Explanation> leftOut(Situation situation, Reason reason) {
        long count = situation.plan().skipped().stream()
                .filter(skip -> skip.reason() == reason)
                .count();
        return situation.plan().skipped().stream()
                .filter(skip -> skip.reason() == reason)
                .findFirst()
                .map(skip -> new Explanation(
                        reason,
                        counted(count, "container") + " left out, such as " + skip.podName() + "/"
                                + skip.containerName() + ": " + skip.message()));
    }

    private static Optional<Explanation> unfinished(Situation situation) {
        if (!situation.over()) {
            return Optional.empty();
        }
        return situation.traces().stream()
                .filter(trace -> !AgentSilence.isFinished(trace))
                .map(
                        trace -> new Explanation(
                                Reason.DetachTimedOut,
                                "The agent of node " + trace.getSpec().nodeName()
                                        + " did not report the end in time; it detaches by itself at the deadline, and what it counted after its last report is not in the figures"))
                .findFirst();
    }

    private static Optional<Explanation> loss(TraceTotals totals, AgentReports reports) {
        if (totals.lost() == 0) {
            return Optional.empty();
        }
        return Optional.of(new Explanation(
                Reason.SpansLost,
                totals.lost() + " of " + (totals.spans() + totals.lost()) + " spans were lost; " + remedy(reports)));
    }

    private static String folded(TraceTotals totals) {
        CallFates fates = totals.callFates();
        return fates == null || fates.folded() == 0 ? "" : counted(fates.folded(), "call") + " folded, ";
    }

    private static long unsampled(TraceTotals totals) {
        return ContextCounts.of(totals.contexts()).unsampledCalls();
    }

    /** They are among the calls that were seen, and neither delivered nor lost. */
    private static String unrecorded(TraceTotals totals) {
        return unsampled(totals) == 0
                ? ""
                : counted(unsampled(totals), "call") + " of traces that the application does not record left out, ";
    }

    private static String withoutRequests(TraceTotals totals) {
        String why = ContextCounts.of(totals.contexts()).withoutRequests();
        return why.isEmpty() ? "" : "; " + why;
    }

    private static Optional<Explanation> partlyWatched(TraceTotals totals) {
        return totals.watchedShare()
                .map(share -> new Explanation(
                        Reason.PartlyWatched,
                        "To keep to the slowdown bound, busy threads were watched " + share
                                + "; the calls they made in the rest of the time are not in the trace"));
    }

    private static Optional<Explanation> overlooked(TraceTotals totals) {
        return totals.failedLookups() == 0
                ? Optional.empty()
                : Optional.of(new Explanation(
                        Reason.CallsOverlooked,
                        counted(totals.failedLookups(), "look-up")
                                + " of descriptors failed (closed or ended by then, or not to be looked at): calls about these"
                                + " may be missing"));
    }

    private static String remedy(AgentReports reports) {
        return reports.exportFailures().isEmpty()
                ? "over the budget (narrow spec.syscalls or raise spec.maxSpansPerSecond) or while the sink was unreachable"
                : "the sink does not accept them, see Exporting";
    }

    private static void succeeded(
            Conditions conditions, Situation situation, AgentReports reports, TraceTotals totals, Explanation tracing) {
        if (!situation.over()) {
            conditions.set(ConditionType.Succeeded, Value.Unknown, Reason.InProgress, Reason.InProgress.meaning());
        } else if (everTraced(reports) && totals.spans() == 0 && totals.lost() > 0) {
            conditions.set(
                    ConditionType.Succeeded,
                    Value.False,
                    Reason.SpansLost,
                    "Not one of " + counted(totals.lost(), "span") + " was delivered; " + remedy(reports));
        } else if (everTraced(reports) && LookReport.isLook(situation)) {
            conditions.set(ConditionType.Succeeded, Value.True, Reason.Completed, LookReport.words(totals));
        } else if (everTraced(reports)) {
            conditions.set(
                    ConditionType.Succeeded,
                    Value.True,
                    Reason.Completed,
                    (totals.isLeast() ? "At least " : "") + counted(totals.calls(), "call") + " of "
                            + counted(totals.processes(), "process") + " seen, "
                            + counted(totals.spans(), "span") + " delivered, " + folded(totals) + unrecorded(totals)
                            + totals.lost()
                            + " lost"
                            + cost(totals, situation.bound())
                            + withoutRequests(totals));
        } else {
            Reason reason = isAgentsVerdict(tracing) ? tracing.reason() : Reason.NothingTraced;
            conditions.set(ConditionType.Succeeded, Value.False, reason, tracing.message());
        }
    }

    /** At the end, the reason why nothing was traced says more than that the window is over. */
    private static Explanation causeOfNothing(Situation situation) {
        Explanation ending = situation.ending().orElseThrow();
        if (isAgentsVerdict(ending)) {
            return ending;
        }
        Explanation cause = WhyNotTracing.of(situation);
        return cause.reason() == Reason.WaitingForAgent ? ending : cause;
    }

    /** What it cost the target; nothing if no agent has measured it. */
    private static String cost(TraceTotals totals, Optional<SlowdownBound> bound) {
        if (totals.worstSlowdownPercent() == 0 && totals.stopMicrosP99() == 0) {
            return "";
        }
        return "; slowed down by " + totals.slowdown() + ", in the worst second by at least "
                + totals.worstSlowdown()
                + bound.map(known -> ", which the bound of " + known.percent() + " % is compared with")
                        .orElse("")
                + "; 99 % of the stops within "
                + totals.stopMicrosP99() + " us"
                + totals.watchedShare()
                        .map(share -> "; to keep to the bound busy threads were watched " + share)
                        .orElse("");
    }

    private static boolean everTraced(AgentReports reports) {
        return reports.totals().processes() > 0 || reports.tracingSince().isPresent();
    }

    private static String counted(long count, String noun) {
        String plural = noun.endsWith("s") ? noun + "es" : noun + "s";
        return count + " " + (count == 1 ? noun : plural);
    }
}

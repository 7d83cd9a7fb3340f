// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells the life of one request as lines: each change of state, of the conditions that explain it and of the figures, once. Holds
 * no connection; give it each version of the object. Not thread-safe.
 */
final class TraceFollower {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final long startNanos;
    private List<String> told = List.of();
    private TraceTotals toldTotals = TraceTotals.NONE;
    private TraceState state = TraceState.PENDING;

    /**
     * @param startNanos  {@link System#nanoTime()} that lines count from
     */
    TraceFollower(PrintStream out, long startNanos) {
        this.out = out;
        this.startNanos = startNanos;
    }

    /** Prints what is new in this version of the request. */
    void update(TraceRequest request) {
        state = TraceState.of(request);
        List<String> facts = facts(request);
        for (String fact : facts) {
            if (!told.contains(fact)) {
                line(fact);
            }
        }
        told = facts;
        totals(request).filter(totals -> !totals.equals(toldTotals)).ifPresent(totals -> {
            toldTotals = totals;
            line(figures(totals));
        });
    }

    /** The state as of the last update. */
    TraceState state() {
        return state;
    }

    /** Prints where to look for the spans; call once the trace is over. */
    void summarize(TraceRequest request) {
        Optional.ofNullable(request.getStatus())
                .map(TraceRequestStatus::firstTraceIds)
                .filter(ids -> !ids.isEmpty())
                .ifPresent(ids -> out.println("trace ids: " + String.join(" ", ids)));
    }

    /** Prints a line under the running clock. */
    void line(String text) {
        double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
        out.printf(Locale.ROOT, "%6.1fs  %s%n", seconds, text);
    }

    private List<String> facts(TraceRequest request) {
        List<String> facts = new ArrayList<>();
        if (state != TraceState.PENDING) {
            facts.add(described(state.word(), state.explainedBy(request)));
        }
        // What goes wrong beside the trace itself: spans that do not reach the sink, nodes that do not answer.
        if (TraceState.is(request, "Exporting", "False") && !state.isLast()) {
            facts.add(described("Not exporting", TraceState.condition(request, "Exporting")));
        }
        if (TraceState.is(request, "Degraded", "True")) {
            facts.add(described("Degraded", TraceState.condition(request, "Degraded")));
        }
        return facts;
    }

    private static String described(String word, Optional<Condition> condition) {
        String reason = condition
                .map(Condition::getReason)
                .filter(text -> !text.isEmpty() && !text.equals(word))
                .map(text -> " (" + text + ")")
                .orElse("");
        String message = condition
                .map(Condition::getMessage)
                .filter(text -> !text.isEmpty())
                .map(text -> ": " + text)
                .orElse("");
        return word + reason + message;
    }

    private static Optional<TraceTotals> totals(TraceRequest request) {
        return Optional.ofNullable(request.getStatus()).map(TraceRequestStatus::totals);
    }

    private static String figures(TraceTotals totals) {
        return String.format(
                Locale.ROOT,
                "%s, %s: %,d calls, %,d spans, lost %,d",
                counted(totals.targets(), "container", "containers"),
                counted(totals.processes(), "process", "processes"),
                totals.calls(),
                totals.spans(),
                totals.lost());
    }

    private static String counted(long count, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }
}

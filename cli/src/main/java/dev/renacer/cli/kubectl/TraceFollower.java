// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceRequestStatus.Example;
import dev.renacer.crds.TraceRequestStatus.Skipped;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Tells the life of one request as lines: each change of state, of the conditions that explain it, of the containers and of the
 * figures, once. Holds no connection; give it each version of the object. Not thread-safe.
 */
final class TraceFollower {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintWriter out;
    private final LiveLine live;
    private final long startNanos;
    private final Set<String> toldContainers = new HashSet<>();
    private List<String> told = List.of();
    private TraceTotals toldTotals = TraceTotals.NONE;
    private TraceState state = TraceState.PENDING;

    /**
     * @param startNanos  {@link System#nanoTime()} that lines count from
     */
    TraceFollower(PrintWriter out, LiveLine live, long startNanos) {
        this.out = out;
        this.live = live;
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
        // Zeros of a container that has just been attached are no news; the end is told in words.
        totals(request)
                .filter(totals -> totals.calls() > 0 && !totals.equals(toldTotals))
                .ifPresent(totals -> {
                    toldTotals = totals;
                    line(Figures.line(totals));
                });
    }

    /** Prints what is new of each container. */
    void containers(List<Attachments> containers) {
        for (Attachments container : containers) {
            String text = container.told();
            if (!text.isEmpty() && toldContainers.add(container.key())) {
                line(text);
            }
        }
    }

    /** Keeps the terminal's last line up to date. */
    void tick(TraceRequest request) {
        live.show(request, Instant.now());
    }

    /** The state as of the last update. */
    TraceState state() {
        return state;
    }

    /** Prints where to look for the spans; call once the trace is over. */
    void summarize(TraceRequest request) {
        live.erase();
        Optional.ofNullable(request.getStatus())
                .map(TraceRequestStatus::firstTraceIds)
                .filter(ids -> !ids.isEmpty())
                .ifPresent(ids -> out.println("trace ids: " + String.join(" ", ids)));
        out.flush();
    }

    /** Prints a line under the running clock. */
    void line(String text) {
        live.erase();
        double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
        out.printf(Locale.ROOT, "%6.1fs  %s%n", seconds, text);
        out.flush();
    }

    private List<String> facts(TraceRequest request) {
        List<String> facts = new ArrayList<>();
        if (state != TraceState.PENDING) {
            facts.add(described(headline(request), state.explainedBy(request)));
        }
        // What goes wrong beside the trace itself: spans that do not reach the sink, nodes that do not answer.
        if (TraceState.is(request, ConditionType.Exporting, "False") && !state.isLast()) {
            facts.add(described("Not exporting", TraceState.condition(request, ConditionType.Exporting)));
        }
        if (TraceState.is(request, ConditionType.Degraded, "True")) {
            facts.add(described("Degraded", TraceState.condition(request, ConditionType.Degraded)));
        }
        Optional.ofNullable(request.getStatus())
                .map(TraceRequestStatus::skipped)
                .orElse(List.of())
                .forEach(skipped -> skips(facts, skipped));
        return facts;
    }

    private String headline(TraceRequest request) {
        return switch (state) {
            case REFUSED -> "Refused";
            case SUCCEEDED -> "Succeeded";
            case FAILED -> "Failed";
            case PENDING, ACCEPTED, TRACING -> TraceState.word(request);
        };
    }

    private static void skips(List<String> facts, Skipped skipped) {
        List<Example> examples = skipped.examples() == null ? List.of() : skipped.examples();
        for (Example example : examples) {
            String container = example.containerName() == null ? "" : "/" + example.containerName();
            String node = example.nodeName() == null ? "" : " on " + example.nodeName();
            facts.add("Skipped " + example.podName() + container + node + " (" + skipped.reason() + "): "
                    + example.message());
        }
        int more = skipped.count() - examples.size();
        if (more > 0) {
            facts.add("Skipped " + more + (examples.isEmpty() ? "" : " more") + " (" + skipped.reason() + ")");
        }
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
}

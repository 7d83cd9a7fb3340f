// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.follow;

import dev.renacer.cli.kubectl.status.Attachments;
import dev.renacer.cli.kubectl.status.Figures;
import dev.renacer.cli.kubectl.status.TraceFacts;
import dev.renacer.cli.kubectl.status.TraceFacts.Fact;
import dev.renacer.cli.kubectl.status.TraceState;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells the life of one request as lines: each change of state, of the conditions that explain it, of the containers and of the
 * figures, once. Holds no connection; give it each version of the object. Not thread-safe.
 */
public final class ProgressPrinter {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintWriter out;
    private final LiveLine live;
    private final long startNanos;
    private final Set<String> toldContainers = new HashSet<>();
    /** By topic, what was told last. */
    private final Map<String, String> told = new HashMap<>();

    private final Set<String> passing = new HashSet<>();
    private TraceTotals toldTotals = TraceTotals.NONE;
    private TraceState state = TraceState.PENDING;

    /**
     * @param startNanos  {@link System#nanoTime()} that lines count from
     */
    public ProgressPrinter(PrintWriter out, LiveLine live, long startNanos) {
        this.out = out;
        this.live = live;
        this.startNanos = startNanos;
    }

    /** Prints what is new in this version of the request. */
    void update(TraceRequest request) {
        state = TraceState.of(request);
        List<Fact> facts = TraceFacts.of(request);
        Set<String> topics = facts.stream().map(Fact::topic).collect(Collectors.toSet());
        // A condition that is over is news when it comes back; a container that is left out was told.
        passing.removeIf(topic -> !topics.contains(topic) && told.remove(topic) != null);
        facts.forEach(this::tell);
        // Zeros of a container that has just been attached are not news; the end is told in words.
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
            if (container.isFailed()) {
                tell(container.failure());
                continue;
            }
            String text = container.told();
            if (!text.isEmpty() && toldContainers.add(container.key())) {
                line(text);
            }
        }
    }

    /**
     * Prints what one agent found wrong with the request itself; the operator says the same in the condition Accepted, once all
     * agents have detached.
     */
    void refused(TargetStatus verdict) {
        line("Refused" + Attachments.why(verdict));
        remedy(verdict.reason());
    }

    private void tell(Fact fact) {
        if (!fact.lasting()) {
            passing.add(fact.topic());
        }
        if (!fact.value().equals(told.put(fact.topic(), fact.value()))) {
            line(fact.line());
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

    /** Prints where to look for the spans, or what to do about a refusal; call once the trace is over. */
    void summarize(TraceRequest request) {
        live.erase();
        if (state == TraceState.REFUSED) {
            state.explainedBy(request).map(Condition::getReason).ifPresent(this::remedy);
        }
        Optional.ofNullable(request.getStatus())
                .map(TraceRequestStatus::firstTraceIds)
                .filter(ids -> !ids.isEmpty())
                .ifPresent(ids -> out.println(UserText.printable("trace ids: " + String.join(" ", ids))));
        out.flush();
    }

    private void remedy(@Nullable String reason) {
        Optional.ofNullable(reason)
                .flatMap(Reason::of)
                .ifPresent(known -> out.println("what to do: " + known.remedy()));
        out.flush();
    }

    /** Prints a line under the running clock. */
    void line(String text) {
        live.erase();
        double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
        out.printf(Locale.ROOT, "%6.1fs  %s%n", seconds, UserText.printable(text));
        out.flush();
    }

    private static Optional<TraceTotals> totals(TraceRequest request) {
        return Optional.ofNullable(request.getStatus()).map(TraceRequestStatus::totals);
    }
}

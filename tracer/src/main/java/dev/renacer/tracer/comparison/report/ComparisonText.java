// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison.report;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.comparison.CallKey;
import dev.renacer.tracer.comparison.Comparison;
import dev.renacer.tracer.comparison.Difference;
import dev.renacer.tracer.comparison.Difference.Kind;
import dev.renacer.tracer.comparison.TraceProfile;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.List;
import java.util.Locale;

/** What differs, for people: what matters most first. Printable ASCII. */
public final class ComparisonText {
    private static final int MOST = 15;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Comparison comparison;

    public ComparisonText(Comparison comparison) {
        this.comparison = comparison;
    }

    /**
     * Writes it.
     *
     * @param first   the name of the first trace
     * @param second  that of the second
     */
    public void writeTo(StringBuilder out, String first, String second) {
        trace(out, "A", first, comparison.before());
        trace(out, "B", second, comparison.after());
        for (Kind kind : Kind.values()) {
            section(out, kind, comparison.of(kind));
        }
        if (comparison.differences().isEmpty()) {
            out.append("\nNo difference.\n");
        }
        out.append(String.format(
                Locale.ROOT,
                "\n%d groups of calls were tested for a shift of their durations; calls were aligned %s.\n",
                comparison.tests(),
                comparison.bySite() ? "also by the functions that make them" : "without the functions that make them"));
    }

    private static void trace(StringBuilder out, String letter, String name, TraceProfile trace) {
        out.append(String.format(
                Locale.ROOT,
                "%s  %s: %d calls, %d errors, %.6f s",
                letter,
                ByteText.shown(name),
                trace.calls(),
                trace.errors(),
                trace.totalNanos() / NANOS_PER_SECOND));
        if (trace.lost() > 0) {
            out.append("; ").append(trace.lost()).append(" events were lost");
        }
        if (trace.ungrouped() > 0) {
            out.append("; ").append(trace.ungrouped()).append(" calls are not compared: there are too many kinds");
        }
        out.append('\n');
    }

    private static void section(StringBuilder out, Kind kind, List<Difference> differences) {
        if (differences.isEmpty()) {
            return;
        }
        String title = kind.toString();
        out.append('\n')
                .append(Character.toUpperCase(title.charAt(0)))
                .append(title, 1, title.length())
                .append(" (")
                .append(differences.size())
                .append(")\n");
        differences.stream().limit(MOST).forEach(difference -> line(out, difference));
        if (differences.size() > MOST) {
            out.append("  and ").append(differences.size() - MOST).append(" more; --format json has all\n");
        }
    }

    private static void line(StringBuilder out, Difference difference) {
        out.append("  ").append(amount(difference)).append("  ");
        if (difference.errno() != 0) {
            out.append(ErrnoNames.of(difference.errno()).name()).append("  ");
        }
        key(out, difference.key());
        out.append('\n');
    }

    private static String amount(Difference difference) {
        return switch (difference.kind()) {
            case NEW_ERROR, NEW_CALL -> String.format(Locale.ROOT, "%8s", "+" + difference.after());
            case VANISHED_ERROR, VANISHED_CALL -> String.format(Locale.ROOT, "%8s", "-" + difference.before());
            case COUNT -> String.format(Locale.ROOT, "%8d -> %-8d", difference.before(), difference.after());
            case SLOWER, FASTER ->
                String.format(
                        Locale.ROOT,
                        "%10.1f -> %.1f us (%+.0f %%, p = %.0e)",
                        difference.beforeNanos() / NANOS_PER_MICRO,
                        difference.afterNanos() / NANOS_PER_MICRO,
                        difference.growthPercent(),
                        difference.p().orElse(1));
        };
    }

    private static void key(StringBuilder out, CallKey key) {
        out.append(key.call());
        String subject = key.subject();
        if (!subject.isEmpty()) {
            out.append("  ").append(ByteText.shown(subject));
        }
        if (!key.site().isEmpty()) {
            out.append("  at ").append(ByteText.shown(key.site()));
        }
        out.append("  in ").append(ByteText.shown(key.role()));
    }
}

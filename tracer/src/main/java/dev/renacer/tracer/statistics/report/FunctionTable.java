// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.statistics.Durations;
import dev.renacer.tracer.statistics.FunctionTimes;
import dev.renacer.tracer.statistics.FunctionTimes.Caller;
import dev.renacer.tracer.statistics.FunctionTimes.Function;
import dev.renacer.tracer.statistics.FunctionTimes.Way;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables of --function-time: functions, hot paths and callers. */
final class FunctionTable {
    private static final int MOST_FUNCTIONS = 50;
    private static final int MOST_PATHS = 10;
    private static final int MOST_CALLERS = 30;
    private static final int P99 = 99;

    private final FunctionTimes times;
    private final long total;

    FunctionTable(FunctionTimes times) {
        this.times = times;
        this.total = times.totalNanos();
    }

    void writeTo(StringBuilder out) {
        functions(out);
        ways(out);
        callers(out);
        if (times.unlisted().count() > 0) {
            out.append("not among the hot paths, since there are too many: ")
                    .append(times.unlisted().count())
                    .append(" calls, ")
                    .append(Units.seconds(times.unlisted().totalNanos()))
                    .append(" s\n");
        }
        if (times.withoutStack() > 0) {
            out.append("calls without a stack: ").append(times.withoutStack()).append('\n');
        }
    }

    private void functions(StringBuilder out) {
        out.append("Time in system calls by function: its own calls, and those of functions it called (below)\n");
        TextTable table =
                new TextTable("% time", "seconds", "own s", "below s", "calls", "own calls", "p99 us", "function");
        List<Function> functions = times.functions();
        functions.stream()
                .limit(MOST_FUNCTIONS)
                .forEach(function -> table.row(
                        Units.percent(function.all().totalNanos(), total),
                        Units.seconds(function.all().totalNanos()),
                        Units.seconds(function.own().totalNanos()),
                        Units.seconds(function.belowNanos()),
                        Long.toString(function.all().count()),
                        Long.toString(function.own().count()),
                        Units.micros(function.all().percentileNanos(P99).orElse(0L)),
                        name(function)
                                + function.place()
                                        .map(place -> " (" + ByteText.shown(place) + ")")
                                        .orElse("")));
        table.writeTo(out);
        more(out, functions.size(), MOST_FUNCTIONS, "functions");
    }

    private void ways(StringBuilder out) {
        out.append("\nHot paths: the ways to the calls that took longest\n");
        TextTable table = new TextTable("% time", "seconds", "calls", "path");
        List<Map.Entry<Way, Durations>> ways = times.ways();
        ways.stream()
                .limit(MOST_PATHS)
                .forEach(entry -> row(
                        table,
                        entry.getValue(),
                        entry.getKey().functions().reversed().stream()
                                        .map(this::name)
                                        .collect(Collectors.joining(" > "))
                                + " > " + entry.getKey().call() + "()"));
        table.writeTo(out);
        more(out, ways.size(), MOST_PATHS, "paths");
    }

    private void callers(StringBuilder out) {
        List<Map.Entry<Caller, Durations>> callers = times.callers();
        if (callers.isEmpty()) {
            return;
        }
        out.append("\nCallers: the time below each\n");
        TextTable table = new TextTable("% time", "seconds", "calls", "caller > function");
        callers.stream()
                .limit(MOST_CALLERS)
                .forEach(entry -> row(
                        table,
                        entry.getValue(),
                        name(entry.getKey().caller()) + " > "
                                + name(entry.getKey().callee())));
        table.writeTo(out);
        more(out, callers.size(), MOST_CALLERS, "callers");
    }

    private void row(TextTable table, Durations durations, String text) {
        table.row(
                Units.percent(durations.totalNanos(), total),
                Units.seconds(durations.totalNanos()),
                Long.toString(durations.count()),
                text);
    }

    private static void more(StringBuilder out, int all, int shown, String what) {
        if (all > shown) {
            out.append("and ").append(all - shown).append(" more ").append(what).append("; --format json has all\n");
        }
    }

    private String name(Function function) {
        String name = ByteText.shown(function.name());
        return times.isNamesake(function) && !function.module().isEmpty()
                ? name + " [" + ByteText.shown(function.module()) + "]"
                : name;
    }
}

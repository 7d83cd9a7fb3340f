// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.statistics;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.statistics.RowOrder;
import dev.renacer.tracer.statistics.report.Content;
import dev.renacer.tracer.statistics.report.StatisticsOutput;
import dev.renacer.tracer.statistics.report.SummaryColumn;
import dev.renacer.tracer.statistics.report.TimeOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which statistics are written, and whether the trace is as well. */
public final class StatisticsOptions {
    @Option(
            names = {"-c", "--summary"},
            description = "Count calls, errors and times, and write a table at the end instead of the trace; --format"
                    + " FORMAT=FILE still writes the trace to FILE.")
    boolean summary;

    @Option(
            names = "-C",
            description = "Write the trace, and the table of -c (or the statistics asked for) at its end.")
    boolean behindTrace;

    @Option(
            names = {"-S", "--summary-sort-by"},
            paramLabel = "ORDER",
            description = "The order of calls in statistics, the greatest first: time (the default), calls, errors,"
                    + " name, avg-time, min-time, max-time or none.")
    @Nullable
    String order;

    @Option(
            names = {"-U", "--summary-columns"},
            paramLabel = "COLUMN,...",
            description = "The columns of that table: time-percent, total-time, min-time, max-time, avg-time, calls,"
                    + " errors, name.")
    @Nullable
    String columns;

    @Option(
            names = {"-w", "--summary-wall-clock"},
            description = "Accepted as strace has it: times in statistics always are wall-clock times.")
    boolean wallClock;

    @Option(
            names = "--stats-extended",
            description = "Write how long calls took, by call and by error, instead of the trace: least, mean, standard"
                    + " deviation, percentiles 50 to 99, greatest.")
    boolean spread;

    @Option(
            names = "--function-time",
            description = "Write how long the program's functions spent in calls, instead of the trace: themselves and"
                    + " below, hot paths and callers. Implies -s.")
    boolean functions;

    @Option(
            names = "--time",
            description =
                    "Write where the time of each process went, instead of the trace: on a CPU, waiting for one,"
                            + " throttled, blocked and in what (files, peers and locks with the longest waits), and in the tracer.")
    boolean times;

    @Option(
            names = "--profile-self",
            description =
                    "Tell at the end what the trace cost: CPU and memory of renacer, and how much longer the program"
                            + " took.")
    boolean profileSelf;

    /** Whether it is told what the trace cost. */
    public boolean profileItself() {
        return profileSelf;
    }

    /** Whether calls must have stacks and sources. */
    public boolean areByFunction() {
        return functions;
    }

    /** Whether it is told where time went. */
    public boolean areTimes() {
        return times;
    }

    /** Whether statistics are written. */
    public boolean areAsked() {
        return summary || behindTrace || spread || functions || times;
    }

    /** Whether they are written instead of the trace. */
    public boolean replaceTrace() {
        return areAsked() && !behindTrace;
    }

    /** Refuses what makes no sense whatever the format. */
    public void check() {
        if (!areAsked()) {
            if (order != null || columns != null || wallClock) {
                throw CommandFailure.usage("-S, -U and -w are about statistics; add -c, -C or --stats-extended");
            }
            return; // and nothing of them is loaded
        }
        if (columns != null && !hasTable()) {
            throw CommandFailure.usage("-U is about the table of -c; add -c");
        }
        content();
    }

    /**
     * Refuses a format in which they cannot be written.
     *
     * @param format  of the output that has them
     */
    public void check(StatisticsOutput.Format format) {
        if (behindTrace && format != StatisticsOutput.Format.TEXT) {
            throw CommandFailure.usage("-C writes a table behind the lines of a trace, for which JSON, CSV and"
                    + " HTML have no place; use -c, and for the trace --format FORMAT=FILE");
        }
        if (times && format != StatisticsOutput.Format.TEXT) {
            throw CommandFailure.usage("--time writes tables of text; use --format text, or for other programs the"
                    + " attributes renacer.time.* of spans: --otlp-endpoint URL");
        }
        if (format == StatisticsOutput.Format.CSV && (spread || functions)) {
            throw CommandFailure.usage((spread ? "--stats-extended" : "--function-time")
                    + " has several tables, for which one CSV has no place; use --format text, json or html, or -c for a table"
                    + " of calls");
        }
        if (columns != null && format != StatisticsOutput.Format.TEXT) {
            throw CommandFailure.usage("-U chooses columns of the table in text; elsewhere it always has the same:"
                    + " leave -U out, or use --format text");
        }
    }

    /**
     * Refuses lines beside an output that they would spoil.
     *
     * @param allowsRemarks  whether other lines on standard error leave the output intact
     */
    public void check(boolean allowsRemarks) {
        if (profileSelf && !allowsRemarks) {
            throw CommandFailure.usage(
                    "--profile-self writes lines to standard error, where JSON and CSV go as well; write"
                            + " these to a file with -o FILE");
        }
    }

    /**
     * Gathers and writes them.
     *
     * @param descriptors  knows what descriptors are
     * @param facts  what a page says beside them, asked for if there is one
     */
    public List<TraceListener> output(
            ReportStream out, StatisticsOutput.Format format, Descriptors descriptors, Supplier<ReportFacts> facts) {
        List<TraceListener> asked = new ArrayList<>();
        if (hasTable() || spread || functions) {
            asked.add(new StatisticsOutput(out, format, ProjectVersion.current(), content(), facts));
        }
        if (times) {
            asked.add(new TimeOutput(out, descriptors));
        }
        return asked;
    }

    /** -C alone means that table; with other statistics it only says where they go. */
    private boolean hasTable() {
        return summary || (behindTrace && !spread && !functions && !times);
    }

    private Content content() {
        return new Content(hasTable(), spread, functions, rowOrder(), tableColumns());
    }

    private RowOrder rowOrder() {
        return order == null
                ? RowOrder.TIME
                : RowOrder.of(order)
                        .orElseThrow(() -> CommandFailure.usage(
                                "-S '" + order + "' is no order of calls; there are " + RowOrder.NAMES));
    }

    private List<SummaryColumn> tableColumns() {
        if (columns == null) {
            return SummaryColumn.USUAL;
        }
        List<SummaryColumn> chosen = new ArrayList<>();
        for (String name : columns.split(",", -1)) {
            SummaryColumn column = SummaryColumn.of(name)
                    .orElseThrow(() ->
                            CommandFailure.usage("-U '" + name + "' is no column; there are " + SummaryColumn.NAMES));
            if (chosen.contains(column)) {
                throw CommandFailure.usage("-U names the column '" + name + "' twice; leave out one");
            }
            chosen.add(column);
        }
        return SummaryColumn.withName(chosen);
    }
}

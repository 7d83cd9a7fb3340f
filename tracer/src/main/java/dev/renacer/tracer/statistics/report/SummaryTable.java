// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.tracer.statistics.CallStatistics;
import dev.renacer.tracer.statistics.CallStatistics.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of -c in strace's form (count.c), with what did not return below it. */
final class SummaryTable {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final String TOTAL = "total";

    /** What a line is about; that of the total as the others. */
    private record Line(String name, long calls, long errors, long total, long shortest, long longest) {
        static Line of(Row row) {
            return new Line(
                    row.name(),
                    row.durations().count(),
                    row.failed(),
                    row.durations().totalNanos(),
                    row.durations().shortestNanos(),
                    row.durations().longestNanos());
        }

        static Line total(List<Row> rows) {
            return new Line(
                    TOTAL,
                    rows.stream().mapToLong(row -> row.durations().count()).sum(),
                    rows.stream().mapToLong(Row::failed).sum(),
                    rows.stream().mapToLong(row -> row.durations().totalNanos()).sum(),
                    rows.stream()
                            .mapToLong(row -> row.durations().shortestNanos())
                            .min()
                            .orElse(0),
                    rows.stream()
                            .mapToLong(row -> row.durations().longestNanos())
                            .max()
                            .orElse(0));
        }
    }

    private final List<SummaryColumn> columns;

    SummaryTable(List<SummaryColumn> columns) {
        this.columns = columns;
    }

    /**
     * Writes it.
     *
     * @param rows  in the order in which they are listed
     */
    void writeTo(StringBuilder out, List<Row> rows, CallStatistics statistics) {
        Line total = Line.total(rows);
        List<List<String>> lines = new ArrayList<>();
        Stream.concat(rows.stream().map(Line::of), Stream.of(total))
                .forEach(line -> lines.add(columns.stream()
                        .map(column -> cell(column, line, total))
                        .toList()));
        int[] widths = widths(lines);
        line(out, columns.stream().map(SummaryColumn::heading).toList(), widths);
        rule(out, widths);
        lines.subList(0, lines.size() - 1).forEach(cells -> line(out, cells, widths));
        rule(out, widths);
        line(out, lines.getLast(), widths);
        unreturned(out, statistics);
    }

    private int[] widths(List<List<String>> lines) {
        int[] widths = new int[columns.size()];
        for (int column = 0; column < widths.length; column++) {
            int index = column;
            int longest = lines.stream()
                    .mapToInt(cells -> cells.get(index).length())
                    .max()
                    .orElse(0);
            widths[column] = Math.max(columns.get(column).width(), longest);
        }
        return widths;
    }

    private static String cell(SummaryColumn column, Line line, Line total) {
        return switch (column) {
            case TIME_PERCENT -> Units.percent(line.total(), total.total());
            case TOTAL -> Units.seconds(line.total());
            case SHORTEST -> Units.seconds(line.shortest());
            case LONGEST -> Units.seconds(line.longest());
            case AVERAGE -> Long.toString(line.calls() == 0 ? 0 : line.total() / NANOS_PER_MICRO / line.calls());
            case CALLS -> Long.toString(line.calls());
            case ERRORS -> line.errors() == 0 ? "" : Long.toString(line.errors());
            case NAME -> line.name();
        };
    }

    private void line(StringBuilder out, List<String> cells, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            boolean last = column == widths.length - 1;
            String cell = cells.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            if (columns.get(column) == SummaryColumn.NAME) {
                out.append(cell).append(last ? "" : padding);
            } else {
                out.append(padding).append(cell);
            }
            out.append(last ? '\n' : ' ');
        }
    }

    private static void rule(StringBuilder out, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            out.repeat('-', widths[column]).append(column == widths.length - 1 ? '\n' : ' ');
        }
    }

    /** What is not in the table, as it has no duration: without this, a thread that waits for ever would not be seen. */
    static void unreturned(StringBuilder out, CallStatistics statistics) {
        if (!statistics.unreturned().isEmpty()) {
            out.append("not returned: ")
                    .append(statistics.unreturned().entrySet().stream()
                            .map(entry -> entry.getKey() + " " + entry.getValue())
                            .collect(Collectors.joining(", ")))
                    .append('\n');
        }
        if (!statistics.inFlight().isEmpty()) {
            out.append("in flight at the end: ")
                    .append(statistics.inFlight().entrySet().stream()
                            .map(SummaryTable::inFlight)
                            .collect(Collectors.joining(", ")))
                    .append('\n');
        }
    }

    private static String inFlight(Map.Entry<String, CallStatistics.InFlight> entry) {
        CallStatistics.InFlight calls = entry.getValue();
        return String.format(
                Locale.ROOT,
                "%s %d (%s %s s)",
                entry.getKey(),
                calls.count(),
                calls.count() == 1 ? "for" : "for up to",
                Units.seconds(calls.longestNanos()));
    }
}

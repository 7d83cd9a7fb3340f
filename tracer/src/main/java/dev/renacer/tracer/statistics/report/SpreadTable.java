// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.tracer.statistics.CallStatistics.Row;
import dev.renacer.tracer.statistics.Durations;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.List;
import java.util.Map;

/** The table of --stats-extended: how the durations of each call spread, and below it those of each error. Microseconds. */
final class SpreadTable {
    /** The percentiles that are written, in this order. */
    static final List<Integer> PERCENTILES = List.of(50, 75, 90, 95, 99);

    private SpreadTable() {}

    static void writeTo(StringBuilder out, List<Row> rows) {
        TextTable table = new TextTable(
                "calls",
                "errors",
                "total us",
                "min",
                "mean",
                "std dev",
                "p50",
                "p75",
                "p90",
                "p95",
                "p99",
                "max",
                "syscall");
        for (Row row : rows) {
            line(table, row.durations(), row.failed() == 0 ? "" : Long.toString(row.failed()), row.name());
            for (Map.Entry<Integer, Durations> error : row.errors().entrySet()) {
                String count = Long.toString(error.getValue().count());
                line(
                        table,
                        error.getValue(),
                        count,
                        "  " + ErrnoNames.of(error.getKey()).name());
            }
        }
        table.writeTo(out);
    }

    private static void line(TextTable table, Durations durations, String errors, String name) {
        table.row(
                Long.toString(durations.count()),
                errors,
                Units.micros(durations.totalNanos()),
                Units.micros(durations.shortestNanos()),
                Units.micros(durations.meanNanos()),
                Units.micros(durations.deviationNanos().orElse(0.0)),
                percentile(durations, 50),
                percentile(durations, 75),
                percentile(durations, 90),
                percentile(durations, 95),
                percentile(durations, 99),
                Units.micros(durations.longestNanos()),
                name);
    }

    private static String percentile(Durations durations, int percentile) {
        return Units.micros(durations.percentileNanos(percentile).orElse(0L));
    }
}

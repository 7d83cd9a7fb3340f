// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.tracer.statistics.CallStatistics.Row;
import java.util.List;

/** The table of -c as CSV: {@code syscall,calls,errors,total_time}, the time as in {@code 434us}. */
final class SummaryCsv {
    private static final long NANOS_PER_MICRO = 1_000;

    private SummaryCsv() {}

    static void writeTo(StringBuilder out, List<Row> rows) {
        out.append("syscall,calls,errors,total_time\n");
        for (Row row : rows) {
            out.append(row.name())
                    .append(',')
                    .append(row.durations().count())
                    .append(',')
                    .append(row.failed())
                    .append(',')
                    .append(row.durations().totalNanos() / NANOS_PER_MICRO)
                    .append("us\n");
        }
    }
}

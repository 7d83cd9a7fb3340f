// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Counts, errors and times by call, as a table at the end (-c), the longest time first. A call that did not return is
 * not in the table, as with strace, but listed below it.
 */
public final class SummaryOutput implements TraceListener {
    /** How the table is written. */
    public enum Format {
        /** strace's columns. */
        TABLE,
        /** {@code syscall,calls,errors,total_time}, the time as in {@code 434us}. */
        CSV
    }

    private static final double NANOS_PER_SECOND = 1e9;
    private static final int NANOS_PER_MICRO = 1000;
    private static final String RULE = "------ ----------- ----------- --------- --------- ----------------\n";

    private static final class Row {
        private final String name;
        private long calls;
        private long errors;
        private long nanos;

        Row(String name) {
            this.name = name;
        }
    }

    private final ReportStream out;
    private final Format format;
    private final Map<String, Row> rows = new HashMap<>();
    private final Map<String, Long> unfinished = new TreeMap<>();

    public SummaryOutput(ReportStream out, Format format) {
        this.out = out;
        this.format = format;
    }

    @Override
    public void onCall(SyscallCall call) {
        if (call.outcome() == Outcome.UNFINISHED) {
            unfinished.merge(call.syscall().name(), 1L, Long::sum);
            return;
        }
        Row row = rows.computeIfAbsent(call.syscall().name(), Row::new);
        row.calls++;
        row.nanos += call.durationNanos();
        if (call.outcome() == Outcome.FAILED) {
            row.errors++;
        }
    }

    @Override
    public void onEvent(TraceEvent event) {
        // Only calls are counted; LossReport reports losses separately.
    }

    @Override
    public void onEnd() {
        List<Row> sorted = rows.values().stream()
                .sorted(Comparator.comparingLong((Row row) -> row.nanos)
                        .thenComparingLong(row -> row.calls)
                        .reversed()
                        .thenComparing(row -> row.name))
                .toList();
        switch (format) {
            case TABLE -> table(sorted);
            case CSV -> csv(sorted);
        }
        out.flush();
    }

    private void table(List<Row> sorted) {
        Row total = new Row("total");
        sorted.forEach(row -> {
            total.calls += row.calls;
            total.errors += row.errors;
            total.nanos += row.nanos;
        });
        StringBuilder text = out.buffer();
        text.append("% time     seconds  usecs/call     calls    errors syscall\n")
                .append(RULE);
        sorted.forEach(row -> line(text, row, total.nanos));
        text.append(RULE);
        line(text, total, total.nanos);
        if (!unfinished.isEmpty()) {
            text.append("not returned: ")
                    .append(unfinished.entrySet().stream()
                            .map(entry -> entry.getKey() + " " + entry.getValue())
                            .collect(Collectors.joining(", ")))
                    .append('\n');
        }
    }

    private static void line(StringBuilder text, Row row, long totalNanos) {
        double share = totalNanos == 0 ? 0 : 100.0 * row.nanos / totalNanos;
        long perCall = row.calls == 0 ? 0 : row.nanos / NANOS_PER_MICRO / row.calls;
        String errors = row.errors == 0 ? "" : Long.toString(row.errors);
        text.append(String.format(
                Locale.ROOT,
                "%6.2f %11.6f %11d %9d %9s %s\n",
                share,
                row.nanos / NANOS_PER_SECOND,
                perCall,
                row.calls,
                errors,
                row.name));
    }

    private void csv(List<Row> sorted) {
        StringBuilder text = out.buffer();
        text.append("syscall,calls,errors,total_time\n");
        for (Row row : sorted) {
            text.append(row.name)
                    .append(',')
                    .append(row.calls)
                    .append(',')
                    .append(row.errors)
                    .append(',');
            text.append(row.nanos / NANOS_PER_MICRO).append("us\n");
        }
    }
}

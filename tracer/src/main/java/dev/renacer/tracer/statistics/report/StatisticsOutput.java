// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.statistics.CallStatistics;
import dev.renacer.tracer.statistics.CallStatistics.Row;
import dev.renacer.tracer.statistics.FunctionTimes;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gathers statistics, and writes them when the trace ends. For the consumer thread.
 */
public final class StatisticsOutput implements TraceListener {
    /** How they are written. */
    public enum Format {
        /** Tables of text. */
        TEXT,
        /** Only {@link Content#summary}. */
        CSV,
        /** One document. */
        JSON,
        /** A page for a browser; it has percentiles whether they are asked for or not. */
        HTML
    }

    private final ReportStream out;
    private final Format format;
    private final String version;
    private final Content content;
    private final Supplier<ReportFacts> facts;
    private final CallStatistics calls;
    private final Optional<FunctionTimes> functions;

    /**
     * @param version  of this program
     * @param facts    what a page says beside the statistics, asked for if there is one
     */
    public StatisticsOutput(
            ReportStream out, Format format, String version, Content content, Supplier<ReportFacts> facts) {
        this.out = out;
        this.format = format;
        this.version = version;
        this.content = content;
        this.facts = facts;
        this.calls = new CallStatistics(content.spread() || format == Format.HTML);
        this.functions = content.functions() ? Optional.of(new FunctionTimes()) : Optional.empty();
    }

    @Override
    public void onCall(SyscallCall call) {
        calls.onCall(call);
        if (functions.isPresent()) {
            functions.get().onCall(call);
        }
    }

    @Override
    public void onEvent(TraceEvent event) {
        calls.onEvent(event);
    }

    @Override
    public void onEnd() {
        List<Row> rows =
                calls.rows().stream().sorted(content.order().comparator()).toList();
        StringBuilder text = new StringBuilder();
        switch (format) {
            case TEXT -> text(text, rows);
            case CSV -> SummaryCsv.writeTo(text, rows);
            case JSON ->
                StatisticsDocument.writeTo(
                        text,
                        version,
                        content.summary() || content.spread() ? Optional.of(rows) : Optional.empty(),
                        calls,
                        functions);
            case HTML -> StatisticsPage.writeTo(out, facts.get(), version, rows, calls, functions);
        }
        out.print(text);
    }

    private void text(StringBuilder text, List<Row> rows) {
        if (content.summary()) {
            new SummaryTable(content.columns()).writeTo(text, rows, calls);
        }
        if (content.spread()) {
            gap(text);
            SpreadTable.writeTo(text, rows);
        }
        if (functions.isPresent()) {
            gap(text);
            new FunctionTable(functions.get()).writeTo(text);
        }
        if (!content.summary()) {
            SummaryTable.unreturned(text, calls);
        }
    }

    private static void gap(StringBuilder text) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.report.page.DurationBars;
import dev.renacer.tracer.report.page.Page;
import dev.renacer.tracer.statistics.CallStatistics;
import dev.renacer.tracer.statistics.CallStatistics.Row;
import dev.renacer.tracer.statistics.Durations;
import dev.renacer.tracer.statistics.FunctionTimes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Statistics as one page for a browser that needs nothing else. It carries the document that {@code --format json} writes, and
 * beside it how durations spread.
 */
final class StatisticsPage {
    /** In this order, each in terms of those before it. */
    private static final List<String> SCRIPTS = List.of("figures.js", "statistics.js");

    private StatisticsPage() {}

    /**
     * Writes one.
     *
     * @param rows       of calls, with percentiles
     * @param functions  empty: not asked for
     */
    static void writeTo(
            ReportStream out,
            ReportFacts facts,
            String version,
            List<Row> rows,
            CallStatistics statistics,
            Optional<FunctionTimes> functions) {
        Page page = new Page(out);
        page.head(StatisticsPage.class, "page.html", "style.css", SCRIPTS);
        page.text("facts", facts.lines());
        StringBuilder document = new StringBuilder();
        StatisticsDocument.writeTo(document, version, Optional.of(rows), statistics, functions);
        page.packed("document", document);
        String calls = rows.stream().map(row -> bars(row.durations())).collect(Collectors.joining(",", "[", "]"));
        String byFunction = functions.map(FunctionTimes::functions).orElse(List.of()).stream()
                .map(function -> bars(function.all()))
                .collect(Collectors.joining(",", "[", "]"));
        page.packed("bars", "{\"calls\":" + calls + ",\"functions\":" + byFunction + "}");
        page.end(List.of());
    }

    private static String bars(Durations durations) {
        DurationBars bars = new DurationBars();
        durations.each(bars::add);
        return bars.json();
    }
}

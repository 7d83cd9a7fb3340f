// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.renacer.tracer.statistics.CallStatistics;
import dev.renacer.tracer.statistics.CallStatistics.Row;
import dev.renacer.tracer.statistics.Durations;
import dev.renacer.tracer.statistics.FunctionTimes;
import dev.renacer.tracer.statistics.FunctionTimes.Function;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Statistics as one JSON document in ASCII, {@code renacer-statistics-v1}. Times are whole nanoseconds unless they are means. */
final class StatisticsDocument {
    private static final String FORMAT = "renacer-statistics-v1";
    private static final int MOST_PATHS = 1_000;
    private static final int P99 = 99;

    private final JsonGenerator json;

    private StatisticsDocument(JsonGenerator json) {
        this.json = json;
    }

    /**
     * Writes one.
     *
     * @param rows       of calls, in the order in which they are listed; empty: not asked for
     * @param functions  empty: not asked for
     */
    static void writeTo(
            StringBuilder out,
            String version,
            Optional<List<Row>> rows,
            CallStatistics statistics,
            Optional<FunctionTimes> functions) {
        StringWriter text = new StringWriter();
        JsonFactory factory =
                JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        try (JsonGenerator json = factory.createGenerator(text)) {
            StatisticsDocument document = new StatisticsDocument(json);
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeStringField("version", version);
            if (rows.isPresent()) {
                document.calls(rows.get());
            }
            document.remainder(statistics);
            if (functions.isPresent()) {
                document.functions(functions.get());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        out.append(text.getBuffer()).append('\n');
    }

    private void calls(List<Row> rows) throws IOException {
        json.writeArrayFieldStart("calls");
        for (Row row : rows) {
            json.writeStartObject();
            json.writeStringField("name", row.name());
            json.writeNumberField("errors", row.failed());
            durations(row.durations());
            if (row.durations().deviationNanos().isPresent()) {
                errors(row.errors());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void errors(Map<Integer, Durations> errors) throws IOException {
        json.writeArrayFieldStart("by_errno");
        for (Map.Entry<Integer, Durations> error : errors.entrySet()) {
            json.writeStartObject();
            json.writeStringField("errno", ErrnoNames.of(error.getKey()).name());
            durations(error.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void durations(Durations durations) throws IOException {
        json.writeNumberField("calls", durations.count());
        json.writeNumberField("total_ns", durations.totalNanos());
        json.writeNumberField("min_ns", durations.shortestNanos());
        json.writeNumberField("mean_ns", durations.meanNanos());
        if (durations.deviationNanos().isPresent()) {
            json.writeNumberField("stddev_ns", durations.deviationNanos().get());
            for (int percentile : SpreadTable.PERCENTILES) {
                json.writeNumberField(
                        "p" + percentile + "_ns",
                        durations.percentileNanos(percentile).orElse(0L));
            }
        }
        json.writeNumberField("max_ns", durations.longestNanos());
    }

    private void remainder(CallStatistics statistics) throws IOException {
        json.writeNumberField("total_ns", statistics.totalNanos());
        json.writeObjectFieldStart("not_returned");
        for (Map.Entry<String, Long> entry : statistics.unreturned().entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("in_flight");
        for (Map.Entry<String, CallStatistics.InFlight> entry :
                statistics.inFlight().entrySet()) {
            json.writeStartObject();
            json.writeStringField("name", entry.getKey());
            json.writeNumberField("calls", entry.getValue().count());
            json.writeNumberField("longest_ns", entry.getValue().longestNanos());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("lost", statistics.lost());
    }

    private void functions(FunctionTimes times) throws IOException {
        json.writeArrayFieldStart("functions");
        for (Function function : times.functions()) {
            json.writeStartObject();
            function(function);
            if (function.place().isPresent()) {
                json.writeStringField("place", function.place().get());
            }
            json.writeNumberField("calls", function.all().count());
            json.writeNumberField("total_ns", function.all().totalNanos());
            json.writeNumberField("own_calls", function.own().count());
            json.writeNumberField("own_ns", function.own().totalNanos());
            json.writeNumberField("below_ns", function.belowNanos());
            json.writeNumberField("p99_ns", function.all().percentileNanos(P99).orElse(0L));
            json.writeNumberField("max_ns", function.all().longestNanos());
            json.writeEndObject();
        }
        json.writeEndArray();
        ways(times);
        callers(times);
        json.writeNumberField("calls_without_stack", times.withoutStack());
    }

    private void function(Function function) throws IOException {
        json.writeStringField("function", function.name());
        json.writeStringField("file", function.module());
    }

    private void ways(FunctionTimes times) throws IOException {
        List<Map.Entry<FunctionTimes.Way, Durations>> ways = times.ways();
        json.writeArrayFieldStart("hot_paths");
        for (Map.Entry<FunctionTimes.Way, Durations> way : ways.subList(0, Math.min(MOST_PATHS, ways.size()))) {
            json.writeStartObject();
            json.writeArrayFieldStart("functions");
            for (Function function : way.getKey().functions().reversed()) {
                json.writeString(function.name());
            }
            json.writeEndArray();
            json.writeStringField("syscall", way.getKey().call());
            durations(way.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField(
                "hot_paths_left_out",
                Math.max(0, ways.size() - MOST_PATHS) + times.unlisted().count());
    }

    private void callers(FunctionTimes times) throws IOException {
        json.writeArrayFieldStart("callers");
        for (Map.Entry<FunctionTimes.Caller, Durations> entry : times.callers()) {
            json.writeStartObject();
            json.writeObjectFieldStart("caller");
            function(entry.getKey().caller());
            json.writeEndObject();
            json.writeObjectFieldStart("callee");
            function(entry.getKey().callee());
            json.writeEndObject();
            durations(entry.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.statistics.RowOrder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatisticsOutputTest {
    private static final Content ALL = new Content(true, true, true, RowOrder.TIME, SummaryColumn.USUAL);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ReportStream stream = new ReportStream("memory", bytes, complaint -> {});

    private StatisticsOutput output(StatisticsOutput.Format format, Content content) {
        return new StatisticsOutput(
                stream, format, "1.2", content, () -> ReportFacts.here("demo --all", "1.2", List.of()));
    }

    private static CallStack stack(String... functions) {
        return new CallStack(
                List.of(functions).stream()
                        .map(name -> new CallStack.Frame(Optional.of("/bin/demo"), 1, Optional.of(name), 1))
                        .toList(),
                CallStack.End.OUTERMOST);
    }

    private static void feed(StatisticsOutput output) {
        for (int index = 1; index <= 100; index++) {
            output.onCall(call("read")
                    .nanos(index * 1_000L)
                    .stack(stack("load", "main"))
                    .build());
        }
        output.onCall(call("openat").nanos(2_000).fails(2).stack(stack("main")).build());
        output.onCall(call("openat").nanos(4_000).fails(13).stack(stack("main")).build());
        output.onCall(call("openat").nanos(6_000).stack(stack("main")).build());
        output.onCall(call("exit_group").unfinished().build());
        output.onCall(call("futex").nanos(5_000).left().build());
        output.onEvent(new TraceEvent.EventsLost(PROCESS, 0, 3));
        output.onEnd();
    }

    private String text() {
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void percentilesAndErrorsOfEachCallAreATable() {
        feed(output(StatisticsOutput.Format.TEXT, new Content(false, true, false, RowOrder.TIME, SummaryColumn.USUAL)));

        assertThat(text()).isEqualTo("""
            calls  errors  total us  min  mean  std dev   p50   p75   p90   p95   p99    max  syscall
              100            5050.0  1.0  50.5     29.0  50.0  75.0  90.0  95.0  99.0  100.0  read
                3       2      12.0  2.0   4.0      2.0   4.0   6.0   6.0   6.0   6.0    6.0  openat
                1       1       2.0  2.0   2.0      0.0   2.0   2.0   2.0   2.0   2.0    2.0    ENOENT
                1       1       4.0  4.0   4.0      0.0   4.0   4.0   4.0   4.0   4.0    4.0    EACCES
            not returned: exit_group 1
            in flight at the end: futex 1 (for 0.000005 s)
            """);
    }

    @Test
    void functionsHotPathsAndCallersAreTables() {
        feed(output(StatisticsOutput.Format.TEXT, new Content(false, false, true, RowOrder.TIME, SummaryColumn.USUAL)));

        assertThat(text()).startsWith("""
            Time in system calls by function: its own calls, and those of functions it called (below)
            % time   seconds     own s   below s  calls  own calls  p99 us  function
            100.00  0.005062  0.000012  0.005050    103          3    99.3  main
             99.76  0.005050  0.005050  0.000000    100        100    99.3  load

            Hot paths: the ways to the calls that took longest
            % time   seconds  calls  path
             99.76  0.005050    100  main > load > read()
              0.24  0.000012      3  main > openat()

            Callers: the time below each
            % time   seconds  calls  caller > function
             99.76  0.005050    100  main > load
            """);
    }

    @Test
    void everythingIsOneJsonDocument() throws Exception {
        feed(output(StatisticsOutput.Format.JSON, ALL));

        JsonNode json = new ObjectMapper().readTree(text());
        assertThat(json.at("/format").asText()).isEqualTo("renacer-statistics-v1");
        assertThat(json.at("/version").asText()).isEqualTo("1.2");
        assertThat(json.at("/calls/0/name").asText()).isEqualTo("read");
        assertThat(json.at("/calls/0/calls").asLong()).isEqualTo(100);
        assertThat(json.at("/calls/0/total_ns").asLong()).isEqualTo(5_050_000);
        assertThat(json.at("/calls/0/mean_ns").asDouble()).isEqualTo(50_500);
        assertThat(json.at("/calls/0/p50_ns").asLong()).isBetween(50_000L, 50_050L);
        assertThat(json.at("/calls/0/max_ns").asLong()).isEqualTo(100_000);
        assertThat(json.at("/calls/1/errors").asLong()).isEqualTo(2);
        assertThat(json.at("/calls/1/by_errno/0/errno").asText()).isEqualTo("ENOENT");
        assertThat(json.at("/calls/1/by_errno/1/max_ns").asLong()).isEqualTo(4_000);
        assertThat(json.at("/not_returned/exit_group").asLong()).isEqualTo(1);
        assertThat(json.at("/in_flight/0/name").asText()).isEqualTo("futex");
        assertThat(json.at("/in_flight/0/longest_ns").asLong()).isEqualTo(5_000);
        assertThat(json.at("/lost").asLong()).isEqualTo(3);
        assertThat(json.at("/functions/0/function").asText()).isEqualTo("main");
        assertThat(json.at("/functions/0/own_ns").asLong()).isEqualTo(12_000);
        assertThat(json.at("/functions/0/below_ns").asLong()).isEqualTo(5_050_000);
        assertThat(json.at("/hot_paths/0/functions/1").asText()).isEqualTo("load");
        assertThat(json.at("/hot_paths/0/syscall").asText()).isEqualTo("read");
        assertThat(json.at("/callers/0/callee/function").asText()).isEqualTo("load");
    }

    @Test
    void withoutPercentilesTheDocumentHasNone() throws Exception {
        feed(output(StatisticsOutput.Format.JSON, Content.SUMMARY));

        JsonNode json = new ObjectMapper().readTree(text());
        assertThat(json.at("/calls/0/max_ns").asLong()).isEqualTo(100_000);
        assertThat(json.at("/calls/0").has("p50_ns")).isFalse();
        assertThat(json.has("functions")).isFalse();
    }
}

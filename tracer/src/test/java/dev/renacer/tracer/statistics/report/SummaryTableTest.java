// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.statistics.RowOrder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTableTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> complaints = new ArrayList<>();
    private final ReportStream stream = new ReportStream("memory", bytes, complaints::add);

    private StatisticsOutput output(StatisticsOutput.Format format, Content content) {
        return new StatisticsOutput(stream, format, "1", content, () -> ReportFacts.here("ls", "1", List.of()));
    }

    private StatisticsOutput sorted(RowOrder order, SummaryColumn... columns) {
        return output(
                StatisticsOutput.Format.TEXT,
                new Content(
                        true,
                        false,
                        false,
                        order,
                        columns.length == 0 ? SummaryColumn.USUAL : SummaryColumn.withName(List.of(columns))));
    }

    private String text() {
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    private List<String> names() {
        return text().lines()
                .skip(2)
                .takeWhile(line -> !line.startsWith("-"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .toList();
    }

    @Test
    void writesStracesTableTheLongestTimeFirst() {
        StatisticsOutput summary = output(StatisticsOutput.Format.TEXT, Content.SUMMARY);
        summary.onCall(call("read").nanos(100_000).build());
        summary.onCall(call("openat").nanos(200_000).build());
        summary.onCall(call("openat").nanos(500_000).fails(2).build());
        summary.onCall(call("exit_group").nanos(9_000_000).unfinished().build());
        summary.onEnd();

        assertThat(text()).isEqualTo("""
            % time     seconds  usecs/call     calls    errors syscall
            ------ ----------- ----------- --------- --------- ----------------
             87.50    0.000700         350         2         1 openat
             12.50    0.000100         100         1           read
            ------ ----------- ----------- --------- --------- ----------------
            100.00    0.000800         266         3         1 total
            not returned: exit_group 1
            """);
    }

    @Test
    void callsThatTheTraceLeftGoingOnAreToldWithTheirTime() {
        StatisticsOutput summary = output(StatisticsOutput.Format.TEXT, Content.SUMMARY);
        summary.onCall(call("futex").nanos(2_000_000_000).left().build());
        summary.onCall(call("futex").nanos(12_345_678_901L).left().build());
        summary.onCall(call("read").nanos(1_000_000).left().build());
        summary.onEnd();

        assertThat(text()).endsWith("in flight at the end: futex 2 (for up to 12.345679 s), read 1 (for 0.001000 s)\n");
    }

    @Test
    void anEmptyTraceHasAnEmptyTable() {
        output(StatisticsOutput.Format.TEXT, Content.SUMMARY).onEnd();

        assertThat(text().lines().toList().getLast())
                .isEqualTo("  0.00    0.000000           0         0           total");
    }

    @Test
    void writesTheSameAsCsv() {
        StatisticsOutput summary = output(StatisticsOutput.Format.CSV, Content.SUMMARY);
        summary.onCall(call("openat").nanos(200_000).build());
        summary.onCall(call("openat").nanos(234_999).fails(2).build());
        summary.onEnd();

        assertThat(text().lines()).containsExactly("syscall,calls,errors,total_time", "openat,2,1,434us");
    }

    @Test
    void listsCallsInTheOrderThatIsAskedFor() {
        assertThat(listed(RowOrder.TIME)).containsExactly("read", "openat", "close");
        assertThat(listed(RowOrder.CALLS)).containsExactly("close", "openat", "read");
        assertThat(listed(RowOrder.ERRORS)).containsExactly("openat", "close", "read");
        assertThat(listed(RowOrder.NAME)).containsExactly("close", "openat", "read");
        assertThat(listed(RowOrder.AVERAGE)).containsExactly("read", "openat", "close");
        assertThat(listed(RowOrder.SHORTEST)).containsExactly("read", "close", "openat");
        assertThat(listed(RowOrder.LONGEST)).containsExactly("read", "openat", "close");
    }

    private List<String> listed(RowOrder order) {
        bytes.reset();
        StatisticsOutput summary = sorted(order);
        summary.onCall(call("read").nanos(900_000).build());
        summary.onCall(call("openat").nanos(100).fails(2).build());
        summary.onCall(call("openat").nanos(300_000).build());
        for (int close = 0; close < 3; close++) {
            summary.onCall(call("close").nanos(1_000).build());
        }
        summary.onEnd();
        return names();
    }

    @Test
    void hasTheColumnsThatAreAskedForAndAlwaysTheName() {
        StatisticsOutput summary =
                sorted(RowOrder.TIME, SummaryColumn.LONGEST, SummaryColumn.SHORTEST, SummaryColumn.CALLS);
        summary.onCall(call("read").nanos(1_000_000).build());
        summary.onCall(call("read").nanos(3_000_000).build());
        summary.onEnd();

        assertThat(text()).isEqualTo("""
             longest shortest     calls syscall
            -------- -------- --------- ----------------
            0.003000 0.001000         2 read
            -------- -------- --------- ----------------
            0.003000 0.001000         2 total
            """);
    }

    @Test
    void everyNameOfStraceIsKnown() {
        assertThat(List.of(
                        "time", "time_percent", "total-time", "min_time", "shortest", "longest", "avg-time", "count"))
                .allSatisfy(name -> assertThat(SummaryColumn.of(name)).isPresent())
                .allSatisfy(name -> assertThat(RowOrder.of(name)).isPresent());
        assertThat(RowOrder.of("nothing")).contains(RowOrder.NONE);
        assertThat(RowOrder.of("size")).isEmpty();
        assertThat(SummaryColumn.of("none")).isEmpty();
    }
}

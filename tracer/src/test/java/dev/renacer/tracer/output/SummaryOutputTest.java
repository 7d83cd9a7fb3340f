// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SummaryOutputTest {
    private final OutputFixture out = new OutputFixture();

    @Test
    void writesStracesTableTheLongestTimeFirst() {
        SummaryOutput summary = new SummaryOutput(out.stream, SummaryOutput.Format.TABLE);
        summary.onCall(call("read").nanos(100_000).build());
        summary.onCall(call("openat").nanos(200_000).build());
        summary.onCall(call("openat").nanos(500_000).fails(2).build());
        summary.onCall(call("exit_group").nanos(9_000_000).unfinished().build());
        summary.onEnd();

        assertThat(out.text()).isEqualTo("""
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
    void anEmptyTraceHasAnEmptyTable() {
        new SummaryOutput(out.stream, SummaryOutput.Format.TABLE).onEnd();

        assertThat(out.lines().getLast()).isEqualTo("  0.00    0.000000           0         0           total");
    }

    @Test
    void writesTheSameAsCsv() {
        SummaryOutput summary = new SummaryOutput(out.stream, SummaryOutput.Format.CSV);
        summary.onCall(call("openat").nanos(200_000).build());
        summary.onCall(call("openat").nanos(234_999).fails(2).build());
        summary.onEnd();

        assertThat(out.lines()).containsExactly("syscall,calls,errors,total_time", "openat,2,1,434us");
    }
}

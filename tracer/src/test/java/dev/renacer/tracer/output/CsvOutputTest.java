// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.output.CsvOutput.Column;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CsvOutputTest {
    private final OutputFixture out = new OutputFixture();

    @Test
    void writesTheSeedsColumnsQuotedWhereNeeded() {
        CsvOutput csv = new CsvOutput(out.stream, Set.of(Column.DURATION));
        csv.onCall(call("openat")
                .args(-100, 1, 0x80000)
                .string(1, "a\"b")
                .nanos(85_900)
                .returns(3)
                .build());
        csv.onCall(call("close").args(3).nanos(2000).fails(9).build());
        csv.onCall(call("getpid").nanos(0).returns(7).build());
        csv.onCall(call("exit_group").args(1).nanos(0).unfinished().build());
        csv.onEnd();

        assertThat(out.lines())
                .containsExactly(
                        "syscall,arguments,result,duration",
                        "openat,\"AT_FDCWD, \"\"a\\\"\"b\"\", O_RDONLY|O_CLOEXEC\",3,85us",
                        "close,3,-9,2us",
                        "getpid,,7,0us",
                        "exit_group,1,?,0us");
    }

    @Test
    void hasNoDurationsUnlessAsked() {
        CsvOutput csv = new CsvOutput(out.stream, Set.of());
        csv.onCall(call("getpid").returns(7).build());
        csv.onEnd();

        assertThat(out.lines()).containsExactly("syscall,arguments,result", "getpid,,7");
    }

    @Test
    void tellsProcessAndThreadBehindTheSeedsColumns() {
        CsvOutput csv = new CsvOutput(out.stream, EnumSet.allOf(Column.class));
        csv.onCall(call("getpid").nanos(0).thread(101).returns(7).build());
        csv.onEnd();

        assertThat(out.lines())
                .containsExactly("syscall,arguments,result,duration,source_location,pid,tid", "getpid,,7,0us,,7,101");
    }
}

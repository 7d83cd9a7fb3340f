// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.quickstart.otlp.ReceivedSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTreeTest {
    @Test
    void showsAFewCallsAndHowManyMoreThereAre() {
        List<String> rows =
                TraceTree.largest(SpanFixture.trace(157)).orElseThrow().render(Palette.PLAIN);

        assertThat(rows).hasSize(1 + 14 + 1);
        assertThat(rows.getFirst())
                .startsWith("process: checkout")
                .contains("1.0 s")
                .endsWith("pid 7");
        assertThat(rows.get(1))
                .startsWith("├─ syscall: openat")
                .contains("500 ns")
                .endsWith("\"/file0\"");
        assertThat(rows.getLast()).isEqualTo("└─ … and 143 more");
    }

    @Test
    void showsTheFirstForkedProcessWithItsOwnCallsWhereverItStarts() {
        List<ReceivedSpan> spans = new ArrayList<>(SpanFixture.trace(100));
        spans.add(new ReceivedSpan(
                SpanFixture.TRACE,
                "fork",
                "r",
                "process: receipt",
                90_000,
                95_000,
                false,
                Map.of("process.pid", "8"),
                SpanFixture.RESOURCE));
        for (int i = 0; i < 6; i++) {
            spans.add(SpanFixture.call(i, "fork"));
        }

        List<String> rows = TraceTree.largest(spans).orElseThrow().render(Palette.PLAIN);

        int fork = rows.indexOf(rows.stream()
                .filter(row -> row.startsWith("├─ process: receipt"))
                .findFirst()
                .orElseThrow());
        assertThat(rows.subList(fork + 1, fork + 5)).allMatch(row -> row.startsWith("│  ├─ syscall: openat"));
        assertThat(rows.get(fork + 5)).isEqualTo("│  └─ … and 2 more");
        assertThat(rows.getLast()).isEqualTo("└─ … and 86 more");
    }

    @Test
    void theLastRowClosesTheTreeWhenAllIsShown() {
        List<String> rows =
                TraceTree.largest(SpanFixture.trace(2)).orElseThrow().render(Palette.PLAIN);

        assertThat(rows.get(1)).startsWith("├─ ");
        assertThat(rows.get(2)).startsWith("└─ ");
    }

    @Test
    void ofSeveralTracesTheOneWithTheMostChildrenIsShown() {
        List<ReceivedSpan> spans = new ArrayList<>(SpanFixture.trace(3));
        spans.add(new ReceivedSpan("other", "x", "", "process: other", 0, 1, false, Map.of(), Map.of()));

        assertThat(TraceTree.largest(spans).orElseThrow().root().name()).isEqualTo("process: checkout");
        assertThat(TraceTree.largest(List.of())).isEmpty();
    }

    @Test
    void onlyATerminalGetsColours() {
        ReceivedSpan failed = new ReceivedSpan(
                SpanFixture.TRACE,
                "f",
                "r",
                "syscall: connect",
                1,
                2,
                true,
                Map.of("error.type", "ECONNREFUSED"),
                Map.of());
        TraceTree tree = TraceTree.largest(List.of(SpanFixture.root(), failed)).orElseThrow();

        assertThat(String.join("\n", tree.render(Palette.PLAIN)))
                .contains("ECONNREFUSED")
                .doesNotContain("\u001b");
        assertThat(String.join("\n", tree.render(Palette.COLOURED))).contains("\u001b[31m");
    }

    @ParameterizedTest
    @CsvSource({"870, 870 ns", "12300, 12.3 µs", "45100000, 45.1 ms", "10040000000, 10.0 s"})
    void durationsAreReadable(long nanos, String expected) {
        assertThat(TraceTree.duration(nanos)).isEqualTo(expected);
    }
}

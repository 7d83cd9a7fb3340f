// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static dev.renacer.tracer.span.Scenario.GETPPID;
import static dev.renacer.tracer.span.Scenario.READ;
import static dev.renacer.tracer.span.Scenario.at;
import static dev.renacer.tracer.span.Scenario.attribute;
import static dev.renacer.tracer.span.Scenario.process;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a process's trace is cut: dear to change later, so each rule has its test. */
class TraceSlicingTest {
    private static final TracedProcess MAIN = process(100, 0, "main");
    private static final TracedProcess CHILD = process(101, 100, "child");
    private static final long SECOND = 1_000_000;
    private static final SpanContext PARENT =
            TraceParent.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Optional.of("a=b"));

    private static SpanOptions atMost(int spans) {
        return SpanOptions.defaults().withMaxSpansPerTrace(spans);
    }

    private static List<String> links(SpanData root, String type) {
        return root.getLinks().stream()
                .filter(link -> type.equals(link.getAttributes().get(SpanAttributes.LINK_TYPE)))
                .map(LinkData::getSpanContext)
                .map(SpanContext::getSpanId)
                .toList();
    }

    private static void fill(Scenario scenario, TracedProcess process, int calls, long fromMicros) {
        for (int i = 0; i < calls; i++) {
            scenario.call(process, GETPPID, fromMicros + i, fromMicros + i, 1);
        }
    }

    @Test
    void aFullTraceIsClosedAndTheNextIsLinkedToIt() {
        Scenario scenario = new Scenario(atMost(10));
        scenario.start(MAIN, 0);
        fill(scenario, MAIN, 20, 1);

        // Exported while the trace runs: two full slices of a root and nine calls; the third is open.
        assertThat(scenario.roots()).hasSize(2);
        assertThat(scenario.calls()).hasSize(20);

        scenario.exit(MAIN, 30, 0);
        scenario.end();
        List<SpanData> roots = scenario.roots();
        assertThat(roots).hasSize(3);
        assertThat(roots.stream().map(SpanData::getTraceId)).doesNotHaveDuplicates();
        assertThat(roots.get(0).getLinks()).isEmpty();
        assertThat(links(roots.get(1), "previous_slice"))
                .containsExactly(roots.get(0).getSpanId());
        assertThat(links(roots.get(2), "previous_slice"))
                .containsExactly(roots.get(1).getSpanId());
        assertThat(roots.get(1).getLinks().getFirst().getSpanContext().getTraceId())
                .isEqualTo(roots.get(0).getTraceId());
        assertThat(roots)
                .extracting(root -> attribute(root, "renacer.slice.index").orElseThrow())
                .containsExactly(1L, 2L, 3L);
        assertThat(attribute(roots.get(0), "process.exit.code")).isEmpty();
        assertThat(attribute(roots.get(2), "process.exit.code")).contains(0L);
        Map<String, Long> sizes = scenario.spans.stream().collect(groupingBy(SpanData::getTraceId, counting()));
        assertThat(sizes.values()).containsExactlyInAnyOrder(10L, 10L, 3L);
    }

    @Test
    void fiveThousandSpansMakeATraceByDefault() {
        Scenario scenario = new Scenario(SpanOptions.defaults());
        scenario.start(MAIN, 0);
        fill(scenario, MAIN, 4_998, 1);
        assertThat(scenario.roots()).isEmpty();
        fill(scenario, MAIN, 1, 5_000);
        assertThat(scenario.roots()).hasSize(1);
        assertThat(scenario.spans).hasSize(5_000);
    }

    @Test
    void anOldTraceIsClosedByTheNextCall() {
        Scenario scenario = new Scenario(SpanOptions.defaults());
        scenario.start(MAIN, 0);
        scenario.call(MAIN, GETPPID, 1, 2, 1);
        scenario.call(MAIN, GETPPID, 60 * SECOND + 1, 60 * SECOND + 2, 1);

        SpanData closed = scenario.onlyRoot();
        assertThat(closed.getEndEpochNanos()).isEqualTo(at(60 * SECOND));
        assertThat(scenario.calls().get(1).getTraceId()).isNotEqualTo(closed.getTraceId());
    }

    @Test
    void anOldTraceIsClosedWhileItsProcessSleeps() {
        Scenario scenario = new Scenario(SpanOptions.defaults());
        scenario.start(MAIN, 0);
        scenario.call(MAIN, GETPPID, 1, 2, 1);
        scenario.idle(60 * SECOND - 1);
        assertThat(scenario.roots()).isEmpty();
        scenario.idle(60 * SECOND);
        assertThat(scenario.roots()).hasSize(1);
    }

    @Test
    void aSleepingProcessIsToldOnceAndThenOnlyWhenItActs() {
        Scenario scenario = new Scenario(SpanOptions.defaults());
        scenario.start(MAIN, 0);
        for (int minute = 1; minute <= 10; minute++) {
            scenario.idle(minute * (61 * SECOND));
        }
        assertThat(scenario.roots()).hasSize(1); // the first slice, though it is empty

        scenario.call(MAIN, READ, 1, 700 * SECOND, 1);
        scenario.idle(800 * SECOND);
        assertThat(scenario.roots()).hasSize(2);
        assertThat(links(scenario.roots().get(1), "previous_slice"))
                .containsExactly(scenario.roots().get(0).getSpanId());
    }

    @Test
    void aCallBelongsToTheSliceInWhichItReturnsAndTheRootStartsWithIt() {
        Scenario scenario = new Scenario(SpanOptions.defaults());
        scenario.start(MAIN, 0);
        scenario.idle(60 * SECOND);
        scenario.call(MAIN, READ, 5, 90 * SECOND, 1);
        scenario.exit(MAIN, 91 * SECOND, 0);
        scenario.end();

        SpanData second = scenario.roots().get(1);
        SpanData call = scenario.calls().getFirst();
        assertThat(call.getParentSpanId()).isEqualTo(second.getSpanId());
        assertThat(second.getStartEpochNanos()).isEqualTo(at(5));
        assertThat(second.getEndEpochNanos()).isEqualTo(at(91 * SECOND));
    }

    @Test
    void theFirstRootStartsNoLaterThanTheProcessAndNoLaterThanAnyCall() {
        Scenario scenario = new Scenario(SpanOptions.defaults());
        scenario.start(MAIN, 10);
        scenario.call(MAIN, GETPPID, 20, 21, 1);
        scenario.call(MAIN, READ, 4, 22, 1);
        scenario.end();

        assertThat(scenario.onlyRoot().getStartEpochNanos()).isEqualTo(at(4));
        assertThat(scenario.onlyRoot().getEndEpochNanos()).isGreaterThanOrEqualTo(at(22));
    }

    @Test
    void theFirstProcessJoinsAGivenParentAndLaterSlicesLinkToIt() {
        Scenario scenario = new Scenario(atMost(5), Optional.of(PARENT));
        scenario.start(MAIN, 0);
        fill(scenario, MAIN, 6, 1);
        scenario.exit(MAIN, 30, 0);
        scenario.end();

        List<SpanData> roots = scenario.roots();
        assertThat(roots).hasSize(2);
        assertThat(roots.get(0).getTraceId()).isEqualTo(PARENT.getTraceId());
        assertThat(roots.get(0).getParentSpanId()).isEqualTo(PARENT.getSpanId());
        assertThat(roots.get(0).getParentSpanContext().isRemote()).isTrue();
        assertThat(roots.get(0).getSpanContext().getTraceState().get("a")).isEqualTo("b");
        assertThat(scenario.calls().getFirst().getSpanContext().getTraceState().get("a"))
                .isEqualTo("b");
        assertThat(roots.get(1).getTraceId()).isNotEqualTo(PARENT.getTraceId());
        assertThat(roots.get(1).getParentSpanContext().isValid()).isFalse();
        assertThat(links(roots.get(1), "previous_slice"))
                .containsExactly(roots.get(0).getSpanId());
        assertThat(links(roots.get(1), "trace_parent")).containsExactly(PARENT.getSpanId());
    }

    @Test
    void anUnrelatedSecondProcessLinksToTheGivenParent() {
        Scenario scenario = new Scenario(SpanOptions.defaults(), Optional.of(PARENT));
        scenario.start(MAIN, 0);
        scenario.start(process(200, 1, "other"), 1);
        scenario.end();

        SpanData other = scenario.roots().stream()
                .filter(root -> root.getName().equals("process: other"))
                .findFirst()
                .orElseThrow();
        assertThat(other.getTraceId()).isNotEqualTo(PARENT.getTraceId());
        assertThat(links(other, "trace_parent")).containsExactly(PARENT.getSpanId());
    }

    @Test
    void aForkedChildsRootIsAChildOfItsParentsRoot() {
        Scenario scenario = new Scenario(SpanOptions.defaults());
        scenario.start(MAIN, 0);
        scenario.start(CHILD, 5);
        scenario.call(CHILD, GETPPID, 6, 7, 100);
        scenario.exit(CHILD, 10, 0);
        scenario.exit(MAIN, 12, 0);
        scenario.end();

        SpanData child = scenario.roots().get(0);
        SpanData main = scenario.roots().get(1);
        assertThat(child.getName()).isEqualTo("process: child");
        assertThat(child.getTraceId()).isEqualTo(main.getTraceId());
        assertThat(child.getParentSpanId()).isEqualTo(main.getSpanId());
        assertThat(child.getLinks()).isEmpty();
        assertThat(attribute(child, "process.parent_pid")).contains(100L);
        assertThat(scenario.calls().getFirst().getParentSpanId()).isEqualTo(child.getSpanId());
        assertThat(scenario.assembler.firstTraceIds()).containsExactly(main.getTraceId());
    }

    @Test
    void theBudgetIsCountedPerTraceAndClosesItForAllItsProcesses() {
        Scenario scenario = new Scenario(atMost(8));
        scenario.start(MAIN, 0);
        scenario.start(CHILD, 1);
        fill(scenario, CHILD, 6, 2); // two roots and six calls fill it

        assertThat(scenario.roots()).extracting(SpanData::getName).containsExactly("process: child", "process: main");
        SpanData main = scenario.roots().get(1);
        SpanData child = scenario.roots().get(0);
        assertThat(main.getStartEpochNanos()).isLessThanOrEqualTo(child.getStartEpochNanos());
        assertThat(main.getEndEpochNanos()).isGreaterThanOrEqualTo(child.getEndEpochNanos());

        // From now on each goes its own way, linked to its own last root.
        fill(scenario, CHILD, 1, 20);
        fill(scenario, MAIN, 1, 21);
        scenario.end();
        SpanData nextChild = scenario.roots().get(2);
        SpanData nextMain = scenario.roots().get(3);
        assertThat(nextChild.getTraceId()).isNotEqualTo(nextMain.getTraceId());
        assertThat(links(nextChild, "previous_slice")).containsExactly(child.getSpanId());
        assertThat(links(nextMain, "previous_slice")).containsExactly(main.getSpanId());
    }

    @Test
    void aNewForkGoesToItsParentsNewSlice() {
        Scenario scenario = new Scenario(atMost(5));
        scenario.start(MAIN, 0);
        fill(scenario, MAIN, 4, 1);
        assertThat(scenario.roots()).hasSize(1);
        scenario.start(CHILD, 10);
        scenario.end();

        SpanData child = scenario.roots().get(1);
        SpanData main = scenario.roots().get(2);
        assertThat(child.getParentSpanId()).isEqualTo(main.getSpanId());
        assertThat(links(main, "previous_slice"))
                .containsExactly(scenario.roots().get(0).getSpanId());
    }

    @Test
    void aForkStormMakesNoGiantTrace() {
        Scenario scenario = new Scenario(atMost(50));
        scenario.start(MAIN, 0);
        for (int i = 0; i < 1_000; i++) {
            TracedProcess child = process(1_000 + i, 100, "child");
            scenario.start(child, 10L * i);
            fill(scenario, child, 3, 10L * i + 1);
            scenario.exit(child, 10L * i + 5, 0);
        }
        scenario.exit(MAIN, 20_000, 0);
        scenario.end();

        Map<String, Long> sizes = scenario.spans.stream().collect(groupingBy(SpanData::getTraceId, counting()));
        assertThat(sizes.values()).allMatch(size -> size <= 50);
        assertThat(scenario.calls()).hasSize(3_000);
        assertThat(scenario.assembler.processesSeen()).isEqualTo(1_001);
    }

    @Test
    void whatIsToldAfterAnExitStaysInTheProcesssRoot() {
        Scenario scenario = new Scenario(SpanOptions.defaults());
        scenario.start(MAIN, 0);
        scenario.exit(MAIN, 100, 3);
        scenario.call(MAIN, GETPPID, 40, 41, 1); // told late
        scenario.start(CHILD, 50); // its first stop was held back
        scenario.call(CHILD, GETPPID, 51, 200, 1);
        scenario.idle(300);

        SpanData main = scenario.onlyRoot();
        assertThat(main.getName()).isEqualTo("process: main");
        assertThat(main.getEndEpochNanos()).isEqualTo(at(100)); // its child outlives it
        assertThat(attribute(main, "process.exit.code")).contains(3L);
        assertThat(scenario.calls().getFirst().getParentSpanId()).isEqualTo(main.getSpanId());
        scenario.end();
        assertThat(scenario.roots().get(1).getParentSpanId()).isEqualTo(main.getSpanId());
    }

    @Test
    void anExitIsToldEvenIfTheLastSliceWasJustClosed() {
        Scenario scenario = new Scenario(atMost(4));
        scenario.start(MAIN, 0);
        fill(scenario, MAIN, 3, 1);
        assertThat(scenario.roots()).hasSize(1);
        scenario.exit(MAIN, 9, 1);
        scenario.end();

        assertThat(scenario.roots()).hasSize(2);
        assertThat(attribute(scenario.roots().get(1), "process.exit.code")).contains(1L);
    }

    @Test
    void aReusedPidIsAnotherProcess() {
        Scenario scenario = new Scenario(SpanOptions.defaults());
        scenario.start(CHILD, 0);
        scenario.exit(CHILD, 5, 0);
        scenario.start(process(101, 0, "later"), 6);
        scenario.end();

        assertThat(scenario.roots()).extracting(SpanData::getName).containsExactly("process: child", "process: later");
        assertThat(scenario.roots().get(1).getLinks()).isEmpty();
        assertThat(scenario.assembler.processesSeen()).isEqualTo(2);
    }

    @Test
    void impossibleOptionsAreRefused() {
        assertThatThrownBy(() -> SpanOptions.defaults().withMaxSpansPerTrace(2))
                .hasMessage("maxSpansPerTrace is 2, must be at least 3");
        assertThatThrownBy(() -> SpanOptions.defaults().withMaxTraceAge(Duration.ZERO))
                .hasMessageContaining("maxTraceAge");
    }
}

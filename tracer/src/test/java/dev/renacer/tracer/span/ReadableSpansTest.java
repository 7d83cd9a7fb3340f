// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.span.volume.ProcessBudget;
import dev.renacer.tracer.span.volume.Sampling;
import dev.renacer.tracer.span.volume.Volume;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadableSpansTest {
    private static final TracedProcess NGINX = Scenario.process(4_321, 0, "nginx");
    private static final SpanOptions READABLE = SpanOptions.defaults().withVolume(Volume.READABLE);
    private static final int WRITE = 1;
    private static final int SECOND = 1_000_000;
    private static final long ENOENT = -2;

    private final Scenario scenario = new Scenario(READABLE);

    private static boolean isSummary(SpanData span) {
        return Scenario.attribute(span, "aggregation.is_summary").equals(Optional.of(true));
    }

    private static long number(SpanData span, String key) {
        return (Long) Scenario.attribute(span, key).orElse(0L);
    }

    private List<SpanData> summaries() {
        return scenario.calls().stream().filter(ReadableSpansTest::isSummary).toList();
    }

    private List<SpanData> own() {
        return scenario.calls().stream().filter(span -> !isSummary(span)).toList();
    }

    private static void assertThatCountsAddUp(SpanData root) {
        assertThat(number(root, "renacer.calls.made"))
                .isEqualTo(number(root, "renacer.calls.exported")
                        + number(root, "renacer.calls.folded")
                        + number(root, "renacer.calls.sampled")
                        + number(root, "renacer.calls.lost"));
    }

    private void reads(int calls) {
        for (int index = 0; index < calls; index++) {
            scenario.call(NGINX, Scenario.READ, 100L * index, 100L * index + 3 + index % 7, 10);
        }
    }

    private static SyscallCall read(int index, ThreadContext context) {
        long from = 100L * index;
        return Scenario.call(NGINX, Scenario.READ, from, from + 3 + index % 7, Outcome.RETURNED, 10, false)
                .in(Optional.of(context));
    }

    /** A call that is kept in each trace counts for one, one that is kept in half of them for two. */
    @Test
    void callsThatWereSampledByOtherProbabilitiesAreFoldedApart() {
        Scenario half = new Scenario(
                READABLE.withSampling(Sampling.parse(List.of("keep slow 0.005", "sample 0.5"))),
                Optional.of(TraceParent.parse(
                        "00-000000000000000000ffffffffffffff-00000000000000ab-01", Optional.of("ot=th:0"))));
        half.start(NGINX, 0);
        for (int index = 0; index < 100; index++) {
            half.call(NGINX, Scenario.READ, 100L * index, 100L * index + (index % 2 == 0 ? 2 : 6), 10);
        }
        half.exit(NGINX, 200_000, 0);
        half.end();

        assertThat(half.calls())
                .filteredOn(ReadableSpansTest::isSummary)
                .hasSize(2)
                .allSatisfy(summary -> assertThat(
                                summary.getSpanContext().getTraceState().get("ot"))
                        .isEqualTo(number(summary, "aggregation.duration_max_ns") >= 5_000 ? "th:0" : "th:8"));
    }

    @Test
    void aRunOfCallsIsItsFirstItsSlowestAndASummaryOfTheRest() {
        scenario.start(NGINX, 0);
        reads(1_000);
        scenario.exit(NGINX, 200_000, 0);
        scenario.end();

        assertThat(own()).hasSize(2);
        SpanData summary = summaries().getFirst();
        assertThat(summaries()).hasSize(1);
        assertThat(summary.getName()).isEqualTo("syscall: read");
        assertThat(summary.getParentSpanContext()).isEqualTo(scenario.onlyRoot().getSpanContext());
        assertThat(number(summary, "aggregation.span_count")).isEqualTo(998);
        assertThat(number(summary, "aggregation.duration_min_ns")).isEqualTo(3_000);
        assertThat(number(summary, "aggregation.duration_max_ns")).isEqualTo(9_000);
        assertThat(number(summary, "aggregation.duration_avg_ns"))
                .isEqualTo(number(summary, "aggregation.duration_total_ns") / 998);
        assertThat(number(summary, "renacer.folded.bytes")).isEqualTo(9_980);
        assertThat(summary.getStartEpochNanos()).isEqualTo(Scenario.at(100));
        assertThat(summary.getEndEpochNanos()).isLessThanOrEqualTo(Scenario.at(99_909));
    }

    @Test
    void theRootSaysWhatBecameOfItsCalls() {
        scenario.start(NGINX, 0);
        reads(1_000);
        scenario.assembler.onEvent(new TraceEvent.EventsLost(NGINX, Scenario.at(150_000), 17));
        scenario.exit(NGINX, 200_000, 0);
        scenario.end();

        SpanData root = scenario.onlyRoot();
        assertThat(number(root, "renacer.calls.made")).isEqualTo(1_017);
        assertThat(number(root, "renacer.calls.exported")).isEqualTo(2);
        assertThat(number(root, "renacer.calls.folded")).isEqualTo(998);
        assertThat(number(root, "renacer.calls.lost")).isEqualTo(17);
        assertThat(scenario.assembler.callsMade()).isEqualTo(1_017);
    }

    @Test
    void callsForDifferentSpansOfTheApplicationAreFoldedApart() {
        foldApart(new ThreadContext(1, 2, 3, 1), new ThreadContext(1, 2, 4, 1));
    }

    @Test
    void callsForDifferentRequestsOfHttpAreFoldedApart() {
        foldApart(
                new ThreadContext(1, 2, 3, 1, ThreadContext.Source.HTTP_HEADER),
                new ThreadContext(1, 2, 4, 1, ThreadContext.Source.HTTP_HEADER));
    }

    private void foldApart(ThreadContext one, ThreadContext other) {
        scenario.start(NGINX, 0);
        for (int index = 0; index < 1_000; index++) {
            scenario.tell(read(index, index % 2 == 0 ? one : other));
        }
        scenario.exit(NGINX, 200_000, 0);
        scenario.end();

        assertThat(summaries())
                .extracting(SpanData::getParentSpanId)
                .containsExactlyInAnyOrder(one.spanId(), other.spanId());
        assertThat(summaries()).allSatisfy(summary -> {
            assertThat(summary.getTraceId()).isEqualTo(one.traceId());
            assertThat(number(summary, "aggregation.span_count")).isEqualTo(498);
            assertThat(summary.getLinks()).hasSize(1);
        });
        assertThatCountsAddUp(scenario.onlyRoot());
    }

    @Test
    void callsForATraceThatTheApplicationDoesNotRecordAreSampledOut() {
        ThreadContext unrecorded = new ThreadContext(1, 2, 3, 0);
        scenario.start(NGINX, 0);
        for (int index = 0; index < 10; index++) {
            scenario.tell(read(index, unrecorded));
        }
        scenario.exit(NGINX, 200_000, 0);
        scenario.end();

        assertThat(scenario.calls()).isEmpty();
        assertThat(number(scenario.onlyRoot(), "renacer.calls.sampled")).isEqualTo(10);
        assertThatCountsAddUp(scenario.onlyRoot());
    }

    @Test
    void aSingleCallIsNeverFolded() {
        scenario.start(NGINX, 0);
        reads(3);
        scenario.exit(NGINX, 200_000, 0);
        scenario.end();

        assertThat(own()).hasSize(3);
        assertThat(summaries()).isEmpty();
    }

    @Test
    void aFailureIsASpanAmongAnyNumberOfOtherCalls() {
        scenario.start(NGINX, 0);
        for (int index = 0; index < 100_000; index++) {
            scenario.call(NGINX, Scenario.READ, 20L * index, 20L * index + 3, 10);
            if (index % 10_000 == 5_000) {
                scenario.call(NGINX, Scenario.OPENAT, 20L * index + 4, 20L * index + 9, ENOENT);
            }
        }
        scenario.exit(NGINX, 3L * SECOND, 0);
        scenario.end();

        assertThat(own().stream().filter(span -> span.getStatus().getStatusCode() == StatusCode.ERROR))
                .hasSize(10);
        assertThatCountsAddUp(scenario.onlyRoot());
    }

    @Test
    void aFloodOfOneFailureIsFoldedApartFromWhatSucceeded() {
        scenario.start(NGINX, 0);
        for (int index = 0; index < 10_000; index++) {
            scenario.call(NGINX, Scenario.OPENAT, 20L * index, 20L * index + 3, index % 2 == 0 ? ENOENT : 7);
        }
        scenario.exit(NGINX, 3L * SECOND, 0);
        scenario.end();

        Map<StatusCode, Long> folded = summaries().stream()
                .collect(Collectors.groupingBy(
                        span -> span.getStatus().getStatusCode(),
                        Collectors.summingLong(span -> number(span, "aggregation.span_count"))));
        assertThat(folded.get(StatusCode.ERROR)).isBetween(4_900L, 4_960L);
        assertThat(folded.get(StatusCode.UNSET)).isEqualTo(4_998);
        assertThat(summaries())
                .filteredOn(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
                .allSatisfy(span ->
                        assertThat(Scenario.attribute(span, "error.type")).hasValue("ENOENT"));
    }

    @Test
    void aCallSlowerThanItsKindIsASpan() {
        scenario.start(NGINX, 0);
        for (int index = 0; index < 2_000; index++) {
            scenario.call(NGINX, Scenario.READ, 100L * index, 100L * index + (index == 1_500 ? 80 : 3), 10);
            scenario.call(NGINX, WRITE, 100L * index + 80, 100L * index + 81, 10);
        }
        scenario.exit(NGINX, 3L * SECOND, 0);
        scenario.end();

        assertThat(own().stream().filter(span -> number(span, "syscall.duration_us") == 80))
                .hasSize(1);
    }

    @Test
    void aProcessKeepsToItsBudgetUnderAMixThatWantsMore() {
        Random random = new Random(7);
        scenario.start(NGINX, 0);
        int seconds = 20;
        for (long micros = 0; micros < (long) seconds * SECOND; micros += 50) {
            int number = random.nextInt(200);
            scenario.call(NGINX, number, micros, micros + random.nextInt(40), random.nextInt(3) == 0 ? ENOENT : 1);
        }
        scenario.exit(NGINX, (long) seconds * SECOND, 0);
        scenario.end();

        int kinds = 2 * 200; // each has one summary in any case, however many are open at the end
        assertThat(scenario.calls().size()).isLessThanOrEqualTo((seconds + 1) * ProcessBudget.SPANS_PER_SECOND + kinds);
        scenario.roots().forEach(ReadableSpansTest::assertThatCountsAddUp);
        long made = scenario.roots().stream()
                .mapToLong(root -> number(root, "renacer.calls.made"))
                .sum();
        long folded = summaries().stream()
                .mapToLong(span -> number(span, "aggregation.span_count"))
                .sum();
        assertThat(made).isEqualTo(scenario.assembler.callsMade()).isEqualTo(own().size() + folded);
    }

    @Test
    void theSameCallsGiveTheSameSpansWhateverTheClockSays() {
        Scenario other = new Scenario(READABLE);
        for (Scenario each : List.of(scenario, other)) {
            each.start(NGINX, 0);
            for (int index = 0; index < 50_000; index++) {
                each.call(NGINX, index % 3, 100L * index, 100L * index + 3 + index % 11, 10);
                if (each == other && index % 100 == 0) {
                    each.idle(100L * index + 50);
                }
            }
            each.exit(NGINX, 6L * SECOND, 0);
            each.end();
        }
        assertThat(described(other)).isEqualTo(described(scenario));
    }

    private static List<String> described(Scenario scenario) {
        return scenario.calls().stream()
                .map(span ->
                        span.getName() + span.getStartEpochNanos() + span.getEndEpochNanos() + span.getAttributes())
                .sorted()
                .toList();
    }

    @Test
    void aSummarySaysWhichFilesItsCallsWereAboutAndHowOften() {
        Scenario named = new Scenario(READABLE.withArguments(ArgumentDetail.NAMES));
        named.start(NGINX, 0);
        for (int index = 0; index < 100; index++) {
            named.tell(Scenario.call(
                    NGINX, Scenario.OPENAT, 10L * index, 10L * index + 3, Outcome.RETURNED, 3 + index, false));
        }
        named.exit(NGINX, SECOND, 0);
        named.end();

        SpanData summary = named.calls().stream()
                .filter(ReadableSpansTest::isSummary)
                .findFirst()
                .orElseThrow();
        assertThat(Scenario.attribute(summary, "renacer.folded.paths")).hasValue(List.of("/etc/passwd"));
        assertThat(Scenario.attribute(summary, "renacer.folded.path_calls")).hasValue(List.of(98L));
    }

    @Test
    void callsOfDifferentProcessesAreFoldedApart() {
        TracedProcess child = Scenario.process(5_000, NGINX.pid(), "nginx");
        scenario.start(NGINX, 0);
        scenario.start(child, 1);
        for (int index = 0; index < 1_000; index++) {
            scenario.call(index % 2 == 0 ? NGINX : child, Scenario.READ, 100L * index, 100L * index + 3, 10);
        }
        scenario.exit(child, SECOND, 0);
        scenario.exit(NGINX, SECOND, 0);
        scenario.end();

        assertThat(summaries())
                .extracting(SpanData::getParentSpanId)
                .containsExactlyInAnyOrderElementsOf(
                        scenario.roots().stream().map(SpanData::getSpanId).toList());
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static dev.renacer.tracer.span.Scenario.GETPPID;
import static dev.renacer.tracer.span.Scenario.attribute;
import static dev.renacer.tracer.span.Scenario.process;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.TracedProcess;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random lives of random process trees: whatever happens, the traces hold what the span model promises. */
class TraceInvariantsTest {
    private static final int MAX_SPANS = 40;
    private static final int STEPS = 5_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void holdForAnyHistory(long seed) {
        Scenario scenario = new Scenario(
                SpanOptions.defaults().withMaxSpansPerTrace(MAX_SPANS).withMaxTraceAge(Duration.ofMillis(5)));
        History history = new History(scenario, new Random(seed));
        history.run();
        scenario.end();

        assertThat(scenario.calls()).hasSize(history.calls);
        assertThat(scenario.spans.stream().map(SpanData::getSpanId)).doesNotHaveDuplicates();
        assertThat(scenario.spans.stream().collect(groupingBy(SpanData::getTraceId, counting())))
                .allSatisfy((trace, size) -> assertThat(size).isLessThanOrEqualTo(MAX_SPANS));
        Map<String, SpanData> roots = scenario.roots().stream().collect(toMap(SpanData::getSpanId, root -> root));
        for (SpanData call : scenario.calls()) {
            SpanData root = exported(roots, call.getParentSpanId());
            assertThat(call.getTraceId()).isEqualTo(root.getTraceId());
            assertThat(call.getStartEpochNanos()).isGreaterThanOrEqualTo(root.getStartEpochNanos());
            assertThat(call.getEndEpochNanos()).isLessThanOrEqualTo(root.getEndEpochNanos());
            assertThat(attribute(call, "syscall.tid")).isEqualTo(attribute(root, "process.pid"));
        }
        linksAndParentsLeadToExportedRoots(roots);
        assertThat(scenario.roots().stream()
                        .filter(root -> attribute(root, "process.exit.code").isPresent()))
                .hasSize(history.exits);
        assertThat(scenario.assembler.spansMade()).isEqualTo(scenario.spans.size());
    }

    private static void linksAndParentsLeadToExportedRoots(Map<String, SpanData> roots) {
        Set<String> firstSlices = new HashSet<>();
        for (SpanData root : roots.values()) {
            boolean first = attribute(root, "renacer.slice.index").orElseThrow().equals(1L);
            if (root.getParentSpanContext().isValid()) {
                SpanData parent = exported(roots, root.getParentSpanId());
                assertThat(parent.getTraceId()).isEqualTo(root.getTraceId());
                assertThat(attribute(parent, "process.pid")).isEqualTo(attribute(root, "process.parent_pid"));
                assertThat(root.getStartEpochNanos()).isGreaterThanOrEqualTo(parent.getStartEpochNanos());
                assertThat(first).isTrue();
            }
            if (first) {
                firstSlices.add(root.getSpanId());
            } else {
                assertThat(root.getLinks()).hasSize(1);
                SpanData before = exported(
                        roots, root.getLinks().getFirst().getSpanContext().getSpanId());
                assertThat(attribute(before, "process.pid")).isEqualTo(attribute(root, "process.pid"));
                assertThat((long) attribute(before, "renacer.slice.index").orElseThrow())
                        .isEqualTo((long) attribute(root, "renacer.slice.index").orElseThrow() - 1);
            }
        }
        assertThat(firstSlices).isNotEmpty();
    }

    private static SpanData exported(Map<String, SpanData> roots, String spanId) {
        return Optional.ofNullable(roots.get(spanId))
                .orElseThrow(() -> new AssertionError("no root was exported with the id " + spanId));
    }

    /** A seeded sequence of forks, calls, exits and pauses. */
    private static final class History {
        private final Scenario scenario;
        private final Random random;
        private final List<TracedProcess> living = new ArrayList<>();
        private final Map<Integer, Long> starts = new HashMap<>();
        private long micros;
        private int nextPid = 1;
        int calls;
        int exits;

        History(Scenario scenario, Random random) {
            this.scenario = scenario;
            this.random = random;
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                micros += random.nextInt(20);
                int dice = random.nextInt(100);
                if (living.isEmpty() || dice < 5) {
                    begin();
                } else if (dice < 9) {
                    exit();
                } else if (dice < 12) {
                    micros += random.nextInt(8_000);
                    scenario.idle(micros);
                } else {
                    call(any());
                }
            }
        }

        private TracedProcess any() {
            return living.get(random.nextInt(living.size()));
        }

        private void begin() {
            int parent = living.isEmpty() || random.nextInt(5) == 0 ? 0 : any().pid();
            TracedProcess process = process(nextPid++, parent, "p");
            living.add(process);
            starts.put(process.pid(), micros);
            scenario.start(process, micros);
        }

        private void exit() {
            TracedProcess process = any();
            living.remove(process);
            scenario.exit(process, micros, 0);
            exits++;
        }

        private void call(TracedProcess process) {
            long length = random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(10);
            scenario.call(
                    process, GETPPID, Math.max(starts.getOrDefault(process.pid(), 0L), micros - length), micros, 1);
            calls++;
        }
    }
}

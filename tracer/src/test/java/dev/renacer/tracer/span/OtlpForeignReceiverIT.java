// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static dev.renacer.tracer.span.Scenario.EPOCH_NANOS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.export.ExportNotice;
import dev.renacer.tracer.export.OtlpSpanPipeline;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.export.SpanSink.Counts;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.span.ForeignReceiver.ForeignSpan;
import dev.renacer.tracer.span.attribute.RenacerScope;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From events to what a decoder that is not ours reads, over both transports. */
class OtlpForeignReceiverIT {
    private static final int CALLS = 6_000;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final TracedProcess MAIN = Scenario.process(100, 0, "main");
    private static final TracedProcess CHILD = Scenario.process(101, 100, "child");

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        Optional<String> obstacle = ForeignReceiver.install();
        assumeTrue(obstacle.isEmpty(), () -> "NOT RUN: the foreign OTLP receiver: " + obstacle.orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(OtlpEndpoint.Protocol.class)
    void readsTheSameTreeAsWeMade(OtlpEndpoint.Protocol protocol) throws IOException {
        List<ExportNotice> notices = new CopyOnWriteArrayList<>();
        try (ForeignReceiver receiver = ForeignReceiver.start()) {
            String url = protocol == OtlpEndpoint.Protocol.GRPC ? receiver.grpcUrl() : receiver.httpUrl();
            OtlpEndpoint endpoint = OtlpEndpoint.parse(url, Optional.of(protocol));
            Counts counts;
            try (OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(endpoint, OtlpSettings.defaults(), notices::add)) {
                SpanSink sink = pipeline.target("t");
                live(sink);
                assertThat(pipeline.flush(LONG)).isTrue();
                counts = sink.counts();
            }

            assertThat(counts.exported()).isEqualTo(counts.offered()).isEqualTo(CALLS + 3);
            assertThat(counts.lost()).isZero();
            assertThat(notices).isEmpty();
            await().atMost(LONG).until(() -> receiver.spans().size() >= CALLS + 3);
            check(receiver.spans());
        }
    }

    /** A process with two slices and a failing child. */
    private static void live(SpanSink sink) {
        SpanAssembler assembler = new SpanAssembler(
                SpanResource.of(Map.of("service.name", "demo", "k8s.pod.name", "pod-1")),
                Optional.empty(),
                sink,
                SpanOptions.defaults());
        assembler.onEvent(new TraceEvent.ProcessStarted(MAIN, EPOCH_NANOS, Origin.LAUNCHED));
        assembler.onEvent(new TraceEvent.ProcessStarted(CHILD, EPOCH_NANOS + 1, Origin.FORKED));
        Scenario.replay(assembler, CHILD, Scenario.OPENAT, 1, 2, -2);
        assembler.onEvent(
                new TraceEvent.ProcessExited(CHILD, EPOCH_NANOS + 5_000, Optional.of(1), Optional.empty(), false));
        for (int call = 1; call < CALLS; call++) {
            Scenario.replay(assembler, MAIN, Scenario.GETPPID, 10 + call, 12 + call, 1);
        }
        assembler.onEvent(
                new TraceEvent.ProcessExited(MAIN, EPOCH_NANOS + 60_000_000, Optional.of(0), Optional.empty(), false));
        assembler.onEnd();
    }

    private static void check(List<ForeignSpan> spans) {
        assertThat(spans).hasSize(CALLS + 3);
        assertThat(spans.stream().map(ForeignSpan::spanId)).doesNotHaveDuplicates();
        assertThat(spans)
                .allMatch(span -> "demo".equals(span.resource().get("service.name"))
                        && "pod-1".equals(span.resource().get("k8s.pod.name"))
                        && span.scope().equals(RenacerScope.NAME));
        List<ForeignSpan> mains = named(spans, "process: main");
        ForeignSpan child = named(spans, "process: child").getFirst();
        ForeignSpan open = named(spans, "syscall: openat").getFirst();
        assertThat(mains).hasSize(2).allMatch(root -> root.kind().equals("SPAN_KIND_SERVER"));
        assertThat(child.status()).isEqualTo("STATUS_CODE_ERROR");
        assertThat(child.statusMessage()).isEqualTo("process exited with code: 1");
        assertThat(mains).anyMatch(root -> root.spanId().equals(child.parentSpanId()));
        assertThat(open.parentSpanId()).isEqualTo(child.spanId());
        assertThat(open.kind()).isEqualTo("SPAN_KIND_INTERNAL");
        assertThat(open.status()).isEqualTo("STATUS_CODE_ERROR");
        assertThat(open.startNanos()).isEqualTo(EPOCH_NANOS + 1_000);
        assertThat(open.endNanos()).isEqualTo(EPOCH_NANOS + 2_000);
        assertThat(open.attributes())
                .containsEntry("syscall.name", "openat")
                .containsEntry("syscall.number", "257")
                .containsEntry("syscall.result", "-2")
                .containsEntry("syscall.errno", "2")
                .containsEntry("error.type", "ENOENT")
                .containsEntry("syscall.duration_us", "1")
                .containsEntry("syscall.tid", "101");
        assertThat(named(spans, "syscall: getppid"))
                .hasSize(CALLS - 1)
                .allMatch(call -> mains.stream()
                        .anyMatch(root -> root.spanId().equals(call.parentSpanId())
                                && root.traceId().equals(call.traceId())
                                && root.startNanos() <= call.startNanos()
                                && root.endNanos() >= call.endNanos()));
    }

    private static List<ForeignSpan> named(List<ForeignSpan> spans, String name) {
        return spans.stream().filter(span -> span.name().equals(name)).toList();
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.export.encoding.DirectSpan;
import dev.renacer.tracer.export.encoding.SpanEncoder;
import dev.renacer.tracer.export.encoding.SpanRequest;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.span.wait.ThreadNames;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Spans as they are sent: byte by byte what the SDK's exporter writes. */
class SpanEncodingTest {
    private static final TracedProcess TARGET = Scenario.process(4_242, 0, "target");
    private static final TracedProcess CHILD = Scenario.process(4_243, 4_242, "child");
    private static final SpanContext PARENT = TraceParent.parse(
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01", Optional.of("vendor=some,other=thing"));
    private static final ThreadContext CONTEXT = new ThreadContext(0x0102, 0x0304, 0x0506, 3);
    private static final int[] NUMBERS = {
        Scenario.READ, Scenario.OPENAT, Scenario.GETPPID, 1, 3, 42, 202, 7, 59, 999_999
    };
    private static final List<Outcome> OUTCOMES = List.of(Outcome.RETURNED, Outcome.FAILED, Outcome.UNFINISHED);
    private static final List<String> PATHS = List.of(
            "/etc/passwd", "relative", "", "/gr\u00fc\u00dfe/\u65e5\u672c/\ud83d\ude00", "/x".repeat(400), "/\\n\n");

    private static byte[] encoded(List<SpanData> spans) throws IOException {
        SpanEncoder encoder = new SpanEncoder();
        SpanRequest request = new SpanRequest();
        for (SpanData span : spans) {
            encoder.encode(span);
            request.add(encoder.group(), encoder.bytes().clone(), 0, encoder.size(), 1);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        request.writeMessage(bytes);
        assertThat(request.getContentLength()).isEqualTo(bytes.size());
        assertThat(request.spans()).isEqualTo(spans.size());
        return bytes.toByteArray();
    }

    private static byte[] bySdk(List<SpanData> spans) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TraceRequestMarshaler.create(spans).writeBinaryTo(bytes);
        return bytes.toByteArray();
    }

    private static void compare(List<SpanData> spans) throws IOException {
        byte[] ours = encoded(spans);
        assertThat(ExportTraceServiceRequest.parseFrom(ours))
                .isEqualTo(ExportTraceServiceRequest.parseFrom(bySdk(spans)));
        assertThat(ours).isEqualTo(bySdk(spans));
    }

    private static SyscallCall call(Random random, TracedProcess process, long micros) {
        byte[] path = PATHS.get(random.nextInt(PATHS.size())).getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(10) == 0 && path.length > 2) {
            path[1] = (byte) 0xff; // no UTF-8
        }
        int argument = random.nextInt(2);
        Outcome outcome = OUTCOMES.get(random.nextInt(OUTCOMES.size()));
        long result = outcome == Outcome.FAILED ? -1 - random.nextInt(130) : random.nextLong() >> random.nextInt(64);
        SyscallCall call = new SyscallCall(
                process,
                process.pid() + random.nextInt(3),
                Scenario.syscall(NUMBERS[random.nextInt(NUMBERS.length)]),
                Scenario.at(micros),
                Scenario.at(micros) + random.nextLong(1L << random.nextInt(1, 30)),
                outcome,
                outcome == Outcome.UNFINISHED ? 0 : result,
                new long[] {random.nextInt(6), random.nextLong(), random.nextInt(3), random.nextInt(), 0, 0},
                List.of(new CapturedData(argument, Part.DATA, 0, false, path, random.nextBoolean(), 0)),
                random.nextInt(8) == 0,
                random.nextInt(4) == 0
                        ? Optional.of(new SourceLocation(
                                Optional.of("fun\u00e7\u00e3o"), Optional.of("/src/demo.c"), random.nextInt(300)))
                        : Optional.empty());
        return random.nextInt(3) == 0 ? call.in(Optional.of(CONTEXT)) : call;
    }

    private static List<SpanData> spans(SpanOptions options, Optional<SpanContext> parent, long seed) {
        Random random = new Random(seed);
        Scenario scenario = new Scenario(options, parent);
        scenario.threadNames.put(TARGET.pid(), "main");
        scenario.threadNames.put(TARGET.pid() + 1, "w\u00f6rker");
        scenario.start(TARGET, 0);
        scenario.start(CHILD, 1);
        for (int i = 2; i < 1_000; i++) {
            scenario.tell(call(random, random.nextBoolean() ? TARGET : CHILD, i * 10L));
        }
        scenario.kill(CHILD, 20_000, 11, true);
        scenario.exit(TARGET, 20_001, 3);
        scenario.end();
        return scenario.spans;
    }

    @Test
    void areWhatTheSdkWritesWhateverTheCallsAre() throws IOException {
        for (ArgumentDetail detail : ArgumentDetail.values()) {
            SpanOptions options =
                    SpanOptions.defaults().withArguments(detail).withFormerSourceNames(detail != ArgumentDetail.FULL);
            List<SpanData> spans =
                    spans(options, Optional.of(PARENT), detail.name().length());
            assertThat(spans).hasAtLeastOneElementOfType(DirectSpan.class).hasSizeGreaterThan(900);
            assertThat(spans).anyMatch(span -> !span.getLinks().isEmpty() && span instanceof DirectSpan);
            compare(spans);
        }
    }

    /** Encodes each span when it is offered, and keeps none. */
    private static final class EncodingSink implements SpanSink {
        private final SpanEncoder encoder = new SpanEncoder();
        private final SpanRequest request = new SpanRequest();

        @Override
        public boolean offer(SpanData span) {
            encoder.encode(span);
            request.add(encoder.group(), encoder.bytes().clone(), 0, encoder.size(), 1);
            return true;
        }

        @Override
        public boolean keepsSpans() {
            return false;
        }

        @Override
        public void overBudget() {}

        @Override
        public void giveUp() {}

        @Override
        public Counts counts() {
            return new Counts(0, 0, 0, 0, 0, 0);
        }

        byte[] bytes() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            request.writeMessage(bytes);
            return bytes.toByteArray();
        }
    }

    @Test
    void areTheSameWhetherOrNotASinkKeepsThem() throws IOException {
        SpanOptions options = SpanOptions.defaults().withArguments(ArgumentDetail.FULL);
        EncodingSink sink = new EncodingSink();
        Descriptors descriptors = new Descriptors(Inheritance.NONE);
        SpanAssembler assembler = new SpanAssembler(
                SpanResource.of(Map.of("service.name", "test")),
                Optional.of(PARENT),
                sink,
                options,
                descriptors,
                new ThreadNames((_, _) -> Optional.of("main"), () -> 0),
                () -> Scenario.EPOCH_NANOS);
        Scenario scenario = new Scenario(options, Optional.of(PARENT));
        scenario.threadNames.putAll(Map.of(4_242, "main", 4_243, "main", 4_244, "main"));
        scenario.start(TARGET, 0);
        assembler.onEvent(new TraceEvent.ProcessStarted(TARGET, Scenario.EPOCH_NANOS, Origin.LAUNCHED));
        Random random = new Random(11);
        for (int i = 2; i < 1_000; i++) {
            SyscallCall call = call(random, TARGET, i * 10L);
            scenario.tell(call);
            descriptors.onCall(call);
            assembler.onCall(call);
        }
        scenario.end();
        assembler.onEnd();

        assertThat(withoutIds(sink.bytes())).isEqualTo(withoutIds(bySdk(scenario.spans)));
    }

    private static List<Span> withoutIds(byte[] request) throws IOException {
        return ExportTraceServiceRequest.parseFrom(request).getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .map(span -> span.toBuilder()
                        .clearSpanId()
                        .clearParentSpanId()
                        .clearLinks()
                        .build())
                .toList();
    }
}

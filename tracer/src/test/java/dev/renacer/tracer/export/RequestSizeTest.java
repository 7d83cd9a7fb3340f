// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.export.SpanSink.Counts;
import dev.renacer.tracer.export.TestReceiver.Answer;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests stay below what their receiver takes. */
class RequestSizeTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int KIB = 1_024;

    private final List<ExportNotice> notices = new CopyOnWriteArrayList<>();

    /** A span with an attribute of so many bytes. */
    private static final class LargeSpan extends DelegatingSpanData {
        private final Attributes attributes;

        LargeSpan(long number, int bytes) {
            super(NumberedSpan.of(number));
            attributes = Attributes.builder().put("text", "x".repeat(bytes)).build();
        }

        @Override
        public Attributes getAttributes() {
            return attributes;
        }

        @Override
        public int getTotalAttributeCount() {
            return 1;
        }
    }

    private OtlpSpanPipeline pipeline(OtlpEndpoint endpoint) {
        OtlpSettings settings =
                OtlpSettings.defaults().withTimeout(Duration.ofSeconds(20)).withWaitingBytes(64L * KIB * KIB);
        return OtlpSpanPipeline.open(endpoint, settings, notices::add);
    }

    /** Offers spans all at once, so that they would share one request. */
    private static SpanSink offer(OtlpSpanPipeline pipeline, int spans, int bytes) {
        SpanSink sink = pipeline.target("t");
        IntStream.range(0, spans)
                .mapToObj(number -> new LargeSpan(number, bytes))
                .toList()
                .forEach(sink::offer);
        return sink;
    }

    @Test
    void aGrpcServersUsualLimitIsKeptWithoutItsHavingToRefuse() throws IOException {
        try (GrpcTestReceiver receiver = new GrpcTestReceiver();
                OtlpSpanPipeline pipeline = pipeline(receiver.endpoint())) {
            SpanSink sink = offer(pipeline, 2_000, 8 * KIB);

            assertThat(pipeline.flush(LONG)).isTrue();
            assertThat(sink.counts()).isEqualTo(new Counts(2_000, 2_000, 0, 0, 0, 0));
            assertThat(receiver.spans().stream().map(Span::getName))
                    .doesNotHaveDuplicates()
                    .hasSize(2_000);
            assertThat(receiver.requests).allMatch(request -> request.getSerializedSize() <= 4 * KIB * KIB);
            assertThat(notices).isEmpty();
        }
    }

    @Test
    void whatAReceiverHasRefusedIsTheLimitFromThenOn() throws IOException {
        List<Integer> refused = new CopyOnWriteArrayList<>();
        try (HttpTestReceiver receiver = new HttpTestReceiver();
                OtlpSpanPipeline pipeline = pipeline(receiver.endpoint())) {
            receiver.answerBy(request -> {
                if (request.getSerializedSize() <= 300 * KIB) {
                    return Answer.ok();
                }
                refused.add(request.getSerializedSize());
                return Answer.status(413);
            });
            SpanSink sink = offer(pipeline, 4_000, KIB);

            assertThat(pipeline.flush(LONG)).isTrue();
            assertThat(sink.counts()).isEqualTo(new Counts(4_000, 4_000, 0, 0, 0, 0));
            assertThat(refused).isNotEmpty().isSortedAccordingTo((left, right) -> right - left);
            assertThat(refused).doesNotHaveDuplicates();
            assertThat(notices).isEmpty();
        }
    }

    @Test
    void aSpanThatIsTooLargeByItselfIsTheReceiversToRefuseAndCounted() throws IOException {
        try (GrpcTestReceiver receiver = new GrpcTestReceiver();
                OtlpSpanPipeline pipeline = pipeline(receiver.endpoint())) {
            SpanSink sink = pipeline.target("t");
            sink.offer(new LargeSpan(1, 5 * KIB * KIB));
            sink.offer(new LargeSpan(2, KIB));

            assertThat(pipeline.flush(LONG)).isTrue();
            assertThat(sink.counts()).isEqualTo(new Counts(2, 1, 0, 0, 1, 0));
            assertThat(notices.getFirst().message()).contains("exceeds maximum size", "raise the receiver's limit");
        }
    }
}

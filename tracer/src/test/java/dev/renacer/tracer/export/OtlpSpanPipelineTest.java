// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.tracer.export.SpanSink.Counts;
import dev.renacer.tracer.export.TestReceiver.Answer;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpEndpoint.Protocol;
import dev.renacer.tracer.export.settings.OtlpSettings;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtlpSpanPipelineTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final OtlpSettings SETTINGS = OtlpSettings.defaults().withTimeout(Duration.ofSeconds(20));

    private final List<ExportNotice> notices = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private TestReceiver receiver(Protocol protocol, int port) {
        try {
            TestReceiver receiver = protocol == Protocol.GRPC ? new GrpcTestReceiver(port) : new HttpTestReceiver(port);
            opened.add(receiver);
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OtlpSpanPipeline pipeline(OtlpEndpoint endpoint, OtlpSettings settings) {
        OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(endpoint, settings, notices::add);
        opened.add(pipeline);
        return pipeline;
    }

    private static OtlpEndpoint at(Protocol protocol, int port) {
        return new OtlpEndpoint(URI.create("http://127.0.0.1:" + port), protocol);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void offer(SpanSink sink, int from, int to) {
        IntStream.range(from, to).forEach(number -> sink.offer(NumberedSpan.of(number)));
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void everySpanArrivesOnce(Protocol protocol) {
        TestReceiver receiver = receiver(protocol, 0);
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), SETTINGS);
        SpanSink sink = pipeline.target("t");
        offer(sink, 0, 10_000);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(receiver.spans().stream().map(Span::getName).sorted())
                .isEqualTo(IntStream.range(0, 10_000)
                        .mapToObj(number -> "span " + number)
                        .sorted()
                        .toList());
        assertThat(sink.counts()).isEqualTo(new Counts(10_000, 10_000, 0, 0, 0, 0));
        assertThat(receiver.requests).allMatch(request -> TestReceiver.count(request) <= 4_096);
        assertThat(receiver.requests).allMatch(request -> request.getResourceSpansCount() == 1);
        assertThat(notices).isEmpty();
        assertThat(pipeline.lastFailure()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aLoneSpanIsSentWithoutAFlush(Protocol protocol) {
        TestReceiver receiver = receiver(protocol, 0);
        SpanSink sink = pipeline(receiver.endpoint(), SETTINGS).target("t");
        offer(sink, 0, 1);

        await().atMost(LONG).until(() -> sink.counts().exported() == 1);
        assertThat(receiver.spans()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void headersAndCompressionAreSent(Protocol protocol) {
        TestReceiver receiver = receiver(protocol, 0);
        OtlpSettings settings =
                SETTINGS.withHeaders(Map.of("x-tenant", "blue")).withCompression(OtlpSettings.Compression.GZIP);
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), settings);
        offer(pipeline.target("t"), 0, 100);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(receiver.spans()).hasSize(100);
        assertThat(receiver.headers.getFirst()).containsEntry("x-tenant", "blue");
        String encoding = protocol == Protocol.GRPC ? "grpc-encoding" : "Content-Encoding";
        assertThat(receiver.headers.getFirst()).containsEntry(encoding, "gzip");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aCollectorThatIsAwayLosesWhatTheQueueCannotHoldAndItIsCounted(Protocol protocol) throws IOException {
        OtlpSpanPipeline pipeline =
                pipeline(at(protocol, freePort()), SETTINGS.withQueue(1_000, 100, Duration.ofMillis(10)));
        SpanSink sink = pipeline.target("t");
        await().atMost(LONG).until(() -> !notices.isEmpty());
        offer(sink, 0, 10_000);

        pipeline.close();
        Counts counts = sink.counts();
        assertThat(counts.offered()).isEqualTo(10_000);
        assertThat(counts.exported()).isZero();
        assertThat(counts.pending()).isZero();
        assertThat(counts.lost()).isEqualTo(10_000);
        // The queue's 1,000 and at most one batch under way were given up; the rest never got in.
        assertThat(counts.failed()).isBetween(1_000L, 1_100L);
        assertThat(notices).singleElement().isInstanceOfSatisfying(ExportNotice.InitializationFailed.class, notice -> {
            assertThat(notice.message())
                    .startsWith("[renacer: OTLP initialization failed: cannot connect to 127.0.0.1:")
                    .contains("Connection refused")
                    .endsWith("; check host and port of the endpoint (usually 4317 for gRPC, 4318 for HTTP), and that a"
                            + " collector listens there]");
        });
        assertThat(pipeline.lastFailure()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void whatTheQueueHeldIsDeliveredWhenTheCollectorComesUp(Protocol protocol) throws IOException {
        int port = freePort();
        OtlpSpanPipeline pipeline = pipeline(at(protocol, port), SETTINGS);
        SpanSink sink = pipeline.target("t");
        offer(sink, 0, 500);
        await().atMost(LONG).until(() -> pipeline.lastFailure().isPresent());

        TestReceiver receiver = receiver(protocol, port);
        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(receiver.spans()).hasSize(500);
        assertThat(sink.counts()).isEqualTo(new Counts(500, 500, 0, 0, 0, 0));
        assertThat(notices)
                .hasExactlyElementsOfTypes(ExportNotice.InitializationFailed.class, ExportNotice.Recovered.class);
        assertThat(pipeline.lastFailure()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aRestartOfTheCollectorIsToldOnceAndSurvived(Protocol protocol) {
        TestReceiver first = receiver(protocol, 0);
        OtlpSpanPipeline pipeline = pipeline(first.endpoint(), SETTINGS);
        SpanSink sink = pipeline.target("t");
        offer(sink, 0, 100);
        assertThat(pipeline.flush(LONG)).isTrue();

        int port = first.port();
        first.close();
        offer(sink, 100, 200);
        await().atMost(LONG).until(() -> !notices.isEmpty());
        assertThat(notices).singleElement().isInstanceOf(ExportNotice.ExportFailed.class);
        assertThat(notices.getFirst().message()).startsWith("[renacer: OTLP export failed: ");
        assertThat(pipeline.lastFailure())
                .hasValueSatisfying(
                        cause -> assertThat(cause.toLowerCase(Locale.ROOT)).contains("connection refused"));

        TestReceiver second = receiver(protocol, port);
        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(first.spans()).hasSize(100);
        assertThat(second.spans()).hasSize(100);
        assertThat(sink.counts()).isEqualTo(new Counts(200, 200, 0, 0, 0, 0));
        assertThat(notices).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aSilentCollectorHoldsUpNobodyWhoOffers(Protocol protocol) {
        TestReceiver receiver = receiver(protocol, 0);
        receiver.answers.drainPermits();
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), SETTINGS.withQueue(1_000, 500, Duration.ofMillis(1)));
        SpanSink sink = pipeline.target("t");
        // Were offer() to wait for the collector, this would never end: it answers nothing yet.
        offer(sink, 0, 200_000);
        assertThat(sink.counts().droppedByQueue()).isPositive();
        assertThat(pipeline.flush(Duration.ofMillis(50))).isFalse();

        receiver.answers.release(1_000_000);
        assertThat(pipeline.flush(LONG)).isTrue();
        Counts counts = sink.counts();
        assertThat(counts.exported() + counts.droppedByQueue()).isEqualTo(200_000);
        assertThat(receiver.spans()).hasSize((int) counts.exported());
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void spansTheCollectorRefusesCountAsFailed(Protocol protocol) {
        TestReceiver receiver = receiver(protocol, 0);
        receiver.answerBy(_ -> Answer.rejecting(7, "too old"));
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), SETTINGS);
        SpanSink sink = pipeline.target("t");
        offer(sink, 0, 100);

        assertThat(pipeline.flush(LONG)).isTrue();
        long refused = 7L * receiver.requests.size();
        assertThat(sink.counts()).isEqualTo(new Counts(100, 100 - refused, 0, 0, refused, 0));
        assertThat(notices.getFirst().message())
                .startsWith("[renacer: OTLP export failed: the collector refused 7 of ")
                .endsWith(" spans: too old]");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aRefusalIsFinalAndATransientAnswerIsRetried(Protocol protocol) {
        TestReceiver receiver = receiver(protocol, 0);
        boolean grpc = protocol == Protocol.GRPC;
        receiver.answerBy(_ -> Answer.status(grpc ? 3 : 400)); // INVALID_ARGUMENT
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), SETTINGS);
        SpanSink sink = pipeline.target("t");
        offer(sink, 0, 10);
        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts()).isEqualTo(new Counts(10, 0, 0, 0, 10, 0));
        assertThat(pipeline.lastFailure())
                .hasValueSatisfying(cause -> assertThat(cause).contains(grpc ? "INVALID_ARGUMENT" : "HTTP 400"));

        receiver.answerBy(_ -> {
            receiver.answerBy(_ -> Answer.ok());
            return Answer.status(grpc ? 14 : 503); // UNAVAILABLE, once
        });
        offer(sink, 10, 20);
        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts()).isEqualTo(new Counts(20, 10, 0, 0, 10, 0));
    }

    @Test
    void aRequestTooLargeForTheCollectorIsHalvedUntilItFits() {
        TestReceiver receiver = receiver(Protocol.HTTP_PROTOBUF, 0);
        receiver.answerBy(request -> TestReceiver.count(request) > 100 ? Answer.status(413) : Answer.ok());
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), SETTINGS);
        SpanSink sink = pipeline.target("t");
        offer(sink, 0, 1_000);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts()).isEqualTo(new Counts(1_000, 1_000, 0, 0, 0, 0));
        assertThat(receiver.spans().stream().map(Span::getName))
                .doesNotHaveDuplicates()
                .hasSize(1_000);
        assertThat(notices).isEmpty();
    }

    @Test
    void aGrpcExporterAtAnHttpPortSaysWhatToDo() {
        TestReceiver receiver = receiver(Protocol.HTTP_PROTOBUF, 0);
        OtlpSpanPipeline pipeline = pipeline(at(Protocol.GRPC, receiver.port()), SETTINGS);
        offer(pipeline.target("t"), 0, 1);

        await().atMost(LONG).until(() -> !notices.isEmpty());
        assertThat(notices.getFirst().message()).contains("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
    }

    @Test
    void aWrongPathSaysWhatToDo() {
        TestReceiver receiver = receiver(Protocol.HTTP_PROTOBUF, 0);
        OtlpSpanPipeline pipeline = pipeline(
                OtlpEndpoint.parse("http://127.0.0.1:" + receiver.port() + "/otlp", Optional.empty()), SETTINGS);
        SpanSink sink = pipeline.target("t");
        offer(sink, 0, 1);

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts().failed()).isOne();
        assertThat(notices.getFirst().message()).contains("HTTP 404").contains("/v1/traces");
    }

    @Test
    void targetsShareABatchFairly() {
        TestReceiver receiver = receiver(Protocol.HTTP_PROTOBUF, 0);
        receiver.answers.drainPermits();
        OtlpSpanPipeline pipeline =
                pipeline(receiver.endpoint(), SETTINGS.withQueue(16_384, 4_096, Duration.ofMillis(1)));
        SpanSink noisy = pipeline.target("noisy");
        SpanSink quiet = pipeline.target("quiet");
        var noisyResource = NumberedSpan.resource("noisy");
        var quietResource = NumberedSpan.resource("quiet");
        IntStream.range(0, 16_000).forEach(i -> noisy.offer(new NumberedSpan(i, noisyResource)));
        IntStream.range(0, 100).forEach(i -> quiet.offer(new NumberedSpan(i, quietResource)));
        receiver.answers.release(1_000);

        assertThat(pipeline.flush(LONG)).isTrue();
        // One request was under way before the quiet target spoke; the next one already holds all its spans.
        List<Integer> requestsWithQuiet = IntStream.range(0, receiver.requests.size())
                .filter(i -> receiver.requests.get(i).getResourceSpansList().stream()
                        .anyMatch(spans -> spans.getResource()
                                .getAttributes(0)
                                .getValue()
                                .getStringValue()
                                .equals("quiet")))
                .boxed()
                .toList();
        assertThat(requestsWithQuiet).hasSizeLessThanOrEqualTo(2).allMatch(index -> index <= 2);
        assertThat(quiet.counts()).isEqualTo(new Counts(100, 100, 0, 0, 0, 0));
        assertThat(noisy.counts()).isEqualTo(new Counts(16_000, 16_000, 0, 0, 0, 0));
    }

    @Test
    void aFlushWaitsForAllTargets() {
        TestReceiver receiver = receiver(Protocol.HTTP_PROTOBUF, 0);
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), SETTINGS);
        List<SpanSink> sinks =
                IntStream.range(0, 50).mapToObj(i -> pipeline.target("t" + i)).toList();
        sinks.forEach(sink -> offer(sink, 0, 100));

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sinks).allMatch(sink -> sink.counts().exported() == 100);
        assertThat(receiver.spans()).hasSize(5_000);
    }

    @Test
    void theThreadRestsAfterATargetWasGivenUp() {
        TestReceiver receiver = receiver(Protocol.HTTP_PROTOBUF, 0);
        receiver.answers.drainPermits();
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), SETTINGS);
        SpanSink stays = pipeline.target("stays");
        SpanSink ends = pipeline.target("ends");
        offer(stays, 0, 1);
        await().atMost(LONG).until(() -> receiver.answers.hasQueuedThreads());
        offer(ends, 0, 10); // while the collector is silent
        ends.giveUp();
        receiver.answers.release(1_000);

        assertThat(pipeline.flush(LONG)).isTrue();
        // Parked without a time limit, until somebody has something for it.
        await().atMost(LONG).until(() -> pipeline.threadState() == Thread.State.WAITING);
        assertThat(ends.counts()).isEqualTo(new Counts(10, 0, 0, 0, 10, 0));
        assertThat(stays.counts()).isEqualTo(new Counts(1, 1, 0, 0, 0, 0));
    }

    @Test
    void afterCloseASpanIsRefusedAndCounted() {
        TestReceiver receiver = receiver(Protocol.HTTP_PROTOBUF, 0);
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), SETTINGS);
        SpanSink sink = pipeline.target("t");
        offer(sink, 0, 10);
        pipeline.close();
        assertThat(sink.offer(NumberedSpan.of(10))).isFalse();

        assertThat(sink.counts()).isEqualTo(new Counts(11, 10, 0, 0, 1, 0));
        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(pipeline.target("late").offer(NumberedSpan.of(0))).isFalse();
    }

    @Test
    void manyThreadsMayOfferAtOnce() throws InterruptedException {
        TestReceiver receiver = receiver(Protocol.HTTP_PROTOBUF, 0);
        OtlpSpanPipeline pipeline = pipeline(receiver.endpoint(), SETTINGS);
        SpanSink sink = pipeline.target("t");
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(t -> Thread.ofPlatform().start(() -> offer(sink, t * 2_500, (t + 1) * 2_500)))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(sink.counts()).isEqualTo(new Counts(10_000, 10_000, 0, 0, 0, 0));
        assertThat(receiver.spans().stream().map(Span::getName))
                .doesNotHaveDuplicates()
                .hasSize(10_000);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.tracer.export.SpanSink.Counts;
import dev.renacer.tracer.export.TestReceiver.Answer;
import dev.renacer.tracer.export.settings.OtlpEndpoint.Protocol;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A collector that is there and says "later": 429 and 503, RESOURCE_EXHAUSTED and UNAVAILABLE. */
class DeferringCollectorTest {
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

    private TestReceiver receiver(Protocol protocol) throws IOException {
        TestReceiver receiver = protocol == Protocol.GRPC ? new GrpcTestReceiver() : new HttpTestReceiver();
        opened.add(receiver);
        return receiver;
    }

    private OtlpSpanPipeline pipeline(TestReceiver receiver) {
        OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(receiver.endpoint(), SETTINGS, notices::add);
        opened.add(pipeline);
        return pipeline;
    }

    private static void offer(SpanSink sink, int count) {
        IntStream.range(0, count).forEach(number -> sink.offer(NumberedSpan.of(number)));
    }

    /** Answers so often with a status before it accepts. */
    private static AtomicInteger defer(TestReceiver receiver, int times, Answer answer) {
        AtomicInteger asked = new AtomicInteger();
        receiver.answerBy(_ -> asked.getAndIncrement() < times ? answer : Answer.ok());
        return asked;
    }

    @ParameterizedTest
    @CsvSource({"HTTP_PROTOBUF, 429", "HTTP_PROTOBUF, 503", "GRPC, 8", "GRPC, 14"})
    void isNotTakenForAbsentWhenAProgramHasEnded(Protocol protocol, int status) throws IOException {
        TestReceiver receiver = receiver(protocol);
        defer(receiver, 3, Answer.status(status)); // one time more than an absent collector is tried
        OtlpSpanPipeline pipeline = pipeline(receiver);
        SpanSink sink = pipeline.target("t");
        offer(sink, 10);
        pipeline.closePatiently();

        assertThat(sink.counts()).isEqualTo(new Counts(10, 10, 0, 0, 0, 0));
        assertThat(receiver.spans()).hasSize(10);
        assertThat(notices).hasExactlyElementsOfTypes(ExportNotice.ExportFailed.class, ExportNotice.Recovered.class);
    }

    @ParameterizedTest
    @CsvSource({"HTTP_PROTOBUF, 429", "HTTP_PROTOBUF, 503", "GRPC, 8", "GRPC, 14"})
    void isAskedAgainWhenItSaidAndNotBefore(Protocol protocol, int status) throws IOException {
        TestReceiver receiver = receiver(protocol);
        AtomicInteger asked = defer(receiver, 1, Answer.later(status, 7));
        OtlpSpanPipeline pipeline = pipeline(receiver);
        SpanSink sink = pipeline.target("t");
        offer(sink, 10);
        long start = System.nanoTime();
        pipeline.closePatiently(); // hurries, and would end after 5 s

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(7));
        assertThat(asked).hasValue(2);
        assertThat(sink.counts()).isEqualTo(new Counts(10, 10, 0, 0, 0, 0));
        assertThat(notices.getFirst().message()).contains("it asks to wait 7 s");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void isNotWaitedForWhereItAsksForLongerThanAnybodyWaits(Protocol protocol) throws IOException {
        TestReceiver receiver = receiver(protocol);
        AtomicInteger asked = defer(receiver, 1_000, Answer.later(protocol == Protocol.GRPC ? 8 : 429, 3_600));
        OtlpSpanPipeline pipeline = pipeline(receiver);
        SpanSink sink = pipeline.target("t");
        offer(sink, 10);
        await().atMost(LONG).until(() -> pipeline.lastFailure().isPresent());
        pipeline.closePatiently();

        assertThat(asked).hasValue(1);
        assertThat(sink.counts()).isEqualTo(new Counts(10, 0, 0, 0, 10, 0));
        assertThat(pipeline.lastFailure().orElse("")).contains("it asks to wait 3600 s");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aFlushDoesNotHurryItEither(Protocol protocol) throws IOException {
        TestReceiver receiver = receiver(protocol);
        AtomicInteger asked = defer(receiver, 1, Answer.later(protocol == Protocol.GRPC ? 14 : 503, 4));
        OtlpSpanPipeline pipeline = pipeline(receiver);
        offer(pipeline.target("t"), 10);
        await().atMost(LONG).until(() -> pipeline.lastFailure().isPresent());

        assertThat(pipeline.flush(Duration.ofSeconds(1))).isFalse();
        assertThat(asked).hasValue(1);
        assertThat(pipeline.flush(LONG)).isTrue();
        assertThat(receiver.spans()).hasSize(10);
    }

    @Test
    void isAwaitedIfItResetsConnectionsWhenAProgramHasEnded() throws IOException {
        TestReceiver receiver = receiver(Protocol.HTTP_PROTOBUF);
        defer(receiver, 3, Answer.status(Answer.HANG_UP)); // one time more than an absent collector is tried
        OtlpSpanPipeline pipeline = pipeline(receiver);
        SpanSink sink = pipeline.target("t");
        offer(sink, 10);
        pipeline.closePatiently();

        assertThat(sink.counts()).isEqualTo(new Counts(10, 10, 0, 0, 0, 0));
        assertThat(receiver.spans()).hasSize(10);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void isAwaitedIfItIsRestartedWhenAProgramHasEnded(Protocol protocol) throws Exception {
        TestReceiver first = receiver(protocol);
        OtlpSpanPipeline pipeline = pipeline(first);
        SpanSink sink = pipeline.target("t");
        offer(sink, 10);
        assertThat(pipeline.flush(LONG)).isTrue();
        int port = first.port();
        first.close();
        offer(sink, 10);
        Thread closing = Thread.ofPlatform().start(pipeline::closePatiently);
        await().atMost(LONG).until(() -> pipeline.lastFailure().isPresent());
        TestReceiver second = protocol == Protocol.GRPC ? new GrpcTestReceiver(port) : new HttpTestReceiver(port);
        opened.add(second);
        closing.join();

        assertThat(sink.counts()).isEqualTo(new Counts(20, 20, 0, 0, 0, 0));
        assertThat(second.spans()).hasSize(10);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void isNotBlamedForAWaitThatSomebodyEnds(Protocol protocol) throws Exception {
        TestReceiver receiver = receiver(protocol);
        receiver.answers.drainPermits();
        OtlpSpanPipeline pipeline = pipeline(receiver);
        SpanSink sink = pipeline.target("t");
        offer(sink, 10);
        Thread closing = Thread.ofPlatform().start(pipeline::closePatiently);
        await().atMost(LONG).until(receiver.answers::hasQueuedThreads);
        pipeline.hurry();
        closing.join();

        assertThat(sink.counts()).isEqualTo(new Counts(10, 0, 0, 0, 10, 0));
        assertThat(notices).isEmpty();
        assertThat(pipeline.lastFailure()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void waitingForItEndsAtOnceWhenAsked(Protocol protocol) throws Exception {
        TestReceiver receiver = receiver(protocol);
        defer(receiver, 1_000, Answer.later(protocol == Protocol.GRPC ? 8 : 429, 25));
        OtlpSpanPipeline pipeline = pipeline(receiver);
        SpanSink sink = pipeline.target("t");
        offer(sink, 10);
        Thread closing = Thread.ofPlatform().start(pipeline::closePatiently);
        await().atMost(LONG).until(() -> pipeline.lastFailure().isPresent());
        pipeline.hurry();
        closing.join();

        assertThat(sink.counts()).isEqualTo(new Counts(10, 0, 0, 0, 10, 0));
    }
}

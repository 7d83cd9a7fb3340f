// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.export.SpanSink.Counts;
import dev.renacer.tracer.export.encoding.SpanEncoder;
import dev.renacer.tracer.export.encoding.SpanRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TargetQueueTest {
    /** Longer than a piece of memory. */
    private static final class LongSpan extends DelegatingSpanData {
        private final String name;

        LongSpan(int number) {
            super(NumberedSpan.of(number));
            name = "x".repeat(2 * ChunkPool.CHUNK_BYTES) + number;
        }

        @Override
        public String getName() {
            return name;
        }
    }

    private final List<TargetQueue> scheduled = new ArrayList<>();
    private final AtomicLong queued = new AtomicLong();

    private TargetQueue queue(int capacity) {
        return queue(capacity, new WaitingRoom(Long.MAX_VALUE));
    }

    private TargetQueue queue(int capacity, WaitingRoom room) {
        return new TargetQueue("t", capacity, room, new ChunkPool(1 << 20), new TargetQueue.Line() {
            @Override
            public void join(TargetQueue queue) {
                scheduled.add(queue);
            }

            @Override
            public void queued() {
                queued.incrementAndGet();
            }

            @Override
            public void givenUp(int spans) {
                queued.addAndGet(-spans);
            }
        });
    }

    /** All that are offered are equally long. */
    private static long spanBytes() {
        SpanEncoder encoder = new SpanEncoder();
        encoder.encode(NumberedSpan.of(0));
        return encoder.size();
    }

    private static List<String> names(List<Segment> segments) throws IOException {
        SpanRequest request = new SpanRequest();
        segments.forEach(segment -> segment.addTo(request));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        request.writeMessage(bytes);
        assertThat(request.getContentLength()).isEqualTo(bytes.size());
        return ExportTraceServiceRequest.parseFrom(bytes.toByteArray()).getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .map(Span::getName)
                .toList();
    }

    private static int count(List<Segment> segments) {
        return segments.stream().mapToInt(Segment::spans).sum();
    }

    private static void offer(TargetQueue queue, int count) {
        for (int i = 0; i < count; i++) {
            queue.offer(NumberedSpan.of(i % 10));
        }
    }

    @Test
    void aSpanThatWasNotMadeIsCounted() {
        TargetQueue queue = queue(100);
        offer(queue, 2);
        queue.overBudget();
        queue.overBudget();
        assertThat(queue.offer(NumberedSpan.of(6).asRoot())).isTrue();

        assertThat(queue.counts()).isEqualTo(new Counts(5, 0, 2, 0, 0, 3));
    }

    @Test
    void aFullQueueDropsButKeepsSomeRoomForRoots() {
        TargetQueue queue = queue(10);
        offer(queue, 15);
        assertThat(queue.counts().droppedByQueue()).isEqualTo(5);
        for (int i = 0; i < TargetQueue.STRUCTURAL_RESERVE; i++) {
            assertThat(queue.offer(NumberedSpan.of(i).asRoot())).isTrue();
        }
        assertThat(queue.offer(NumberedSpan.of(0).asRoot())).isFalse();
        assertThat(queue.counts().droppedByQueue()).isEqualTo(6);
    }

    /** Twenty spans fit. */
    @Test
    void targetsShareTheMemoryAndOneAloneHasHalfOfIt() {
        WaitingRoom room = new WaitingRoom(20 * spanBytes());
        TargetQueue first = queue(1_000, room);
        offer(first, 100);
        assertThat(first.counts()).isEqualTo(new Counts(100, 0, 0, 90, 0, 10));

        TargetQueue second = queue(1_000, room);
        offer(second, 100);
        assertThat(second.counts()).isEqualTo(new Counts(100, 0, 0, 95, 0, 5));
        assertThat(first.offer(NumberedSpan.of(1).asRoot())).isTrue(); // a root finds room while there is any
    }

    @Test
    void memoryIsFreeAgainOnceSpansAreSettled() {
        WaitingRoom room = new WaitingRoom(20 * spanBytes());
        TargetQueue queue = queue(1_000, room);
        offer(queue, 10);
        List<Segment> sent = new ArrayList<>(queue.drain(3));
        sent.addAll(queue.drain(3));
        offer(queue, 1);
        assertThat(queue.counts().droppedByQueue()).isEqualTo(1);

        queue.exported(sent.get(0), 1);
        queue.failed(sent.get(1));
        offer(queue, 6);
        assertThat(queue.counts()).isEqualTo(new Counts(17, 2, 0, 1, 4, 10));

        queue.giveUp();
        assertThat(room.take(20 * spanBytes(), 0)).isTrue();
    }

    @Test
    void isInLineOnceWhileItHoldsSpansAndGoesToTheEndAfterATurn() throws IOException {
        TargetQueue queue = queue(10);
        offer(queue, 5);
        assertThat(scheduled).hasSize(1);

        List<Segment> batch = new ArrayList<>(queue.drain(3));
        assertThat(count(batch)).isEqualTo(3);
        assertThat(scheduled).hasSize(2);
        batch.addAll(queue.drain(3));
        assertThat(count(batch)).isEqualTo(5);
        assertThat(scheduled).hasSize(2);
        offer(queue, 1);
        assertThat(scheduled).hasSize(3);
        assertThat(names(batch)).containsExactly("span 0", "span 1", "span 2", "span 3", "span 4");
        assertThat(queued.get()).isEqualTo(6);
    }

    /** Their memory is filled many times over, spans that are longer than a piece of it among them. */
    @Test
    void spansKeepTheirBytesUntilTheyAreSettled() throws IOException {
        TargetQueue queue = queue(100_000);
        List<Segment> waiting = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 400; i++) {
                SpanData span = i % 100 == 7 ? new LongSpan(i) : NumberedSpan.of(i);
                queue.offer(span);
                expected.add(span.getName());
            }
            waiting.addAll(queue.drain(300));
            assertThat(names(waiting)).isEqualTo(expected.subList(0, count(waiting)));
            while (waiting.size() > 2) {
                Segment settled = waiting.removeFirst();
                expected.subList(0, settled.spans()).clear();
                queue.exported(settled, 0);
            }
        }
        assertThat(queue.counts().offered()).isEqualTo(20_000);
    }

    @Test
    void closingGivesUpWhatIsQueued() {
        TargetQueue queue = queue(10);
        offer(queue, 5);
        queue.giveUp();

        assertThat(queue.counts()).isEqualTo(new Counts(5, 0, 0, 0, 5, 0));
        assertThat(queue.counts().lost()).isEqualTo(5);
        assertThat(queued.get()).isZero();
    }

    @Test
    void refusedSpansAreSharedByTheTargetsOfABatch() {
        TargetQueue small = queue(100);
        TargetQueue large = queue(100);
        offer(small, 10);
        offer(large, 90);
        Batch batch = new Batch(0);
        batch.takeFrom(small, 50);
        batch.takeFrom(large, 50);
        batch.takeFrom(large, 50);
        batch.accepted(10);

        assertThat(small.counts().failed()).isEqualTo(1);
        assertThat(large.counts().failed()).isEqualTo(9);
        assertThat(small.counts().exported() + large.counts().exported()).isEqualTo(90);
    }

    @Test
    void halvesKeepEachSpanWithItsTarget() {
        TargetQueue one = queue(100);
        TargetQueue two = queue(100);
        offer(one, 7);
        offer(two, 4);
        Batch batch = new Batch(0);
        batch.takeFrom(one, 50);
        batch.takeFrom(two, 50);
        List<Batch> halves = batch.halves();
        halves.get(0).failed();
        halves.get(1).accepted(0);

        assertThat(halves).extracting(Batch::size).containsExactly(5, 6);
        assertThat(one.counts()).isEqualTo(new Counts(7, 2, 0, 0, 5, 0));
        assertThat(two.counts()).isEqualTo(new Counts(4, 4, 0, 0, 0, 0));
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class MappedEventRingTest {
    @Test
    void everyFieldOfAnEventArrives() {
        SyntheticRing writer = new SyntheticRing();
        writer.event(EventKind.CALL)
                .times(1_000, 2_500)
                .args(1, -2, 3, Long.MIN_VALUE, 5, 6)
                .error(2)
                .pointers(0x7f00_0000_1234L, 0x7fff_0000_0010L)
                .tid(4242)
                .tgid(4200)
                .number(257)
                .arch(0x40000003)
                .flags(EventFlags.IN_PROGRESS_AT_ATTACH | EventFlags.RESTARTED)
                .aux(-7)
                .publish();

        int passed = writer.ring()
                .drain(
                        event -> {
                            assertThat(event.kind()).isEqualTo(EventKind.CALL);
                            assertThat(event.startNanos()).isEqualTo(1_000);
                            assertThat(event.endNanos()).isEqualTo(2_500);
                            assertThat(event.arg(1)).isEqualTo(-2);
                            assertThat(event.arg(3)).isEqualTo(Long.MIN_VALUE);
                            assertThat(event.arg(5)).isEqualTo(6);
                            assertThat(event.result()).isEqualTo(-2);
                            assertThat(event.instructionPointer()).isEqualTo(0x7f00_0000_1234L);
                            assertThat(event.stackPointer()).isEqualTo(0x7fff_0000_0010L);
                            assertThat(event.tid()).isEqualTo(4242);
                            assertThat(event.tgid()).isEqualTo(4200);
                            assertThat(event.number()).isEqualTo(257);
                            assertThat(event.arch()).isEqualTo(0x40000003);
                            assertThat(event.flags())
                                    .isEqualTo(
                                            EventFlags.IN_PROGRESS_AT_ATTACH | EventFlags.RESTARTED | EventFlags.ERROR);
                            assertThat(event.aux()).isEqualTo(-7);
                            assertThat(event.droppedBefore()).isZero();
                            assertThat(event.pieceCount()).isZero();
                            assertThatThrownBy(() -> event.arg(6)).isInstanceOf(IndexOutOfBoundsException.class);
                            assertThatThrownBy(() -> event.pieceBytes(0)).isInstanceOf(IndexOutOfBoundsException.class);
                        },
                        10);

        assertThat(passed).isOne();
    }

    @Test
    void whatAPieceIsOfItsArgumentArrives() {
        SyntheticRing writer = new SyntheticRing(16, 1 << 17);
        writer.event(EventKind.CALL)
                .unreadable(0)
                .part(1, 4, 65_535, new byte[65_528])
                .written(255, new byte[] {1})
                .publish();

        assertThat(writer.ring()
                        .drain(
                                event -> {
                                    assertThat(event.pieceCount()).isEqualTo(3);
                                    assertThat(event.pieceError(0)).isEqualTo(14);
                                    assertThat(event.pieceAtExit(0)).isFalse();
                                    assertThat(event.piecePart(1)).isEqualTo(4);
                                    assertThat(event.pieceIndex(1)).isEqualTo(65_535);
                                    assertThat(event.pieceLength(1)).isEqualTo(65_528);
                                    assertThat(event.pieceError(1)).isZero();
                                    assertThat(event.pieceArg(2)).isEqualTo(255);
                                    assertThat(event.pieceAtExit(2)).isTrue();
                                    assertThat(event.pieceTruncated(2)).isFalse();
                                },
                                10))
                .isOne();
    }

    @Test
    void stringsArriveWithTheirMarks() {
        SyntheticRing writer = new SyntheticRing();
        writer.event(EventKind.CALL)
                .string(0, "/etc/hosts")
                .piece(1, new byte[] {(byte) 0xff, 0}, true)
                .unreadable(3)
                .publish();

        assertThat(writer.ring()
                        .drain(
                                event -> {
                                    assertThat(event.pieceCount()).isEqualTo(3);
                                    assertThat(event.pieceArg(0)).isZero();
                                    assertThat(event.pieceBytes(0)).asString().isEqualTo("/etc/hosts");
                                    assertThat(event.pieceTruncated(0)).isFalse();
                                    assertThat(event.pieceArg(1)).isEqualTo(1);
                                    assertThat(event.pieceBytes(1)).containsExactly(0xff, 0);
                                    assertThat(event.pieceTruncated(1)).isTrue();
                                    assertThat(event.pieceUnreadable(1)).isFalse();
                                    assertThat(event.pieceArg(2)).isEqualTo(3);
                                    assertThat(event.pieceUnreadable(2)).isTrue();
                                    assertThat(event.pieceBytes(2)).isEmpty();
                                },
                                10))
                .isOne();
    }

    @Test
    void eventsAndStringsGoRoundTheRingManyTimes() {
        SyntheticRing writer = new SyntheticRing(8, 128);
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            writer.event(EventKind.CALL).string(0, "x".repeat(i % 37) + i).publish();
            assertThat(writer.ring().drain(event -> seen.add(text(event)), 1)).isOne();
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(seen.get(i)).isEqualTo("x".repeat(i % 37) + i);
        }
    }

    @Test
    void drainPassesNoMoreThanItsLimitAndNothingTwice() {
        SyntheticRing writer = new SyntheticRing(8, 128);
        for (int i = 0; i < 8; i++) {
            writer.event(EventKind.CALL).aux(i).publish();
        }
        List<Integer> seen = new ArrayList<>();
        assertThat(writer.ring().drain(event -> seen.add(event.aux()), 3)).isEqualTo(3);
        assertThat(writer.ring().drain(event -> seen.add(event.aux()), 100)).isEqualTo(5);
        assertThat(writer.ring().drain(event -> seen.add(event.aux()), 100)).isZero();
        assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void aConsumerThatThrowsHasConsumedItsEvent() {
        SyntheticRing writer = new SyntheticRing();
        writer.event(EventKind.CALL).aux(1).publish();
        writer.event(EventKind.CALL).aux(2).publish();
        assertThatThrownBy(() -> writer.ring()
                        .drain(
                                event -> {
                                    throw new UnsupportedOperationException("first");
                                },
                                10))
                .hasMessage("first");
        assertThat(writer.ring().drain(event -> assertThat(event.aux()).isEqualTo(2), 10))
                .isOne();
    }

    @Test
    void droppedEventsAreCountedAndToldBeforeTheNextEvent() {
        SyntheticRing writer = new SyntheticRing();
        writer.drop(3);
        writer.event(EventKind.CALL).publish();
        writer.event(EventKind.CALL).publish();
        List<Integer> before = new ArrayList<>();
        writer.ring().drain(event -> before.add(event.droppedBefore()), 10);
        assertThat(before).containsExactly(3, 0);
        assertThat(writer.ring().dropped()).isEqualTo(3);
    }

    @Test
    void aWriterInAnotherThreadIsReadWholeAndInOrder() throws InterruptedException {
        int events = 50_000;
        SyntheticRing writer = new SyntheticRing(64, 1 << 12);
        AtomicLong consumed = new AtomicLong();
        Thread producer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < events; i++) {
                while (i - consumed.get() >= 64) {
                    LockSupport.parkNanos(1_000);
                }
                writer.event(EventKind.CALL)
                        .aux(i)
                        .string(0, Integer.toString(i))
                        .publish();
            }
        });
        while (consumed.get() < events) {
            consumed.addAndGet(writer.ring()
                    .drain(
                            event -> {
                                if (!text(event).equals(Integer.toString(event.aux()))) {
                                    throw new AssertionError(text(event) + " at " + event.aux());
                                }
                            },
                            16));
        }
        producer.join();
        assertThat(consumed).hasValue(events);
    }

    @Test
    void aClosedRingRefusesToBeRead() {
        SyntheticRing writer = new SyntheticRing();
        writer.close();
        assertThatThrownBy(() -> writer.ring().drain(event -> {}, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ring is closed");
        assertThatThrownBy(() -> writer.ring().dropped()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void memoryOfAnotherFormatIsRefused() {
        ByteBuffer zeros = ByteBuffer.allocateDirect(RingLayout.HEADER_SIZE);
        assertThatThrownBy(() -> new MappedEventRing(zeros, new NativeHandle("ring", () -> {})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this library reads version " + RingLayout.VERSION);
    }

    private static String text(CapturedEvent event) {
        return new String(event.pieceBytes(0), StandardCharsets.UTF_8);
    }
}

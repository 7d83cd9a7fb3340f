// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A ring whose producer writes rubbish is read as far as it makes sense, or refused by an {@link IllegalStateException} (a kind that is none:
 * {@link IllegalArgumentException}): never further than the mapping, and never more events than it has slots for. Cases come from a generator with a fixed seed; RENACER_FUZZ_SECONDS
 * asks for as many as fit into that time.
 */
class CorruptRingTest {
    private static final int CASES = 20_000;
    private static final int EVENTS = 8;
    private static final int SIDE = 256;
    private static final long[] EXTREMES = {
        0, 1, -1, 0x7fffffffL, 0x80000000L, 0xffffffffL, -0x1_0000_0000L, 1L << 40, Long.MIN_VALUE
    };

    private final Random random = new Random(0x52454e41);

    @Test
    void rubbishOfTheProducerIsReadWithinBoundsOrRefused() {
        String seconds = System.getenv("RENACER_FUZZ_SECONDS");
        long end = System.nanoTime()
                + (seconds == null
                        ? 0
                        : Duration.ofSeconds(Long.parseLong(seconds)).toNanos());
        long cases = 0;
        long refused = 0;
        while (cases < CASES || System.nanoTime() - end < 0) {
            SyntheticRing ring = filled();
            spoil(ring.memory());
            if (!isRead(ring, cases)) {
                refused++;
            }
            cases++;
        }
        System.out.printf("fuzz: ring read by Java %d executions, %d refused, 0 crashes%n", cases, refused);
        assertThat(refused).isPositive().isLessThan(cases);
    }

    private SyntheticRing filled() {
        SyntheticRing ring = new SyntheticRing(EVENTS, SIDE);
        for (int i = 1 + random.nextInt(EVENTS); i > 0; i--) {
            SyntheticRing.Event event = ring.event(EventKind.CALL);
            for (int piece = random.nextInt(3); piece > 0; piece--) {
                event.string(piece, "x".repeat(random.nextInt(8)));
            }
            event.publish();
        }
        return ring;
    }

    /** What the producer writes: its position, the events and the side area. The rest is its own, too, but read only once. */
    private void spoil(ByteBuffer memory) {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int slot = RingLayout.HEADER_SIZE + random.nextInt(EVENTS) * RingLayout.EVENT_SIZE;
            switch (random.nextInt(6)) {
                case 0 -> memory.putLong(RingLayout.HEADER_HEAD, word());
                case 1 -> memory.putInt(slot + RingLayout.EVENT_SIDE_LENGTH, (int) word());
                case 2 -> memory.putLong(slot + RingLayout.EVENT_SIDE_OFFSET, word());
                case 3 -> memory.putShort(slot + RingLayout.EVENT_KIND, (short) random.nextInt(16));
                case 4 ->
                    memory.putShort(
                            RingLayout.HEADER_SIZE + EVENTS * RingLayout.EVENT_SIZE + 2 * random.nextInt(SIDE / 2),
                            (short) word());
                default -> memory.put(slot + random.nextInt(RingLayout.EVENT_SIZE), (byte) random.nextInt());
            }
        }
    }

    private long word() {
        return switch (random.nextInt(3)) {
            case 0 -> EXTREMES[random.nextInt(EXTREMES.length)] + random.nextInt(16);
            case 1 -> random.nextLong();
            default -> random.nextInt(2 * SIDE);
        };
    }

    /** Returns false if the ring was refused. */
    private static boolean isRead(SyntheticRing ring, long number) {
        try {
            int passed = ring.ring().drain(CorruptRingTest::lookAtAll, Integer.MAX_VALUE);
            assertThat(passed).as("events of case %d", number).isBetween(0, EVENTS);
            return true;
        } catch (IllegalStateException | IllegalArgumentException e) {
            return false;
        } catch (RuntimeException e) {
            return fail("case " + number, e);
        }
    }

    private static void lookAtAll(CapturedEvent event) {
        event.kind();
        int bytes = 0;
        for (int piece = 0; piece < event.pieceCount(); piece++) {
            bytes += RingLayout.pieceRoom(event.pieceBytes(piece).length);
            event.piecePart(piece);
            event.pieceIndex(piece);
            event.pieceError(piece);
            if (event.pieceLength(piece) >= Long.BYTES) {
                event.pieceWord(piece, event.pieceLength(piece) - Long.BYTES);
            }
        }
        assertThat(bytes).isLessThanOrEqualTo(SIDE);
    }
}

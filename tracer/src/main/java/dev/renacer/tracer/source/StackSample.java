// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.ring.CapturedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The copied stack of one call, seen in the ring: valid as long as the event.
 *
 * @param event  the call
 * @param piece  its piece {@link CapturedEvent#STACK}
 */
record StackSample(CapturedEvent event, int piece) {
    private static final int HEAD = 8;

    /** The event's sample; null if it has none or an invalid one. */
    static @Nullable StackSample of(CapturedEvent event) {
        for (int piece = event.pieceCount() - 1; piece >= 0; piece--) {
            if (event.pieceArg(piece) == CapturedEvent.STACK) {
                StackSample sample = new StackSample(event, piece);
                return sample.isWhole() ? sample : null;
            }
        }
        return null;
    }

    private boolean isWhole() {
        return event.pieceLength(piece) >= HEAD
                && registerCount() > 0
                && event.pieceLength(piece) >= HEAD + registerCount() * Long.BYTES;
    }

    private int registerCount() {
        return (int) event.pieceWord(piece, 0);
    }

    private int stackAt() {
        return HEAD + registerCount() * Long.BYTES;
    }

    /** The address after the instruction that made the call. */
    long instructionPointer() {
        return event.pieceWord(piece, stackAt() - Long.BYTES);
    }

    /** Whether the stack's word at this offset from the stack pointer was copied. */
    boolean has(int slot) {
        return slot >= 0 && slot <= event.pieceLength(piece) - stackAt() - Long.BYTES;
    }

    /** The word at this offset from the stack pointer. */
    long word(int slot) {
        return event.pieceWord(piece, stackAt() + slot);
    }

    /** The piece as it is. */
    byte[] bytes() {
        return event.pieceBytes(piece);
    }
}

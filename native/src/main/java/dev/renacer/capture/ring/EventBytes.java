// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One event that is in no ring: the bytes of {@code struct rc_event}, and its side data behind them. */
public final class EventBytes {
    private EventBytes() {}

    /**
     * Shows an event; unlike one of a ring, it stays what it is as long as the bytes do.
     *
     * @throws IllegalArgumentException if that is less than an event
     */
    public static CapturedEvent view(byte[] bytes) {
        if (bytes.length < RingLayout.EVENT_SIZE) {
            throw new IllegalArgumentException("an event has " + RingLayout.EVENT_SIZE + " bytes, not " + bytes.length);
        }
        ByteBuffer memory = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int sideLength = bytes.length - RingLayout.EVENT_SIZE;
        int capacity = Math.max(1, Integer.highestOneBit(2 * sideLength)); // a power of two, as that of a ring
        MappedEvent event = new MappedEvent(memory, RingLayout.EVENT_SIZE, capacity);
        event.moveTo(0);
        return event;
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

/**
 * The reading side of a session's ring: the threads of the capture core write in turn, so their events have one order.
 * One Java thread at a time may drain it.
 *
 * <p>It is an interface so that a recorded or synthetic ring can be used when no kernel is traced.
 */
public interface EventRing {
    /** Receives events in ring order. The event is a view, valid only during the call. */
    @FunctionalInterface
    interface Consumer {
        void accept(CapturedEvent event);
    }

    /**
     * Passes up to {@code limit} waiting events to {@code consumer} and frees their slots. Never blocks.
     *
     * @return how many events were passed
     * @throws IllegalStateException if the ring is closed, or its producer wrote something impossible
     */
    int drain(Consumer consumer, int limit);

    /** Events dropped so far because the ring was full. */
    long dropped();
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An {@link EventRing} over the mapping the tracer writes (see {@code event.h}). Passing an event allocates nothing: the
 * same view moves from slot to slot.
 *
 * <p>The producer stores {@code head} with release after an event is complete; this side loads it with acquire, and frees slots
 * by storing {@code tail} with release after the consumer has seen them.
 */
public final class MappedEventRing implements EventRing {
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer memory;
    private final NativeHandle owner;
    private final MappedEvent view;
    private final int capacity;
    private final int eventsOffset;
    private long tail;

    /**
     * @param mapping a direct buffer over the whole mapping, header included
     * @param owner   keeps the mapping alive during a drain, and refuses it after close
     * @throws IllegalStateException if the header is not of this format version
     */
    public MappedEventRing(ByteBuffer mapping, NativeHandle owner) {
        this.memory = mapping.duplicate().order(ByteOrder.nativeOrder());
        this.owner = owner;
        long magic = memory.getLong(RingLayout.HEADER_MAGIC);
        int version = memory.getInt(RingLayout.HEADER_VERSION);
        int eventSize = memory.getInt(RingLayout.HEADER_EVENT_SIZE);
        if (magic != RingLayout.MAGIC || version != RingLayout.VERSION || eventSize != RingLayout.EVENT_SIZE) {
            throw new IllegalStateException(
                    "ring has magic %x, version %d and events of %d bytes; this library reads version %d"
                            .formatted(magic, version, eventSize, RingLayout.VERSION));
        }
        this.capacity = Math.toIntExact(memory.getLong(RingLayout.HEADER_EVENT_CAPACITY));
        this.eventsOffset = Math.toIntExact(memory.getLong(RingLayout.HEADER_EVENTS_OFFSET));
        this.view = new MappedEvent(
                memory,
                Math.toIntExact(memory.getLong(RingLayout.HEADER_SIDE_OFFSET)),
                Math.toIntExact(memory.getLong(RingLayout.HEADER_SIDE_CAPACITY)));
        this.tail = (long) WORD.getAcquire(memory, RingLayout.HEADER_TAIL);
    }

    @Override
    public int drain(Consumer consumer, int limit) {
        owner.acquire();
        try {
            long head = (long) WORD.getAcquire(memory, RingLayout.HEADER_HEAD);
            long published = head - tail;
            if (published < 0 || published > capacity) {
                throw new IllegalStateException(
                        "ring is corrupt: its position is %d events ahead of %d slots".formatted(published, capacity));
            }
            int waiting = (int) Math.min(published, Math.max(limit, 0));
            for (int passed = 0; passed < waiting; passed++) {
                pass(consumer);
            }
            return waiting;
        } finally {
            owner.release();
        }
    }

    /**
     * Passes the oldest event and frees its slot at once, so that a tracer that waits for room waits for only one
     * event.
     */
    private void pass(Consumer consumer) {
        int slot = (int) (tail & (capacity - 1));
        view.moveTo(eventsOffset + slot * RingLayout.EVENT_SIZE);
        try {
            consumer.accept(view);
        } finally {
            tail++;
            if (view.sideLength() > 0) {
                WORD.setRelease(memory, RingLayout.HEADER_SIDE_TAIL, view.sideEnd());
            }
            WORD.setRelease(memory, RingLayout.HEADER_TAIL, tail);
        }
    }

    @Override
    public long dropped() {
        owner.acquire();
        try {
            return (long) WORD.getAcquire(memory, RingLayout.HEADER_DROPPED);
        } finally {
            owner.release();
        }
    }
}

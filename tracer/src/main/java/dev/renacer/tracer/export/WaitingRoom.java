// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for spans that wait for their request, or for its answer, shared by all targets of a pipeline. A target may hold as much
 * as is left free: one alone has half of the room, two a third each, and a new one always finds some. Thread-safe.
 */
final class WaitingRoom {
    private final long capacity;
    private final AtomicLong taken = new AtomicLong();

    /**
     * @param capacity  in bytes
     */
    WaitingRoom(long capacity) {
        this.capacity = capacity;
    }

    /**
     * Takes room for a span.
     *
     * @param held  what its target holds already
     * @return false if there is none for it: nothing was taken
     */
    boolean take(long bytes, long held) {
        long now = taken.get();
        while (held + bytes <= capacity - now) {
            if (taken.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = taken.get();
        }
        return false;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps native memory alive while it is in use. Each use is bracketed by {@link #acquire} and {@link #release};
 * {@link #close} refuses every later use and returns at once; the last user frees the memory. So close can neither race
 * a call in another thread nor deadlock with one, not even with the call from which it is made.
 */
public final class NativeHandle {
    private static final int CLOSED = 1 << 31;

    // Bit 31: closed. Bits 0 to 30: uses under way.
    private final AtomicInteger state = new AtomicInteger();
    private final String name;
    private final Runnable free;

    /**
     * @param name what was closed, for the message of a refused use
     * @param free frees the memory; called exactly once, by the thread that ends the last use
     */
    public NativeHandle(String name, Runnable free) {
        this.name = name;
        this.free = free;
    }

    /**
     * Begins a use.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public void acquire() {
        if (!tryAcquire()) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    /** Begins a use, or returns false after {@link #close}. */
    public boolean tryAcquire() {
        int seen;
        do {
            seen = state.get();
            if (seen < 0) {
                return false;
            }
        } while (!state.compareAndSet(seen, seen + 1));
        return true;
    }

    /** Ends a use. */
    public void release() {
        if (state.decrementAndGet() == CLOSED) {
            free.run();
        }
    }

    /**
     * Refuses every later use and frees the memory as soon as nobody uses it.
     *
     * @return false if it was closed before
     */
    public boolean close() {
        int seen = state.getAndUpdate(now -> now | CLOSED);
        if (seen == 0) {
            free.run();
        }
        return seen >= 0;
    }
}

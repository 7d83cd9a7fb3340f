// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.http.RequestGap;

/**
 * Receives a session's events, one at a time and in order, on that session's single consumer thread. While a listener
 * blocks, the ring fills; a full ring makes the targets wait (policy BLOCK) or loses events (policy DROP).
 */
public interface TraceListener {
    /**
     * The trace begins; called once, before everything else.
     *
     * @param epochOffsetNanos  what was added to CLOCK_MONOTONIC for the times of calls and events
     */
    default void onBegin(long epochOffsetNanos) {}

    /**
     * Whether it looks at {@link SyscallCall#data}: where no listener does, calls may come without. Always the same; asked before the
     * trace begins.
     */
    default boolean readsData() {
        return true;
    }

    /** A system call returned, or ended without returning. */
    void onCall(SyscallCall call);

    /**
     * A call that nobody asked for returned. It is reported because it may show how a wanted call continued, such as
     * the end of a connection. It must not appear anywhere itself.
     */
    default void onUnaskedCall(SyscallCall call) {}

    /** Where the time of a thread went in a stretch of its life, if that was asked for. */
    default void onThreadTime(ThreadTime time) {}

    /**
     * It is not known for which request calls of a process are made, for one more reason or once more; see
     * {@link RequestGap}. Precedes the call that shows it.
     *
     * @param count  how many connections or requests, at least 1
     */
    default void onRequestGap(TracedProcess process, RequestGap gap, long count) {}

    /** Anything else. */
    void onEvent(TraceEvent event);

    /**
     * The ring is drained for now: a good moment to flush buffered output. Also called while nothing happens, at least
     * every 100 ms.
     */
    default void onIdle() {}

    /** The session is over; no further call follows. */
    default void onEnd() {}

    /** As {@link #onEnd()}, of a recorded trace whose rest cannot be read: what else happened is not known. */
    default void onCut() {
        onEnd();
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

/**
 * Receives a session's events, one at a time and in order, on that session's single consumer thread. A listener must
 * not block longer than it is willing to let a full ring wait (policy BLOCK) or lose (policy DROP).
 */
public interface TraceListener {
    /** A system call returned, or ended without returning. */
    void onCall(SyscallCall call);

    /**
     * A call that nobody asked for returned: it is told because it may tell how one went on that was asked for, such as the end of a
     * connection. It is to appear nowhere itself.
     */
    default void onUnaskedCall(SyscallCall call) {}

    /** Anything else. */
    void onEvent(TraceEvent event);

    /**
     * The ring is drained for now: a good moment to flush what is buffered. Also called while nothing happens, at least
     * every 100 ms.
     */
    default void onIdle() {}

    /** The session is over; no further call follows. */
    default void onEnd() {}
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.tracer.context.ThreadContext;
import java.util.Optional;
import java.util.OptionalInt;

/** A connection, as one of its two processes sees it. Not thread-safe. */
sealed interface Connection permits Http1Connection, Http2Connection {
    /** What a call on the connection is made for, that transfers nothing. */
    Optional<ThreadContext> parent();

    /**
     * Bytes are transferred.
     *
     * @param bytes   the first of them; empty: they are not known
     * @param count   how many there are, at least 1
     * @param thread  the one that receives or sends them
     * @return what the call is made for
     */
    Optional<ThreadContext> transfer(boolean receives, byte[] bytes, long count, int thread);

    /** Whether the process gets the requests. */
    boolean isServer();

    /** Whether the last transfer has brought a request to a thread that waits for the connection itself. */
    boolean hasBroughtWork();

    /** How many requests that name their span the last transfer has brought to the process. */
    int named();

    /** How many it has brought that name none. */
    int unnamed();

    /** The thread that had received the request which the last transfer has begun to answer; empty: it has answered none. */
    OptionalInt answered();

    /** Whether the thread has received the request that is under way. */
    boolean isWorkedOnBy(int thread);

    /** What the thread works for, if it works on this connection's request. */
    Optional<ThreadContext> parentOf(int thread);

    /** A thread receives: if the request has come whole and is being answered, it waits for the next one. */
    void awaits();

    /** What was passed cannot be told any more. */
    void lose();

    /** Whether that is so. */
    boolean isLost();
}

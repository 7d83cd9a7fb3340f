// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import java.util.Arrays;
import java.util.Optional;

/**
 * The messages of HTTP/1.1 that pass in one direction of a connection, one behind the other. Of bodies only the length
 * counts. What cannot be followed for certain is not followed any more. Not thread-safe.
 */
final class MessageStream {
    private static final int MOST_OF_HEAD = 1 << 16;
    private static final byte[] NOTHING = {};

    /** Gets to know what passes, in its order. */
    interface Receiver {
        /** A head has come to its end. Says how many bytes of a body follow it, or {@link #UNTIL_NEXT} or {@link #NEVER}. */
        long head(Head head);

        /** A message is over. */
        void end();
    }

    /** A body ends where the next message begins, at the beginning of a transfer. */
    static final long UNTIL_NEXT = -1;

    /** Where a body ends cannot be said. */
    static final long NEVER = -2;

    private enum State {
        HEAD,
        BODY,
        UNTIL_NEXT,
        LOST
    }

    private final boolean isOfRequests;
    private State state = State.HEAD;
    private byte[] partial = NOTHING;
    private long left;

    /**
     * @param isOfRequests  whether requests pass, not responses
     */
    MessageStream(boolean isOfRequests) {
        this.isOfRequests = isOfRequests;
    }

    /** Whether it is known no more what passes. */
    boolean isLost() {
        return state == State.LOST;
    }

    /** Whether no message is on its way. */
    boolean isBetweenMessages() {
        return state == State.HEAD && partial.length == 0;
    }

    void lose() {
        state = State.LOST;
        partial = NOTHING;
    }

    /**
     * A transfer.
     *
     * @param bytes  its first bytes; empty: they are not known
     * @param count  how many it has, at least 1
     */
    void pass(byte[] bytes, long count, Receiver receiver) {
        long at = 0;
        while (at < count && state != State.LOST) {
            at = switch (state) {
                case BODY -> body(at, count, receiver);
                case UNTIL_NEXT -> untilNext(bytes, at, count, receiver);
                default -> head(bytes, at, count, receiver);
            };
        }
    }

    private long body(long at, long count, Receiver receiver) {
        long taken = Math.min(left, count - at);
        left -= taken;
        if (left == 0) {
            state = State.HEAD;
            receiver.end();
        }
        return at + taken;
    }

    private long untilNext(byte[] bytes, long at, long count, Receiver receiver) {
        if (at > 0 || bytes.length == 0) {
            return count;
        }
        state = State.HEAD;
        receiver.end();
        return at;
    }

    private long head(byte[] bytes, long at, long count, Receiver receiver) {
        if (at >= bytes.length || partial.length + bytes.length > MOST_OF_HEAD) {
            lose();
            return count;
        }
        int before = partial.length;
        byte[] all = Arrays.copyOf(partial, before + bytes.length - (int) at);
        System.arraycopy(bytes, (int) at, all, before, bytes.length - (int) at);
        int end = end(all);
        if (end < 0) {
            partial = all;
            if (bytes.length < count) {
                lose();
            }
            return count;
        }
        partial = NOTHING;
        Optional<Head> head = Head.of(Arrays.copyOf(all, end)).filter(one -> one.isRequest() == isOfRequests);
        if (head.isEmpty()) {
            lose();
            return count;
        }
        follow(receiver.head(head.get()), receiver);
        return at + end - before;
    }

    private void follow(long body, Receiver receiver) {
        if (body == NEVER) {
            lose();
        } else if (body == UNTIL_NEXT) {
            state = State.UNTIL_NEXT;
        } else if (body == 0) {
            state = State.HEAD;
            receiver.end();
        } else {
            state = State.BODY;
            left = body;
        }
    }

    /** Where the head ends, behind its empty line; -1: not yet. */
    private static int end(byte[] bytes) {
        for (int at = 1; at < bytes.length; at++) {
            boolean crlf = at >= 3 && bytes[at - 1] == '\r' && bytes[at - 2] == '\n' && bytes[at] == '\n';
            if (crlf || (bytes[at] == '\n' && bytes[at - 1] == '\n')) {
                return at + 1;
            }
        }
        return -1;
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.tracer.context.ThreadContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/1.1, as one of its two processes sees it. Not thread-safe. */
final class Http1Connection implements Connection {
    private final boolean isServer;
    private final boolean blocks;
    private final MessageStream requests = new MessageStream(true);
    private final MessageStream responses = new MessageStream(false);
    private final Deque<Request> open = new ArrayDeque<>();
    private int tid;
    private @Nullable Request arrived; // with the last transfer
    private @Nullable Request answered; // likewise
    private int named; // requests that have arrived with it
    private int unnamed; // likewise

    /**
     * @param isServer  whether the process gets the requests
     * @param blocks    whether its threads themselves wait for it
     */
    Http1Connection(boolean isServer, boolean blocks) {
        this.isServer = isServer;
        this.blocks = blocks;
    }

    /** The request that is worked on; empty: none, or it is not known which. */
    Optional<Request> active() {
        return Optional.ofNullable(open.peek());
    }

    @Override
    public Optional<ThreadContext> parent() {
        return active().flatMap(Request::parent);
    }

    @Override
    public Optional<ThreadContext> transfer(boolean receives, byte[] bytes, long count, int thread) {
        tid = thread;
        arrived = null;
        answered = null;
        named = 0;
        unnamed = 0;
        if (isServer == receives) {
            return request(receives, bytes, count);
        }
        Optional<ThreadContext> parent = parent();
        responses.pass(bytes, count, new Responses());
        if (responses.isLost()) {
            lose();
        }
        return parent;
    }

    private Optional<ThreadContext> request(boolean receives, byte[] bytes, long count) {
        if (requests.isLost()) {
            return parent(); // a body without a known end, or nothing is known
        }
        // What goes on with a request belongs to it. What brings the next one has waited for it.
        Optional<ThreadContext> before = requests.isBetweenMessages()
                ? Optional.empty()
                : Optional.ofNullable(open.peekLast()).flatMap(Request::parent);
        requests.pass(bytes, count, new Requests());
        Request now = arrived;
        if (requests.isLost() && now == null) {
            lose();
        }
        return receives || now == null ? before : now.parent();
    }

    @Override
    public boolean isServer() {
        return isServer;
    }

    @Override
    public boolean hasBroughtWork() {
        return isServer && blocks && arrived != null;
    }

    @Override
    public int named() {
        return isServer ? named : 0;
    }

    @Override
    public int unnamed() {
        return isServer ? unnamed : 0;
    }

    @Override
    public OptionalInt answered() {
        Request request = answered;
        return request == null || !isServer ? OptionalInt.empty() : OptionalInt.of(request.tid());
    }

    @Override
    public boolean isWorkedOnBy(int thread) {
        return active().filter(request -> request.tid() == thread).isPresent();
    }

    @Override
    public Optional<ThreadContext> parentOf(int thread) {
        return active().filter(request -> request.tid() == thread).flatMap(Request::parent);
    }

    @Override
    public void awaits() {
        Request now = open.peek();
        if (isServer && blocks && now != null && now.isAnswered() && requests.isBetweenMessages()) {
            open.poll();
        }
    }

    @Override
    public void lose() {
        requests.lose();
        responses.lose();
        open.clear();
    }

    @Override
    public boolean isLost() {
        return responses.isLost();
    }

    /** Requests pass. */
    private final class Requests implements MessageStream.Receiver {
        @Override
        public long head(Head head) {
            if (!isServer) {
                open.poll(); // the next request is sent when the response to the one before has been read
            }
            Request request = new Request(head, tid);
            arrived = request;
            named += request.parent().isPresent() ? 1 : 0;
            unnamed += request.parent().isPresent() ? 0 : 1;
            open.add(request);
            if (head.body() == Head.CHUNKED) {
                return MessageStream.NEVER;
            }
            return head.body() == Head.UNSAID ? 0 : head.body();
        }

        @Override
        public void end() {
            // It is over when it is answered.
        }
    }

    /** Responses pass. */
    private final class Responses implements MessageStream.Receiver {
        @Override
        public long head(Head head) {
            Request request = open.peek();
            if (request == null) {
                return MessageStream.NEVER;
            }
            if (head.status() < 200) {
                return 0; // another one follows; but for 101, which is no HTTP any more
            }
            answered = request;
            long body = request.bodyOf(head);
            return body == MessageStream.UNTIL_NEXT && open.size() > 1 ? MessageStream.NEVER : body;
        }

        @Override
        public void end() {
            Request request = open.peek();
            if (request != null && request.isAnswered()) {
                open.poll();
            }
        }
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.tracer.context.ThreadContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/2 whose preface has passed (RFC 9113, section 3.3), so of gRPC too. A transfer is made for a request
 * if all its frames are of that one's stream; those of the connection itself do not count. What threads do besides is never
 * told: a connection has many requests at once. Not thread-safe.
 */
final class Http2Connection implements Connection {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};
    private static final VarHandle AS_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int PASSED = Long.BYTES;
    private static final int SHORTEST = 4;
    private static final int MOST_STREAMS = 1024;
    private static final int SEVERAL = -1;

    private final boolean isServer;
    private final FrameStream requests = new FrameStream(PREFACE);
    private final FrameStream responses = new FrameStream(NOTHING);
    private final HeaderBlocks blocks = new HeaderBlocks();
    private final Map<Integer, Stream> open = new HashMap<>();
    private int last; // stream that was opened
    private @Nullable Frame headers; // whose header block has not come to its end

    // Of the transfer that passes:
    private int touched; // the stream, 0: none, SEVERAL
    private @Nullable Stream its;
    private boolean opened;
    private int named; // requests
    private int unnamed; // likewise

    /** A request and its response. */
    private static final class Stream {
        final Optional<ThreadContext> parent;
        boolean asked;
        boolean answered;

        Stream(Optional<ThreadContext> parent) {
            this.parent = parent;
        }
    }

    /**
     * @param isServer  whether the process gets the requests
     */
    Http2Connection(boolean isServer) {
        this.isServer = isServer;
    }

    /** Whether a connection that begins with these bytes is one of HTTP/2, or none at all. */
    static boolean begins(byte[] bytes) {
        return hasPreface(bytes, 0);
    }

    /** Whether that is so of frames as the core keeps them. */
    static boolean beginsFramed(byte[] bytes) {
        return before(bytes) == 0 && hasPreface(bytes, PASSED);
    }

    private static boolean hasPreface(byte[] bytes, int from) {
        int known = Math.min(bytes.length - from, PREFACE.length);
        return known >= SHORTEST && Arrays.equals(bytes, from, from + known, PREFACE, 0, known);
    }

    /** How many bytes had passed by the core's account: {@code struct rc_frames_head}. */
    private static long before(byte[] bytes) {
        return bytes.length < PASSED ? -1 : (long) AS_LONG.get(bytes, 0);
    }

    /** Empty unless one request alone is under way. */
    @Override
    public Optional<ThreadContext> parent() {
        return open.size() == 1 && headers == null ? open.values().iterator().next().parent : Optional.empty();
    }

    @Override
    public Optional<ThreadContext> transfer(boolean receives, byte[] bytes, long count, int thread) {
        named = 0;
        unnamed = 0;
        if (requests.isLost()) {
            return Optional.empty();
        }
        touched = 0;
        its = null;
        opened = false;
        boolean asks = isServer == receives;
        FrameStream frames = asks ? requests : responses;
        FrameStream.Receiver receiver = asks ? new Requests() : new Responses();
        if (bytes.length == 0) {
            frames.passUnseen(count, receiver);
        } else {
            frames.pass(
                    before(bytes),
                    Arrays.copyOfRange(bytes, Math.min(PASSED, bytes.length), bytes.length),
                    count,
                    receiver);
        }
        if (frames.isLost()) {
            lose();
            return Optional.empty();
        }
        Stream stream = its;
        boolean waited = receives && opened;
        return stream == null || touched == SEVERAL || waited ? Optional.empty() : stream.parent;
    }

    @Override
    public boolean isServer() {
        return isServer;
    }

    @Override
    public boolean hasBroughtWork() {
        return false;
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
        return OptionalInt.empty();
    }

    @Override
    public boolean isWorkedOnBy(int thread) {
        return false;
    }

    @Override
    public Optional<ThreadContext> parentOf(int thread) {
        return Optional.empty();
    }

    @Override
    public void awaits() {
        // Requests end by their frames.
    }

    @Override
    public void lose() {
        requests.lose();
        responses.lose();
        open.clear();
    }

    @Override
    public boolean isLost() {
        return requests.isLost();
    }

    private void touch(Frame frame) {
        int stream = frame.stream();
        if (stream != 0 && stream != touched) {
            touched = touched == 0 ? stream : SEVERAL;
            its = open.get(stream);
        }
    }

    /** The sender of requests or of responses sends nothing more on the stream. */
    private void end(Frame frame, boolean asks) {
        Stream stream = open.get(frame.stream());
        if (stream == null || !frame.endsStream()) {
            return;
        }
        stream.asked |= asks;
        stream.answered |= !asks;
        if (stream.asked && stream.answered) {
            open.remove(frame.stream());
        }
    }

    /** Requests pass. */
    private final class Requests implements FrameStream.Receiver {
        @Override
        public void touches(Frame frame) {
            touch(frame);
        }

        @Override
        public boolean wants(Frame frame) {
            return frame.type() == Frame.HEADERS || frame.type() == Frame.CONTINUATION;
        }

        @Override
        public boolean passed(Frame frame, byte[] payload) {
            Frame begun = headers;
            if ((begun != null) != (frame.type() == Frame.CONTINUATION)
                    || (begun != null && begun.stream() != frame.stream())) {
                return false; // nothing may stand within a header block (section 6.10)
            }
            if (wants(frame)) {
                return block(begun == null ? frame : begun, frame, payload);
            }
            if (frame.type() == Frame.RST_STREAM) {
                open.remove(frame.stream());
            }
            end(frame, true);
            return true;
        }

        private boolean block(Frame first, Frame frame, byte[] payload) {
            boolean continues = frame.type() == Frame.CONTINUATION;
            headers = frame.endsHeaders() ? null : first;
            try {
                blocks.add(
                        payload,
                        continues ? 0 : frame.blockFrom(),
                        continues ? payload.length : frame.blockTo(payload));
                return !frame.endsHeaders() || headers(first, blocks.end(frame.stream()));
            } catch (HeaderBlocks.Lost _) {
                return false;
            }
        }

        /** Streams begin in order. One that was passed over hints at a header block that was not seen. */
        private boolean headers(Frame first, Optional<ThreadContext> parent) {
            int stream = first.stream();
            if (stream > last) {
                if (stream % 2 == 0 || (last != 0 && stream != last + 2) || open.size() == MOST_STREAMS) {
                    return false;
                }
                last = stream;
                Stream begun = new Stream(parent);
                open.put(stream, begun);
                its = begun;
                opened = true;
                named += parent.isPresent() ? 1 : 0;
                unnamed += parent.isPresent() ? 0 : 1;
            }
            end(first, true);
            return true;
        }
    }

    /** Responses pass. */
    private final class Responses implements FrameStream.Receiver {
        @Override
        public void touches(Frame frame) {
            touch(frame);
        }

        @Override
        public boolean wants(Frame frame) {
            return false;
        }

        @Override
        public boolean passed(Frame frame, byte[] payload) {
            if (frame.type() == Frame.RST_STREAM) {
                open.remove(frame.stream());
            }
            end(frame, false);
            return frame.stream() <= last || frame.stream() % 2 == 0;
        }
    }
}

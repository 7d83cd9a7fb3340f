// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.tracer.context.ThreadContext;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The header blocks that pass in one direction of a connection of HTTP/2, each of which may refer to those before (RFC 7541).
 * They are read by Netty's decoder, that which gRPC ships. Not thread-safe.
 */
final class HeaderBlocks {
    private static final int MOST_OF_BLOCK = 1 << 16;
    private static final int MOST_OF_HEADERS = 1 << 14; // bytes, unpacked; what is above is not kept
    private static final int MOST_OF_TABLE = 1 << 16;
    private static final byte[] NOTHING = {};

    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, MOST_OF_HEADERS);
    private byte[] block = NOTHING;

    /** What passes is no header block, or more than is followed. */
    static final class Lost extends Exception {
        private static final long serialVersionUID = 1;

        private Lost(String why) {
            super(why);
        }

        private Lost(Throwable cause) {
            super(cause);
        }
    }

    HeaderBlocks() {
        try {
            // The receiver may have allowed its peer a larger table than the default, which is not looked at: the peer
            // says which it uses (section 6.3).
            decoder.configuration().maxHeaderTableSize(MOST_OF_TABLE);
        } catch (Http2Exception e) {
            throw new IllegalStateException("Netty refuses a header table of " + MOST_OF_TABLE + " bytes", e);
        }
    }

    /** A fragment of the block that passes. */
    void add(byte[] payload, int from, int to) throws Lost {
        if (from > to || block.length + (to - from) > MOST_OF_BLOCK) {
            throw new Lost("a header block contradicts itself or has more than " + MOST_OF_BLOCK + " bytes");
        }
        int before = block.length;
        block = Arrays.copyOf(block, before + to - from);
        System.arraycopy(payload, from, block, before, to - from);
    }

    /**
     * The block has come to its end.
     *
     * @return what {@code traceparent} says in it, if it is there once and valid
     */
    Optional<ThreadContext> end(int stream) throws Lost {
        byte[] whole = block;
        block = NOTHING;
        List<CharSequence> parents;
        try {
            Http2Headers headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(whole));
            parents = headers.getAll("traceparent");
        } catch (Http2Exception | RuntimeException e) { // whatever a stranger's bytes lead to
            throw new Lost(e);
        }
        return parents.size() == 1 ? TraceParentHeader.of(parents.getFirst().toString()) : Optional.empty();
    }
}

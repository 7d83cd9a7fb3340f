// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;

/** Writes the frames of one direction of a connection of HTTP/2, each character a byte; header blocks by Netty's encoder. */
final class Frames {
    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITY = 32;

    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

    static String frame(int type, int flags, int stream, String payload) {
        int length = payload.length();
        char[] head = {
            (char) (length >> 16),
            (char) (length >> 8 & 0xff),
            (char) (length & 0xff),
            (char) type,
            (char) flags,
            (char) (stream >>> 24),
            (char) (stream >> 16 & 0xff),
            (char) (stream >> 8 & 0xff),
            (char) (stream & 0xff)
        };
        return new String(head) + payload;
    }

    static String start() {
        return PREFACE + frame(SETTINGS, 0, 0, "");
    }

    static String data(int stream, int flags, int length) {
        return frame(Frame.DATA, flags, stream, "d".repeat(length));
    }

    static String reset(int stream) {
        return frame(Frame.RST_STREAM, 0, stream, "\0\0\0\u0008");
    }

    /** The block of a request for which a span was made whose id is this number; 0: without one. */
    String block(int number, String... more) {
        Http2Headers headers = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .path("/svc/Call")
                .authority("here")
                .add("content-type", "application/grpc");
        if (number != 0) {
            headers.add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-%016x-01".formatted(number));
        }
        for (int at = 0; at < more.length; at += 2) {
            headers.add(more[at], more[at + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(1, headers, block);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
        return new String(ByteBufUtil.getBytes(block), StandardCharsets.ISO_8859_1);
    }

    /** HEADERS of such a request, whose body follows. */
    String request(int stream, int number) {
        return frame(Frame.HEADERS, END_HEADERS, stream, block(number));
    }

    /** Response and trailers: of them only that they end the stream counts. */
    static String response(int stream) {
        return frame(Frame.HEADERS, END_HEADERS, stream, "\u0088")
                + data(stream, 0, 7)
                + frame(Frame.HEADERS, END_HEADERS | END_STREAM, stream, "\u0088");
    }
}

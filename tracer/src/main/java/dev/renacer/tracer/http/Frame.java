// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

/**
 * The head of a frame of HTTP/2 (RFC 9113, section 4.1).
 *
 * @param length  bytes of the payload behind it
 * @param type    0 to 255; unknown ones are to be passed over
 * @param flags   by the type
 * @param stream  0: it is of the connection
 */
record Frame(int length, int type, int flags, int stream) {
    /** Bytes of the head itself. */
    static final int HEAD = 9;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int CONTINUATION = 9;

    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 1 << 2;
    private static final int PADDED = 1 << 3;
    private static final int PRIORITY = 1 << 5;
    private static final int PRIORITY_LENGTH = 5;
    private static final int BYTE = 0xff;

    static Frame of(byte[] head) {
        return new Frame(
                (head[0] & BYTE) << 16 | (head[1] & BYTE) << 8 | (head[2] & BYTE),
                head[3] & BYTE,
                head[4] & BYTE,
                (head[5] & 0x7f) << 24 | (head[6] & BYTE) << 16 | (head[7] & BYTE) << 8 | (head[8] & BYTE));
    }

    /** Whether the sender sends nothing more on the stream. */
    boolean endsStream() {
        return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    boolean endsHeaders() {
        return (flags & END_HEADERS) != 0;
    }

    /** Where the header block begins in the payload of HEADERS (section 6.2). */
    int blockFrom() {
        return ((flags & PADDED) == 0 ? 0 : 1) + ((flags & PRIORITY) == 0 ? 0 : PRIORITY_LENGTH);
    }

    /** Where it ends there; before {@link #blockFrom}: the frame contradicts itself. */
    int blockTo(byte[] payload) {
        boolean padded = (flags & PADDED) != 0 && payload.length > 0;
        return payload.length - (padded ? payload[0] & BYTE : 0);
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the two small protobuf messages a collector answers with, without a protobuf library:
 * ExportTraceServiceResponse (opentelemetry/proto/collector/trace/v1/trace_service.proto) and google.rpc.Status. The
 * bytes come from the network, so anything malformed reads as "nothing said".
 */
final class CollectorAnswer {
    private static final int WIRE_VARINT = 0;
    private static final int WIRE_FIXED64 = 1;
    private static final int WIRE_BYTES = 2;
    private static final int WIRE_FIXED32 = 5;
    private static final int PARTIAL_SUCCESS = 1;
    private static final int REJECTED_SPANS = 1;
    private static final int ERROR_MESSAGE = 2;
    private static final int STATUS_MESSAGE = 2;

    private long number;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    private CollectorAnswer() {}

    /** The partial success in an ExportTraceServiceResponse; (0, "") if there is none. */
    static ExportOutcome.Accepted accepted(byte[] response) {
        ByteBuffer partial = field(ByteBuffer.wrap(response), PARTIAL_SUCCESS).bytes;
        long rejected = field(partial.duplicate(), REJECTED_SPANS).number;
        String message = text(field(partial.duplicate(), ERROR_MESSAGE).bytes);
        return new ExportOutcome.Accepted(Math.max(0, rejected), message);
    }

    /** The message of a google.rpc.Status; empty if there is none. */
    static String statusMessage(byte[] status) {
        return text(field(ByteBuffer.wrap(status), STATUS_MESSAGE).bytes);
    }

    private static String text(ByteBuffer bytes) {
        return OneLine.of(StandardCharsets.UTF_8.decode(bytes.duplicate()).toString());
    }

    /**
     * Finds the last occurrence of a field, as protobuf asks for; a value left at its default if it is absent or
     * malformed.
     */
    private static CollectorAnswer field(ByteBuffer message, int wanted) {
        CollectorAnswer found = new CollectorAnswer();
        while (message.hasRemaining()) {
            long tag = varint(message);
            boolean isWanted = tag >>> 3 == wanted;
            switch ((int) (tag & 7)) {
                case WIRE_VARINT -> {
                    long value = varint(message);
                    found.number = isWanted ? value : found.number;
                }
                case WIRE_BYTES -> {
                    long length = varint(message);
                    if (length < 0 || length > message.remaining()) {
                        return found;
                    }
                    ByteBuffer value = message.slice(message.position(), (int) length);
                    message.position(message.position() + (int) length);
                    found.bytes = isWanted ? value : found.bytes;
                }
                case WIRE_FIXED64 -> skip(message, Long.BYTES);
                case WIRE_FIXED32 -> skip(message, Integer.BYTES);
                default -> {
                    return found;
                }
            }
        }
        return found;
    }

    private static void skip(ByteBuffer message, int length) {
        message.position(Math.min(message.limit(), message.position() + length));
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE && message.hasRemaining(); shift += 7) {
            byte next = message.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return value;
    }
}

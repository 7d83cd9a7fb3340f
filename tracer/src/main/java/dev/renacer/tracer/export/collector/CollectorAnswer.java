// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renacer.capture.PrintableText;
import dev.renacer.tracer.export.collector.wire.RetryAfter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the two small protobuf messages with which a collector answers, without a protobuf library:
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
    private static final int STATUS_DETAILS = 3;
    private static final int ANY_TYPE = 1;
    private static final int ANY_VALUE = 2;
    private static final String RETRY_INFO = "google.rpc.RetryInfo";
    private static final int RETRY_DELAY = 1;
    private static final int DURATION_SECONDS = 1;
    private static final int DURATION_NANOS = 2;
    /** OTLP's JSON form, in which some collectors answer whatever the form of the request was. */
    private static final Pattern JSON_REJECTED = Pattern.compile("\"rejected_?[sS]pans\"\\s*:\\s*\"?(\\d{1,18})");

    private static final Set<String> JSON_FIELDS = Set.of("partialSuccess", "partial_success");
    private static final JsonFactory JSON = new JsonFactory();
    /** Of protobuf. */
    private static final int MOST_FIELD = (1 << 29) - 1;

    private long number;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    private CollectorAnswer() {}

    /** Whether these bytes can be an ExportTraceServiceResponse, of a later version too: fields, the known one of its type. */
    static boolean isResponse(byte[] bytes) {
        ByteBuffer message = ByteBuffer.wrap(bytes);
        while (message.hasRemaining()) {
            long tag = varint(message);
            int type = (int) (tag & 7);
            long field = tag >>> 3;
            if (field < 1 || field > MOST_FIELD || (field == PARTIAL_SUCCESS && type != WIRE_BYTES)) {
                return false;
            }
            long length = switch (type) {
                case WIRE_VARINT -> {
                    varint(message);
                    yield 0;
                }
                case WIRE_BYTES -> varint(message);
                case WIRE_FIXED64 -> Long.BYTES;
                case WIRE_FIXED32 -> Integer.BYTES;
                default -> -1;
            };
            if (length < 0 || length > message.remaining()) {
                return false;
            }
            message.position(message.position() + (int) length);
        }
        return true;
    }

    /** Whether this text is an ExportTraceServiceResponse in JSON: an object that has nothing, or a partial success. */
    static boolean isJsonResponse(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                if (!JSON_FIELDS.contains(json.currentName())) {
                    return false;
                }
                json.nextToken();
                json.skipChildren();
            }
            return json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
        } catch (IOException _) {
            return false;
        }
    }

    /** The partial success in an ExportTraceServiceResponse; (0, "") if there is none. */
    static ExportOutcome.Accepted accepted(byte[] response) {
        ByteBuffer partial = field(ByteBuffer.wrap(response), PARTIAL_SUCCESS).bytes;
        long rejected = field(partial.duplicate(), REJECTED_SPANS).number;
        String message = text(field(partial.duplicate(), ERROR_MESSAGE).bytes);
        return new ExportOutcome.Accepted(Math.max(0, rejected), message);
    }

    /** As {@link #accepted(byte[])}, for a response in JSON. */
    static ExportOutcome.Accepted acceptedJson(String response) {
        Matcher rejected = JSON_REJECTED.matcher(response);
        return new ExportOutcome.Accepted(rejected.find() ? Long.parseLong(rejected.group(1)) : 0, "");
    }

    /** The delay of the google.rpc.RetryInfo in the details of a google.rpc.Status; empty if there is none. */
    static Optional<Duration> retryDelay(byte[] status) {
        ByteBuffer message = ByteBuffer.wrap(status);
        while (message.hasRemaining()) {
            CollectorAnswer detail = next(message, STATUS_DETAILS);
            if (text(field(detail.bytes.duplicate(), ANY_TYPE).bytes).endsWith(RETRY_INFO)) {
                ByteBuffer info = field(detail.bytes.duplicate(), ANY_VALUE).bytes;
                ByteBuffer delay = field(info.duplicate(), RETRY_DELAY).bytes;
                long seconds = field(delay.duplicate(), DURATION_SECONDS).number;
                long nanos = field(delay.duplicate(), DURATION_NANOS).number;
                return Optional.of(RetryAfter.bounded(Duration.ofSeconds(
                        Math.clamp(seconds, 0, Integer.MAX_VALUE), Math.clamp(nanos, 0, 999_999_999))));
            }
        }
        return Optional.empty();
    }

    /** The message of a google.rpc.Status; empty if there is none. */
    static String statusMessage(byte[] status) {
        return text(field(ByteBuffer.wrap(status), STATUS_MESSAGE).bytes);
    }

    private static String text(ByteBuffer bytes) {
        return PrintableText.shortLine(
                StandardCharsets.UTF_8.decode(bytes.duplicate()).toString());
    }

    /**
     * Finds the last occurrence of a field, as protobuf asks for; a value left at its default if it is absent or
     * malformed.
     */
    private static CollectorAnswer field(ByteBuffer message, int wanted) {
        CollectorAnswer found = new CollectorAnswer();
        while (message.hasRemaining()) {
            found.readField(message, wanted);
        }
        return found;
    }

    /** Reads one field; it is kept only if it is the wanted one. */
    private static CollectorAnswer next(ByteBuffer message, int wanted) {
        CollectorAnswer found = new CollectorAnswer();
        found.readField(message, wanted);
        return found;
    }

    /** Moves on by one field, or to the end if that is malformed. */
    private void readField(ByteBuffer message, int wanted) {
        long tag = varint(message);
        boolean isWanted = tag >>> 3 == wanted;
        switch ((int) (tag & 7)) {
            case WIRE_VARINT -> {
                long value = varint(message);
                number = isWanted ? value : number;
            }
            case WIRE_BYTES -> {
                long length = varint(message);
                if (length < 0 || length > message.remaining()) {
                    message.position(message.limit());
                    return;
                }
                ByteBuffer value = message.slice(message.position(), (int) length);
                message.position(message.position() + (int) length);
                bytes = isWanted ? value : bytes;
            }
            case WIRE_FIXED64 -> skip(message, Long.BYTES);
            case WIRE_FIXED32 -> skip(message, Integer.BYTES);
            default -> message.position(message.limit());
        }
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

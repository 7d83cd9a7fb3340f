// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.context;

import dev.renacer.capture.ring.CapturedEvent;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads what a process publishes about itself: the attributes of {@code ProcessContext.resource} (OTEP 4719), which is
 * protobuf. The bytes are a stranger's: what is not as it must be is left out, and all of it is bounded. Attributes
 * that are no texts are left out, too: no resource attribute of the semantic conventions that tells services apart is
 * another type.
 */
public final class PublishedContext {
    /** The most attributes that are taken, and the most bytes of a name and of a value. */
    private static final int MOST = 64;

    private static final int MOST_NAME = 128;
    private static final int MOST_VALUE = 512;

    // Field numbers: of ProcessContext, of Resource, of KeyValue, of AnyValue.
    private static final int RESOURCE = 1;
    private static final int ATTRIBUTES = 1;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int STRING_VALUE = 1;

    private static final int WIRE_VARINT = 0;
    private static final int WIRE_FIXED64 = 1;
    private static final int WIRE_BYTES = 2;
    private static final int WIRE_FIXED32 = 5;
    private static final int VARINT_BYTES = 10;

    private PublishedContext() {}

    /** Takes the field of a message that is a text or a message. */
    @FunctionalInterface
    private interface Field {
        void accept(int number, ByteBuffer bytes);
    }

    /** The attributes, in their order; none if the data make no sense. */
    public static Map<String, String> resourceOf(CapturedEvent event) {
        return event.pieceCount() == 0 ? Map.of() : resourceOf(event.pieceBytes(0));
    }

    static Map<String, String> resourceOf(byte[] message) {
        Map<String, String> attributes = new LinkedHashMap<>();
        try {
            each(ByteBuffer.wrap(message), (number, context) -> {
                if (number == RESOURCE) {
                    each(context, (field, attribute) -> {
                        if (field == ATTRIBUTES) {
                            take(attribute, attributes);
                        }
                    });
                }
            });
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Map.of(); // cut or malformed: it says nothing
        }
        return Collections.unmodifiableMap(attributes);
    }

    private static void take(ByteBuffer keyValue, Map<String, String> attributes) {
        String[] pair = {"", ""};
        each(keyValue, (number, bytes) -> {
            if (number == KEY) {
                pair[0] = text(bytes, MOST_NAME);
            } else if (number == VALUE) {
                each(bytes, (kind, value) -> pair[1] = kind == STRING_VALUE ? text(value, MOST_VALUE) : "");
            }
        });
        if (!pair[0].isEmpty() && !pair[1].isEmpty() && attributes.size() < MOST) {
            attributes.put(pair[0], pair[1]);
        }
    }

    private static void each(ByteBuffer message, Field field) {
        while (message.hasRemaining()) {
            long key = varint(message);
            int number = (int) (key >>> 3);
            switch ((int) (key & 7)) {
                case WIRE_VARINT -> varint(message);
                case WIRE_FIXED64 -> message.getLong();
                case WIRE_FIXED32 -> message.getInt();
                case WIRE_BYTES -> {
                    long length = varint(message);
                    if (length < 0 || length > message.remaining()) {
                        throw new BufferUnderflowException();
                    }
                    ByteBuffer bytes = message.slice(message.position(), (int) length);
                    message.position(message.position() + (int) length);
                    field.accept(number, bytes);
                }
                default -> throw new IllegalArgumentException("a field of an unknown type");
            }
        }
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int index = 0; index < VARINT_BYTES; index++) {
            byte part = message.get();
            value |= (long) (part & 0x7f) << (7 * index);
            if (part >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number that is too long");
    }

    /** Empty if it is too long, is no text or would disturb a terminal. */
    private static String text(ByteBuffer bytes, int most) {
        if (bytes.remaining() > most) {
            return "";
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return text.chars().anyMatch(Character::isISOControl) ? "" : text;
        } catch (CharacterCodingException e) {
            return "";
        }
    }
}

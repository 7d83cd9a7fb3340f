// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import io.opentelemetry.api.common.AttributeKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes fields of a span of opentelemetry/proto/trace/v1/trace.proto into a buffer that is used again and again. Keys, and values
 * of which there are few, are kept as bytes. Not thread-safe.
 */
final class SpanWriter implements AttributeWriter {
    /** What a varint of 64 bits takes at most. */
    private static final int LONGEST_VARINT = 10;

    /** Beyond so many, values of an attribute are not few. */
    private static final int MOST_LABELS = 1_024;

    private static final int FIRST_SIZE = 1_024;
    private static final int ASCII = 0x80;
    private static final int WIRE_LENGTH = 2;
    private static final int WIRE_FIXED64 = 1;

    // Fields of Span, KeyValue and AnyValue with their wire types.
    private static final int SPAN_ID = 2 << 3 | WIRE_LENGTH;
    private static final int START = 7 << 3 | WIRE_FIXED64;
    private static final int END = 8 << 3 | WIRE_FIXED64;
    private static final int ATTRIBUTE = 9 << 3 | WIRE_LENGTH;
    private static final int KEY = 1 << 3 | WIRE_LENGTH;
    private static final int VALUE = 2 << 3 | WIRE_LENGTH;
    private static final int STRING_VALUE = 1 << 3 | WIRE_LENGTH;
    private static final int BOOL_VALUE = 2 << 3;
    private static final int INT_VALUE = 3 << 3;
    private static final int DOUBLE_VALUE = 4 << 3 | WIRE_FIXED64;

    private static final VarHandle LITTLE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** A key as its field, and the attributes that it makes with its labels. */
    private static final class Key {
        private final byte[] field;
        private final IdentityHashMap<String, byte[]> labels = new IdentityHashMap<>();
        /** The last one, and what became of it. */
        private @Nullable String label;

        private byte @Nullable [] labelled;
        /** Made for the first one. */
        private @Nullable KnownTexts texts;

        private final @Nullable AttributeKey<?> key;
        /** The one that came behind this one last: most spans have the same ones in the same order. */
        private @Nullable Key next;

        /** One in front of all others. */
        Key() {
            key = null;
            field = new byte[0];
        }

        Key(AttributeKey<?> key) {
            this.key = key;
            byte[] name = key.getKey().getBytes(StandardCharsets.UTF_8);
            int head = 1 + sizeOf(name.length);
            field = new byte[head + name.length];
            field[0] = KEY;
            varint(field, 1, name.length);
            System.arraycopy(name, 0, field, head, name.length);
        }

        KnownTexts texts() {
            KnownTexts known = texts;
            if (known == null) {
                known = new KnownTexts();
                texts = known;
            }
            return known;
        }
    }

    private final IdentityHashMap<AttributeKey<?>, Key> keys = new IdentityHashMap<>();
    private Key latest = new Key();
    private byte[] bytes = new byte[FIRST_SIZE];
    private char[] chars = new char[FIRST_SIZE];
    private int size;

    /** What is written; the first {@link #size} of them. */
    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /** Begins anew. */
    void clear() {
        size = 0;
    }

    /** Fields that are encoded already. */
    void fields(byte[] encoded) {
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
    }

    void spanId(long bits) {
        ensure(2 + Long.BYTES);
        bytes[size] = SPAN_ID;
        bytes[size + 1] = Long.BYTES;
        BIG.set(bytes, size + 2, bits);
        size += 2 + Long.BYTES;
    }

    /** Start and end, nanoseconds since the epoch; what is 0 is left out, as proto3 does it. */
    void times(long start, long end) {
        fixed(START, start);
        fixed(END, end);
    }

    private void fixed(int tag, long value) {
        if (value == 0) {
            return;
        }
        ensure(1 + Long.BYTES);
        bytes[size] = (byte) tag;
        LITTLE.set(bytes, size + 1, value);
        size += 1 + Long.BYTES;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // an equal one is found all the same, only later
    public void label(AttributeKey<String> key, String value) {
        Key known = key(key);
        byte[] attribute = value == known.label ? known.labelled : known.labels.get(value);
        if (attribute == null) {
            int from = size;
            encode(key, value);
            attribute = Arrays.copyOfRange(bytes, from, size);
            if (known.labels.size() < MOST_LABELS) {
                known.labels.put(value, attribute);
            }
        } else {
            fields(attribute);
        }
        known.label = value;
        known.labelled = attribute;
    }

    @Override
    public void text(AttributeKey<String> key, CharSequence value) {
        if (!(value instanceof String text) || text.length() > KnownTexts.LONGEST) {
            encode(key, value);
            return;
        }
        KnownTexts texts = key(key).texts();
        byte[] attribute = texts.find(text);
        if (attribute != null) {
            fields(attribute);
            return;
        }
        int from = size;
        encode(key, text);
        texts.seen(text, bytes, from, size);
    }

    private void encode(AttributeKey<String> key, CharSequence value) {
        int length = value.length();
        if (chars.length < length) {
            chars = new char[Math.max(length, 2 * chars.length)];
        }
        value.getChars(0, length, chars, 0);
        int from = size;
        stringHead(key, length);
        char[] letters = chars;
        byte[] to = bytes;
        int at = size;
        int all = 0;
        for (int index = 0; index < length; index++) {
            to[at + index] = (byte) letters[index];
            all |= letters[index];
        }
        if (all >= ASCII) {
            size = from;
            wide(key, value.toString().getBytes(StandardCharsets.UTF_8));
        } else {
            size = at + length;
        }
    }

    private void wide(AttributeKey<String> key, byte[] utf8) {
        stringHead(key, utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
    }

    /** All of the attribute but the string itself, for which there is room then. */
    private void stringHead(AttributeKey<String> key, int length) {
        head(key, 1 + sizeOf(length) + length);
        bytes[size++] = STRING_VALUE;
        size = varint(bytes, size, length);
    }

    @Override
    public void number(AttributeKey<Long> key, long value) {
        head(key, 1 + sizeOf(value));
        bytes[size++] = INT_VALUE;
        size = varint(bytes, size, value);
    }

    @Override
    public void real(AttributeKey<Double> key, double value) {
        head(key, 1 + Double.BYTES);
        bytes[size] = DOUBLE_VALUE;
        LITTLE.set(bytes, size + 1, Double.doubleToRawLongBits(value));
        size += 1 + Double.BYTES;
    }

    @Override
    public void flag(AttributeKey<Boolean> key, boolean value) {
        head(key, 2);
        bytes[size++] = BOOL_VALUE;
        bytes[size++] = (byte) (value ? 1 : 0);
    }

    /** An attribute up to its AnyValue, for which there is room then. */
    private void head(AttributeKey<?> key, int valueSize) {
        byte[] field = key(key).field;
        int length = field.length + 1 + sizeOf(valueSize) + valueSize;
        ensure(1 + LONGEST_VARINT + length);
        bytes[size++] = ATTRIBUTE;
        size = varint(bytes, size, length);
        System.arraycopy(field, 0, bytes, size, field.length);
        size += field.length;
        bytes[size++] = VALUE;
        size = varint(bytes, size, valueSize);
    }

    @SuppressWarnings("ReferenceEquality") // an equal one is found all the same, only later
    private Key key(AttributeKey<?> key) {
        Key before = latest;
        if (before.key == key) {
            return before; // its head is asked for
        }
        Key known = before.next;
        if (known == null || known.key != key) {
            known = keys.get(key);
            if (known == null) {
                known = new Key(key);
                keys.put(key, known);
            }
            before.next = known;
        }
        latest = known;
        return known;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }

    /** How many bytes a varint takes. */
    static int sizeOf(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
        return (bits + 6) / 7;
    }

    /** Writes one. @return the place behind it */
    static int varint(byte[] to, int at, long value) {
        int next = at;
        long left = value;
        while ((left & ~0x7fL) != 0) {
            to[next++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        to[next++] = (byte) left;
        return next;
    }
}

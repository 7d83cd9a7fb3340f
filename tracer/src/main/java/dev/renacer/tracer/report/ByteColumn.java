// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of one section of a block, which grow as it is written and are used again for the next. For one thread. */
final class ByteColumn {
    private static final int LOW = 0x7f;
    private static final int MORE = 0x80;
    private static final int BITS = 7;

    private byte[] bytes = new byte[256];
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Appends a number, as one without a sign. */
    void number(long value) {
        room(Long.SIZE / BITS + 1);
        long rest = value;
        while ((rest & ~LOW) != 0) {
            bytes[size++] = (byte) ((rest & LOW) | MORE);
            rest >>>= BITS;
        }
        bytes[size++] = (byte) rest;
    }

    /** Appends a number that may be below zero. */
    void signed(long value) {
        number((value << 1) ^ (value >> (Long.SIZE - 1)));
    }

    /** Appends a text and the newline that ends it; one within it becomes a blank. */
    void text(CharSequence text) {
        room(text.length() + 1);
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c > LOW) {
                utf8(text.subSequence(index, text.length()).toString());
                break;
            }
            bytes[size++] = (byte) (c == '\n' ? ' ' : c);
        }
        room(1);
        bytes[size++] = '\n';
    }

    private void utf8(String text) {
        byte[] encoded = text.replace('\n', ' ').getBytes(StandardCharsets.UTF_8);
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
    }

    /** Appends length and content of another. */
    void section(ByteColumn other) {
        room(Integer.BYTES + other.size);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(size, other.size);
        System.arraycopy(other.bytes, 0, bytes, size + Integer.BYTES, other.size);
        size += Integer.BYTES + other.size;
    }

    /** What is in it so far; valid until it changes. */
    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}

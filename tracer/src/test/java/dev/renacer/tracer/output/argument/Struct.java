// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts the bytes of a C struct together for a test, as both processors lay it out: little-endian. */
final class Struct {
    private final ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    Struct u8(int... values) {
        for (int value : values) {
            bytes.put((byte) value);
        }
        return this;
    }

    Struct u16(int... values) {
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return this;
    }

    /** A number in network byte order. */
    Struct network16(int value) {
        return u8(value >> 8, value);
    }

    Struct u32(long... values) {
        for (long value : values) {
            bytes.putInt((int) value);
        }
        return this;
    }

    Struct u64(long... values) {
        for (long value : values) {
            bytes.putLong(value);
        }
        return this;
    }

    Struct text(String text) {
        bytes.put(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Zeros up to this offset. */
    Struct at(int offset) {
        while (bytes.position() < offset) {
            bytes.put((byte) 0);
        }
        return this;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** The bytes, with zeros up to this length. */
    byte[] bytes(int length) {
        return at(length).bytes();
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording.block;

import dev.renacer.capture.ByteText;
import java.util.Arrays;

/** Bytes that a block is made of. Not thread-safe. */
public final class BlockOutput {
    private static final int LONGEST = 10;
    private static final int LOW = 0x7f;
    private static final int MORE = 0x80;

    private byte[] bytes = new byte[2 * Frame.BLOCK];
    private int end;

    /** How many bytes there are. */
    public int size() {
        return end;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Takes everything back that was written since there were so many bytes. */
    public void cut(int size) {
        end = size;
    }

    /** One byte. */
    public void one(int value) {
        reserve(1);
        bytes[end++] = (byte) value;
    }

    /** An unsigned number, 7 bits a byte, the lowest first (LEB128). */
    public void number(long value) {
        reserve(LONGEST);
        byte[] to = bytes;
        int at = end;
        long rest = value;
        while ((rest & ~LOW) != 0) {
            to[at++] = (byte) (rest | MORE);
            rest >>>= 7;
        }
        to[at++] = (byte) rest;
        end = at;
    }

    /** A number that may be negative: its sign becomes the lowest bit (zigzag). */
    public void signed(long value) {
        number((value << 1) ^ (value >> (Long.SIZE - 1)));
    }

    /** Bytes alone. */
    public void raw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, end, value.length);
        end += value.length;
    }

    /** Bytes behind their number. */
    public void text(byte[] value) {
        number(value.length);
        raw(value);
    }

    /** A text as {@link ByteText}, behind the number of its bytes. */
    public void text(String value) {
        text(ByteText.encode(value));
    }

    private void reserve(int more) {
        if (end + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end + more, 2 * bytes.length));
        }
    }

    /** Begins a new block. */
    public void clear() {
        end = 0;
        if (bytes.length > 8 * Frame.BLOCK) { // one large record is no reason to keep so much
            bytes = new byte[2 * Frame.BLOCK];
        }
    }
}

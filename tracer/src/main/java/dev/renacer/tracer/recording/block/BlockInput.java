// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording.block;

import dev.renacer.capture.ByteText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** Reads what {@link BlockOutput} has written; whatever the bytes are, nothing is read beyond their end. Not thread-safe. */
public final class BlockInput {
    private static final int LAST_SHIFT = 63;

    private final byte[] bytes;
    private final int end;
    private int at;

    /** The first bytes of an array. */
    public BlockInput(byte[] bytes, int length) {
        Objects.checkFromIndexSize(0, length, bytes.length);
        this.bytes = bytes;
        this.end = length;
    }

    /** Whether there is more. */
    public boolean hasMore() {
        return at < end;
    }

    /** Where the next byte is. */
    public int position() {
        return at;
    }

    /** One byte, 0 to 255. */
    public int one() throws RecordingException {
        if (at >= end) {
            throw cut();
        }
        return bytes[at++] & 0xff;
    }

    /** An unsigned number of up to 64 bits. */
    public long number() throws RecordingException {
        int from = at;
        if (from < end && bytes[from] >= 0) {
            at = from + 1;
            return bytes[from];
        }
        return longer();
    }

    private long longer() throws RecordingException {
        long value = 0;
        for (int shift = 0; shift <= LAST_SHIFT; shift += 7) {
            if (at >= end) {
                throw cut();
            }
            byte part = bytes[at++];
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new RecordingException("a number has more than 64 bits");
    }

    /** A number that may be negative. */
    public long signed() throws RecordingException {
        long value = number();
        return (value >>> 1) ^ -(value & 1);
    }

    /** A number that may be negative, of 32 bits. */
    public int signedInt() throws RecordingException {
        long value = signed();
        if ((int) value != value) {
            throw new RecordingException("a number of 32 bits is " + value);
        }
        return (int) value;
    }

    /** A number from 0 to a limit. */
    public int upTo(int limit, String what) throws RecordingException {
        long value = number();
        if (value < 0 || value > limit) {
            throw new RecordingException(what + " is " + Long.toUnsignedString(value) + ", more than " + limit);
        }
        return (int) value;
    }

    /** So many bytes. */
    public byte[] raw(int length) throws RecordingException {
        if (length > end - at) {
            throw cut();
        }
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    /** A text as {@link ByteText}. */
    public String text() throws RecordingException {
        long given = number();
        if (given < 0 || given > end - at) {
            throw cut();
        }
        int length = (int) given;
        for (int index = at; index < at + length; index++) {
            if (bytes[index] < 0) {
                return ByteText.decode(raw(length));
            }
        }
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.US_ASCII);
    }

    private static RecordingException cut() {
        return new RecordingException("a record goes on beyond the end of its block");
    }
}

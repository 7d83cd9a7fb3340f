// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.syscall.Abi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Bytes of a traced program, read as the fields of a struct: little-endian, as both processors are. Offsets count from
 * the beginning of the struct; a field behind the end is 0, since a program may give any length. The bytes are shared.
 *
 * @param bytes   what was read
 * @param start   where the struct begins in it
 * @param length  how many bytes the struct has
 * @param abi     of the call
 * @param narrow  whether a word has 32 bits in it
 * @param detail  how much of it is written
 */
public record Memory(byte[] bytes, int start, int length, Abi abi, boolean narrow, TextDetail detail) {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    public Memory {
        length = Math.max(0, Math.min(length, bytes.length - start));
    }

    /** As strace writes it unless asked for more or less. */
    public Memory(byte[] bytes, int start, int length, Abi abi, boolean narrow) {
        this(bytes, start, length, abi, narrow, TextDetail.DEFAULT);
    }

    /** The same bytes with words of 32 bits, or of 64. */
    public Memory withWords(boolean ofInts) {
        return new Memory(bytes, start, length, abi, ofInts, detail);
    }

    /** A part of it. */
    public Memory part(int offset, int size) {
        int from = Math.min(start + offset, bytes.length);
        return new Memory(bytes, from, Math.min(size, Math.max(0, length - offset)), abi, narrow, detail);
    }

    /** All from an offset on. */
    public Memory from(int offset) {
        return part(offset, length);
    }

    /** How many elements of an array are written; strings and bytes have {@link #quoted}. */
    public int most() {
        return detail.elements();
    }

    /** Whether structs are written with all their fields (-v). */
    public boolean verbose() {
        return detail.verbose();
    }

    private boolean has(int offset, int size) {
        return offset >= 0 && offset + size <= length;
    }

    /** 8 bits. */
    public int u8(int offset) {
        return has(offset, Byte.BYTES) ? bytes[start + offset] & 0xff : 0;
    }

    /** 16 bits. */
    public int u16(int offset) {
        return has(offset, Short.BYTES) ? (short) SHORT.get(bytes, start + offset) & 0xffff : 0;
    }

    /** 16 bits in network byte order. */
    public int network16(int offset) {
        return (u8(offset) << Byte.SIZE) | u8(offset + 1);
    }

    /** 32 bits, with a sign. */
    public int i32(int offset) {
        return has(offset, Integer.BYTES) ? (int) INT.get(bytes, start + offset) : 0;
    }

    /** Writes 32 bits as a descriptor, with what it is if that is wanted (-y). */
    public void descriptor(StringBuilder out, int offset) {
        detail.descriptor(out, i32(offset));
    }

    /** 32 bits without a sign. */
    public long u32(int offset) {
        return Integer.toUnsignedLong(i32(offset));
    }

    /** 64 bits. */
    public long i64(int offset) {
        return has(offset, Long.BYTES) ? (long) LONG.get(bytes, start + offset) : 0;
    }

    /** The bytes of a word. */
    public int wordSize() {
        return narrow ? Integer.BYTES : Long.BYTES;
    }

    /** A word without a sign: a pointer, a size. */
    public long word(int offset) {
        return narrow ? u32(offset) : i64(offset);
    }

    /** A word with a sign. */
    public long signedWord(int offset) {
        return narrow ? i32(offset) : i64(offset);
    }

    /** How many bytes there are from an offset up to a NUL, or the end. */
    public int stringLength(int offset) {
        int end = offset;
        while (end < length && bytes[start + end] != 0) {
            end++;
        }
        return Math.max(0, end - offset);
    }

    /** Writes all of it as a string, as far as its limit allows (--string-limit). */
    public void quoted(StringBuilder out) {
        detail.limited(out, bytes, start, length, false);
    }

    /** Writes it up to a NUL as a string, as {@link #quoted} does. */
    public void quotedString(StringBuilder out) {
        part(0, stringLength(0)).quoted(out);
    }

    /** Writes it up to a NUL as a string, however long that is. */
    public void quotedName(StringBuilder out) {
        detail.whole(out, bytes, start, stringLength(0));
    }
}

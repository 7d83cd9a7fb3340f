// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.ByteText;
import org.jspecify.annotations.Nullable;

/**
 * Data an argument points to, or a part of it, as it was in the target's memory. Immutable, for any thread; the bytes are
 * shared, among calls too, and must not be modified. Equal only to itself.
 */
public final class CapturedData {
    /** What captured data is of its argument. */
    public enum Part {
        /** What the argument itself points to: a string, a struct or an array of them, bytes, a msghdr. */
        DATA,
        /** What an element of an array or a field of a struct points to: a string of argv, a buffer of an iovec. */
        ELEMENT,
        /** The address a msghdr points to (msg_name). */
        NAME,
        /** The control messages a msghdr points to (msg_control). */
        CONTROL,
        /** An array of struct iovec, or of pointers; what they point to are {@link #ELEMENT}s. */
        VECTOR,
        /** How many records there are, 32 bits; cut: at least so many. */
        COUNT,
        /**
         * What a descriptor is: its number, 32 bits, and what /proc says of it. The working directory has the number
         * AT_FDCWD.
         */
        LINK;

        /** The bytes of the number in front of a {@link #LINK}. */
        public static final int LINK_HEAD = Integer.BYTES;

        private static final Part[] BY_NUMBER = values();

        /**
         * The part with this number in the ring format ({@code enum rc_part} in {@code event.h}).
         *
         * @throws IllegalArgumentException if the format has no such number
         */
        static Part of(int number) {
            if (number < 0 || number >= BY_NUMBER.length) {
                throw new IllegalArgumentException("no part of an argument has the number " + number);
            }
            return BY_NUMBER[number];
        }
    }

    private static final byte UNKNOWN = 0;
    private static final byte PLAIN = 1;
    private static final byte OTHER = 2;

    private final int argument;
    private final Part part;
    private final int index;
    private final boolean atExit;
    private final byte[] bytes;
    private final boolean cut;
    private final int error;
    /** Of the bytes; null: not asked for yet. Threads that ask at the same time make the same one. */
    private @Nullable String text;

    /** Likewise. */
    private byte plain;

    /**
     * @param argument  index of the argument, 0 to 5
     * @param part      what it is of that argument
     * @param index     which element of the array; 0 for what is no element
     * @param atExit    whether it was read when the call had returned, not when it was made
     * @param bytes     the target's bytes, not copied; of a string, those before the terminating NUL
     * @param cut       whether there is more than the capture reads; of an array, also whether elements were left out
     * @param error     errno of reading it, 0 if it could be read; the bytes are empty if it could not
     */
    public CapturedData(int argument, Part part, int index, boolean atExit, byte[] bytes, boolean cut, int error) {
        this.argument = argument;
        this.part = part;
        this.index = index;
        this.atExit = atExit;
        this.bytes = bytes;
        this.cut = cut;
        this.error = error;
    }

    /** Index of the argument, 0 to 5. */
    public int argument() {
        return argument;
    }

    /** What it is of that argument. */
    public Part part() {
        return part;
    }

    /** Which element of the array; 0 for what is no element. */
    public int index() {
        return index;
    }

    /** Whether it was read when the call had returned, not when it was made. */
    public boolean atExit() {
        return atExit;
    }

    /** The target's bytes; of a string, those before the terminating NUL, which may not be valid UTF-8. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether there is more than the capture reads; of an array, also whether elements were left out. */
    public boolean cut() {
        return cut;
    }

    /** Errno of reading it, 0 if it could be read; the bytes are empty if it could not. */
    public int error() {
        return error;
    }

    /** The bytes as {@link ByteText}. */
    public String text() {
        String known = text;
        if (known == null) {
            known = ByteText.decode(bytes);
            text = known;
        }
        return known;
    }

    /** Whether {@link #text} is printable ASCII without quotation marks and backslashes, so that it can be quoted as it is. */
    public boolean isPlain() {
        if (plain == UNKNOWN) {
            plain = hasOnlyPlain(bytes) ? PLAIN : OTHER;
        }
        return plain == PLAIN;
    }

    private static boolean hasOnlyPlain(byte[] bytes) {
        for (byte letter : bytes) {
            if (letter < ' ' || letter > '~' || letter == '"' || letter == '\\') {
                return false;
            }
        }
        return true;
    }

    /** Whether it could be read. */
    public boolean readable() {
        return error == 0;
    }

    /** The same as what another argument of another call points to. */
    CapturedData of(int other, Part what) {
        return new CapturedData(other, what, index, atExit, bytes, cut, error);
    }

    /** The same with other bytes. */
    CapturedData with(byte[] other) {
        return new CapturedData(argument, part, index, atExit, other, cut, error);
    }
}

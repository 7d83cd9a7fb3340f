// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import java.nio.charset.StandardCharsets;

/** Writes bytes as C string literals, in printable ASCII alone. */
public final class Quoted {
    /** Of more letters that stand for themselves a string is made, of fewer not. */
    private static final int SHORT = 4;

    private Quoted() {}

    /** Writes all bytes. */
    public static void write(StringBuilder out, byte[] bytes) {
        write(out, bytes, 0, bytes.length);
    }

    /** Writes some bytes; those that are not printable ASCII are escaped, in octal if C has no letter for them. */
    public static void write(StringBuilder out, byte[] bytes, int start, int length) {
        out.append('"');
        for (int index = start; index < start + length; index++) {
            byte value = bytes[index];
            switch (value) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                case '\f' -> out.append("\\f");
                case 0x0b -> out.append("\\v");
                default -> {
                    int plain = plain(bytes, index, start + length);
                    if (plain - index > SHORT) {
                        out.append(new String(bytes, index, plain - index, StandardCharsets.ISO_8859_1));
                        index = plain - 1;
                    } else if (value >= ' ' && value < 0x7f) {
                        out.append((char) value);
                    } else {
                        escape(out, value & 0xff, index + 1 < start + length ? bytes[index + 1] : 0);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Whether any of these bytes is neither printable nor white space in ASCII. */
    static boolean isUnprintable(byte[] bytes, int start, int length) {
        for (int index = start; index < start + length; index++) {
            byte value = bytes[index];
            boolean isSpace = value >= '\t' && value <= '\r';
            if (!isSpace && (value < ' ' || value == 0x7f)) {
                return true;
            }
        }
        return false;
    }

    /** Where the bytes end that stand for themselves. */
    private static int plain(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] >= ' ' && bytes[at] < 0x7f && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    /** Writes some bytes, each in hexadecimal. */
    public static void hexadecimal(StringBuilder out, byte[] bytes, int start, int length) {
        out.append('"');
        for (int index = start; index < start + length; index++) {
            byte value = bytes[index];
            out.append("\\x").append(Character.forDigit((value >> 4) & 0xf, 16));
            out.append(Character.forDigit(value & 0xf, 16));
        }
        out.append('"');
    }

    /** As few octal digits as possible, but all three if another one follows. */
    private static void escape(StringBuilder out, int value, byte next) {
        boolean digitFollows = next >= '0' && next <= '7';
        out.append('\\');
        if (digitFollows || value > 077) {
            out.append((char) ('0' + (value >> 6)));
        }
        if (digitFollows || value > 07) {
            out.append((char) ('0' + ((value >> 3) & 07)));
        }
        out.append((char) ('0' + (value & 07)));
    }
}

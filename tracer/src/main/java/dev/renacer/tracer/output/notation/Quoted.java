// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

/** Writes bytes as C string literals, in printable ASCII alone. */
public final class Quoted {
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
                    if (value >= ' ' && value < 0x7f) {
                        out.append((char) value);
                    } else {
                        escape(out, value & 0xff, index + 1 < start + length ? bytes[index + 1] : 0);
                    }
                }
            }
        }
        out.append('"');
    }

    /** Writes some bytes, each in hexadecimal. */
    public static void hexadecimal(StringBuilder out, byte[] bytes) {
        out.append('"');
        for (byte value : bytes) {
            out.append("\\x").append(Character.forDigit((value >> 4) & 0xf, 16));
            out.append(Character.forDigit(value & 0xf, 16));
        }
        out.append('"');
    }

    /** As few octal digits as possible, but all three if an octal digit follows. */
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

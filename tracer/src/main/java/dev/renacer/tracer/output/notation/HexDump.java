// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

/** Writes bytes as strace dumps them: 16 in a line, in hexadecimal and as what is printable ASCII of them. */
public final class HexDump {
    private static final int WIDTH = 16;
    private static final int GROUP = 8;
    private static final int OFFSET_DIGITS = 5;

    private HexDump() {}

    /** Writes these bytes; nothing if there are none. */
    public static void append(StringBuilder out, byte[] bytes) {
        for (int line = 0; line < bytes.length; line += WIDTH) {
            out.append(" | ");
            for (int digit = OFFSET_DIGITS - 1; digit >= 0; digit--) {
                out.append(digit(line >> (4 * digit)));
            }
            out.append("  ");
            for (int index = line; index < line + WIDTH; index++) {
                if (index < bytes.length) {
                    out.append(digit(bytes[index] >> 4)).append(digit(bytes[index]));
                } else {
                    out.append("  ");
                }
                out.append((index + 1) % GROUP == 0 ? "  " : " ");
            }
            for (int index = line; index < line + WIDTH; index++) {
                out.append(index < bytes.length ? printable(bytes[index]) : ' ');
            }
            out.append(" |\n");
        }
    }

    private static char digit(int value) {
        return Character.forDigit(value & 0xf, 16);
    }

    private static char printable(byte value) {
        return value >= ' ' && value < 0x7f ? (char) value : '.';
    }
}

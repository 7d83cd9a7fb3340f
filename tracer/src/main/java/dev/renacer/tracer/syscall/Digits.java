// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

/** Writes numbers in the notations of C, without creating garbage: this is on the hot path of the outputs. */
public final class Digits {
    private Digits() {}

    /** Writes a number in hexadecimal: {@code 0x1f}; zero is {@code 0}. */
    public static void hex(StringBuilder out, long value) {
        if (value == 0) {
            out.append('0');
            return;
        }
        out.append("0x");
        for (int shift = (63 - Long.numberOfLeadingZeros(value)) & ~3; shift >= 0; shift -= 4) {
            int digit = (int) (value >>> shift) & 0xf;
            out.append((char) (digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    /** Writes a number without a sign in decimal. */
    public static void unsigned(StringBuilder out, long value) {
        if (value >= 0) {
            out.append(value);
        } else {
            out.append(Long.toUnsignedString(value));
        }
    }

    /** Writes permission bits in octal, with at least three digits: {@code 0644}, {@code 002}. */
    public static void mode(StringBuilder out, long value) {
        out.append('0');
        for (int digit = (63 - Long.numberOfLeadingZeros(value | 010)) / 3; digit >= 0; digit--) {
            out.append((char) ('0' + ((value >>> (3 * digit)) & 07)));
        }
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

/** Strings as JSON writes them, in ASCII. */
final class JsonText {
    private static final int BITS_OF_DIGIT = 4;
    private static final int MASK_OF_DIGIT = 0xf;
    private static final int LEAST_SHIFT_OF_CHAR = 12;

    private JsonText() {}

    /** Writes text with its quotes. */
    static void write(StringBuilder json, CharSequence text) {
        json.append('"');
        int length = text.length();
        int plain = 0; // what was not written yet begins here; most texts have nothing to escape
        for (int index = 0; index < length; index++) {
            char c = text.charAt(index);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                continue;
            }
            json.append(text, plain, index);
            plain = index + 1;
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else {
                json.append("\\u");
                for (int shift = LEAST_SHIFT_OF_CHAR; shift >= 0; shift -= BITS_OF_DIGIT) {
                    json.append(Character.forDigit(c >> shift & MASK_OF_DIGIT, 16));
                }
            }
        }
        json.append(text, plain, length).append('"');
    }
}

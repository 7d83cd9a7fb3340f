// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.json;

/** Strings as JSON writes them, in ASCII. */
final class JsonText {
    private static final int BITS_OF_DIGIT = 4;
    private static final int MASK_OF_DIGIT = 0xf;
    private static final int FIRST_SHIFT = 12;

    private JsonText() {}

    /** Writes text with its quotes. */
    static void write(StringBuilder json, CharSequence text) {
        json.append('"');
        int from = json.length();
        escape(json.append(text), from);
        json.append('"');
    }

    /** Replaces what may not stand in a string in the text from an index on; most texts have nothing of that. */
    static void escape(StringBuilder json, int from) {
        int length = json.length();
        for (int index = from; index < length; index++) {
            if (!isPlain(json.charAt(index))) {
                String rest = json.substring(index);
                json.setLength(index);
                append(json, rest);
                return;
            }
        }
    }

    private static void append(StringBuilder json, String text) {
        int plain = 0; // what was not written yet begins here
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (isPlain(c)) {
                continue;
            }
            json.append(text, plain, index);
            plain = index + 1;
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else {
                json.append("\\u");
                for (int shift = FIRST_SHIFT; shift >= 0; shift -= BITS_OF_DIGIT) {
                    json.append(Character.forDigit(c >> shift & MASK_OF_DIGIT, 16));
                }
            }
        }
        json.append(text, plain, text.length());
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

/**
 * Text that others wrote (names of files and processes, arguments, answers of a server) made fit for a terminal. Such text could
 * otherwise move the cursor, recolour what follows, or show characters in another order than they stand.
 */
public final class Printable {
    private static final int FIRST_BEYOND_BYTES = 0x100;

    private Printable() {}

    /**
     * The text with each character that is not to reach a terminal written as {@code \n}, {@code \t}, {@code \r}, {@code \x1b} or
     * {@code \}{@code u202e}: control and format characters (Unicode's Cc and Cf), separators of lines and paragraphs, and halves of
     * surrogate pairs. All else stays as it is.
     */
    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            switch (point) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isHarmless(point)) {
                        out.appendCodePoint(point);
                    } else {
                        out.append(String.format(point < FIRST_BEYOND_BYTES ? "\\x%02x" : "\\u%04x", point));
                    }
                }
            }
        });
        return out.toString();
    }

    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}

// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.util.stream.Collectors;

/**
 * Makes text that others wrote (names of files and processes, the environment, answers of a collector) safe for a
 * terminal and a log. Such text could otherwise break a line, move the cursor, recolour what follows, or show
 * characters in another order than they have.
 *
 * <p>The escapes are those of C, as in {@link ByteText#shown} and strace. Text that goes into objects of the cluster
 * has JSON's escapes instead ({@code UserText} in the room of the custom resources, which may not know this room, nor
 * may the local command line know that one); the same characters are escaped.
 */
public final class PrintableText {
    private static final int FIRST_BEYOND_BYTES = 0x100;
    private static final int SHORT = 300;
    private static final String CUT = "...";

    private PrintableText() {}

    /**
     * The text, with each character that must not reach a terminal written as {@code \n}, {@code \t}, {@code \r},
     * {@code \x1b} or {@code \}{@code u202e}: control and format characters (Unicode's Cc and Cf), separators of lines
     * and paragraphs, and halves of surrogate pairs. Everything else stays as it is.
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

    /** A message in one line: its lines are stripped and joined by one blank, then treated as in {@link #of}. */
    public static String line(String text) {
        return of(
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" ")));
    }

    /** As {@link #line}, but at most 300 characters; if there are more, {@code ...} follows them. */
    public static String shortLine(String text) {
        String stripped = text.strip();
        String head = head(stripped, 4 * SHORT); // a text may be of any length, and blanks at its line ends fall away
        String line = line(head);
        boolean complete = line.length() <= SHORT && head.length() == stripped.length();
        return complete ? line : head(line, SHORT) + CUT;
    }

    /** At most this many characters, and no half of a surrogate pair. */
    private static String head(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
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

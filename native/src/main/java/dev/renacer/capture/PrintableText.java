// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.util.stream.Collectors;

/**
 * Text that others wrote (names of files and processes, the environment, answers of a collector) made fit for a terminal and a log. Such
 * text could otherwise break a line, move the cursor, recolour what follows, or show characters in another order than they stand.
 *
 * <p>Escapes are those of C, as {@link ByteText#shown} and strace have them. What goes into objects of the cluster has those of JSON
 * instead ({@code UserText} in the room of the custom resources, which knows none of ours, nor does the local command line know it); which
 * characters are spelt out is the same.
 */
public final class PrintableText {
    private static final int FIRST_BEYOND_BYTES = 0x100;
    private static final int SHORT = 300;
    private static final String CUT = "...";

    private PrintableText() {}

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

    /** A message in one line: its lines, without the blanks around them, joined by one blank; then as {@link #of}. */
    public static String line(String text) {
        return of(
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" ")));
    }

    /** As {@link #line}, of at most 300 characters; where there are more, {@code ...} follows them. */
    public static String shortLine(String text) {
        String stripped = text.strip();
        String head = head(stripped, 4 * SHORT); // a text may be of any length, and blanks at its line ends fall away
        String line = line(head);
        boolean complete = line.length() <= SHORT && head.length() == stripped.length();
        return complete ? line : head(line, SHORT) + CUT;
    }

    /** At most so many characters, and no half of a surrogate pair. */
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

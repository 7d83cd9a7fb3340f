// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Text that a tenant or a traced program wrote, made fit for a message: short, in one line, and without characters that
 * could control the terminal that shows it. If a schema already refuses such text, this is the second line of defence;
 * process names and annotations pass no schema.
 *
 * <p>The escapes are those of JSON and YAML, in which objects of the cluster are shown. On the local command line,
 * which does not know this room, and in the exporter's messages, {@code PrintableText} of the capture core writes the
 * same characters with C's escapes.
 */
public final class UserText {
    /** The maximum length, in bytes of UTF-8, of a message in a status or an Event. */
    public static final int LONGEST_MESSAGE = 512;

    /** The maximum number of characters of an expression or a selector that a message quotes. */
    public static final int LONGEST_QUOTE = 100;

    private static final String CUT = "…";

    private UserText() {}

    /** The first characters of a text, followed by … if there are more; a character beyond U+FFFF is never halved. */
    public static String head(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most - CUT.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
    }

    /** What a message quotes of somebody's text: its beginning, printable. */
    public static String quoted(String text) {
        return printable(head(text, LONGEST_QUOTE));
    }

    /** A message that is printable and has at most {@value #LONGEST_MESSAGE} bytes; a longer one is cut. */
    public static String message(String text) {
        String printable = printable(head(text, LONGEST_MESSAGE + 1));
        return utf8Length(printable) <= LONGEST_MESSAGE ? printable : cut(printable);
    }

    /**
     * With {@code \\uXXXX} in place of characters that would break a line or control a terminal: control characters
     * (also those above ASCII), line and paragraph separators, format characters such as those that turn the direction
     * of writing, and halves of pairs.
     */
    public static String printable(String text) {
        if (text.codePoints().allMatch(UserText::isPrintable)) {
            return text;
        }
        StringBuilder printable = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (isPrintable(point)) {
                printable.appendCodePoint(point);
            } else {
                for (char unit : Character.toChars(point)) {
                    printable.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return printable.toString();
    }

    /**
     * The message of a library or a program in one line: its lines are stripped and joined by one blank, then made
     * printable.
     */
    public static String line(String text) {
        return printable(
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" ")));
    }

    private static boolean isPrintable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    private static String cut(String text) {
        int room = LONGEST_MESSAGE - utf8Length(CUT);
        int end = 0;
        int bytes = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            int width = utf8Length(Character.toString(point));
            if (bytes + width > room) {
                break;
            }
            bytes += width;
            end += Character.charCount(point);
        }
        return text.substring(0, end) + CUT;
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
